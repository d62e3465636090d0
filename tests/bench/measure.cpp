#include "tests/bench/measure.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace ethpoc::bench {

namespace {

double read(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

} // namespace

double process_cpu() {
    return read(CLOCK_PROCESS_CPUTIME_ID);
}

double thread_cpu() {
    return read(CLOCK_THREAD_CPUTIME_ID);
}

double thread_cpu(pthread_t thread) {
    clockid_t clock{};
    return pthread_getcpuclockid(thread, &clock) == 0 ? read(clock) : 0;
}

double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
    if (values.empty()) { return 0; }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

OneProcessor::OneProcessor() {
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one{};
    for (int i = 0; i < CPU_SETSIZE; ++i) {
        if (!CPU_ISSET(i, &before_)) { continue; }
        CPU_ZERO(&one); // the last one wins: the first serves interrupts
        CPU_SET(i, &one);
    }
    ::sched_setaffinity(0, sizeof one, &one);
}

OneProcessor::~OneProcessor() {
    ::sched_setaffinity(0, sizeof before_, &before_);
}

Duel duel(int rounds, const std::function<double()>& ours, const std::function<double()>& yardstick) {
    std::vector<double> first;
    std::vector<double> second;
    ours();
    yardstick();
    for (int i = 0; i < rounds; ++i) {
        first.push_back(ours());
        second.push_back(yardstick());
    }
    return {median(std::move(first)), median(std::move(second))};
}

double cpu_of(const std::function<void()>& work) {
    const double before = thread_cpu();
    work();
    return thread_cpu() - before;
}

double seconds_per_cycle() {
    return cpu_of(run_a_million_cycles) / 1e6;
}

void run_a_million_cycles() {
    // Three cycles each on every x86-64 processor of this century; newer ones do not execute chains of additions at
    // all.
    constexpr int multiplications = 333'333;
    unsigned long product = 3;
    for (int i = 0; i < multiplications; i += 9) {
        asm volatile("imul %0, %0\n\timul %0, %0\n\timul %0, %0\n\timul %0, %0\n\timul %0, %0\n\t"
                     "imul %0, %0\n\timul %0, %0\n\timul %0, %0\n\timul %0, %0"
                     : "+r"(product));
    }
}

} // namespace ethpoc::bench
