// Measuring on a machine that does other things too: processor time instead of time, medians, and the yardstick in turn
// with the work.
#pragma once

#include <functional>
#include <pthread.h>
#include <sched.h>
#include <vector>

namespace ethpoc::bench {

/// Seconds of processor time.
double process_cpu();
double thread_cpu();
/// Of another thread that is still running.
double thread_cpu(pthread_t thread);
/// Of this and all other threads: seconds since some point in the past.
double wall_seconds();

double median(std::vector<double> values);

/// While it lives, this thread and those that it starts stay on one processor: what a message costs must not depend on
/// whether the scheduler put its two sides together, since waking another processor costs more than the message.
class OneProcessor {
  public:
    OneProcessor();
    ~OneProcessor();
    OneProcessor(const OneProcessor&) = delete;
    OneProcessor& operator=(const OneProcessor&) = delete;

  private:
    cpu_set_t before_{};
};

struct Duel {
    double ours = 0;
    double yardstick = 0;
};

/// Runs the two in turn `rounds` times; the median of what each returned. One round of each before that does not count.
Duel duel(int rounds, const std::function<double()>& ours, const std::function<double()>& yardstick);

/// Processor time of this thread that `work` takes, in seconds.
double cpu_of(const std::function<void()>& work);

/// A chain of multiplications that takes a million cycles, whatever else the processor could do beside it.
void run_a_million_cycles();
/// Seconds that one cycle of the processor takes now.
double seconds_per_cycle();

/// The compiler must believe that `value` is looked at.
template <class T>
inline void keep(const T& value) {
    asm volatile("" : : "r,m"(value) : "memory");
}

} // namespace ethpoc::bench
