// What follows a signal, each in a process of its own, as the end of the process is what is looked at.
#include "cmd/signals.hpp"

#include <atomic>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace ethpoc::cmd;
using namespace std::chrono_literals;

namespace {

struct Ended {
    int code = -1; // of exit; -1: by a signal
    std::chrono::milliseconds took{};
};

/// Runs `body` in a child; its value is the exit code.
template <class Body>
Ended in_child(Body body) {
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) { _exit(body()); }
    int status = 0;
    ::waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin)};
}

void wait_for(const std::atomic<bool>& flag) {
    for (int i = 0; i < 500 && !flag; ++i) {
        std::this_thread::sleep_for(10ms);
    }
}

} // namespace

TEST_CASE("stop signal: a call, and the exit code") {
    for (const auto& [signal, code] : {std::pair{SIGTERM, 143}, std::pair{SIGINT, 130}, std::pair{0, 7}}) {
        const Ended ended = in_child([signal = signal] {
            std::atomic<bool> called = false;
            const StopSignal stop([&called] { called = true; });
            if (signal != 0) {
                ::kill(::getpid(), signal);
                wait_for(called);
            }
            return static_cast<int>(stop.exit_code(static_cast<ExitCode>(7)));
        });
        CHECK(ended.code == code);
    }
}

TEST_CASE("stop signal: a command that does not end is ended") {
    const Ended ended = in_child([] {
        const StopSignal stop([] {}, 300ms);
        ::kill(::getpid(), SIGTERM);
        std::this_thread::sleep_for(20s);
        return 0;
    });
    CHECK(ended.code == 143);
    CHECK(ended.took >= 250ms);
    CHECK(ended.took < 5s);
}

TEST_CASE("stop signal: what comes after the command is watched too") {
    const Ended ended = in_child([] {
        {
            std::atomic<bool> called = false;
            const StopSignal stop([&called] { called = true; }, 300ms);
            ::kill(::getpid(), SIGINT);
            wait_for(called);
        }
        std::this_thread::sleep_for(20s); // a last flush, a store that is closed
        return 0;
    });
    CHECK(ended.code == 130);
    CHECK(ended.took < 5s);
}

TEST_CASE("stop signal: a second one ends the process at once, also while the first is obeyed or after the command") {
    for (const bool after : {false, true}) {
        const Ended ended = in_child([after] {
            std::atomic<bool> called = false;
            {
                const StopSignal stop([&called] { called = true; }, 60s);
                ::kill(::getpid(), SIGINT);
                wait_for(called);
                if (!after) {
                    ::kill(::getpid(), SIGTERM);
                    std::this_thread::sleep_for(20s);
                }
            }
            ::kill(::getpid(), SIGTERM);
            std::this_thread::sleep_for(20s);
            return 0;
        });
        CHECK(ended.code == 143);
        CHECK(ended.took < 5s);
    }
}

TEST_CASE("stop signal: without one everything is as before") {
    const Ended ended = in_child([] {
        {
            const StopSignal stop([] {}, 100ms);
        }
        std::this_thread::sleep_for(300ms);
        sigset_t mask{};
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        return sigismember(&mask, SIGTERM) == 0 && sigismember(&mask, SIGINT) == 0 ? 5 : 6;
    });
    CHECK(ended.code == 5);
}

TEST_CASE("stop signal: SIGHUP calls what it is for, as often as it comes, and ends nothing") {
    const Ended ended = in_child([] {
        std::atomic<int> reloads = 0;
        std::atomic<bool> called = false;
        const StopSignal stop([&called] { called = true; }, default_stop_limit, [&reloads] { ++reloads; });
        for (int i = 1; i <= 2; ++i) {
            ::kill(::getpid(), SIGHUP);
            for (int wait = 0; wait < 500 && reloads < i; ++wait) {
                std::this_thread::sleep_for(10ms);
            }
        }
        if (called || reloads != 2) { return 1; }
        ::kill(::getpid(), SIGTERM);
        wait_for(called);
        return static_cast<int>(stop.exit_code(ExitCode::done));
    });
    CHECK(ended.code == 143);
}
