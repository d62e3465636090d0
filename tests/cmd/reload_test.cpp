// What a running node takes over from settings that were read again.
#include "cmd/reload.hpp"

#include <doctest/doctest.h>

using namespace ethpoc;

TEST_CASE("reload: limits, log level and peers to dial hold at once, the rest after a restart") {
    config::Settings running;
    const config::Settings before = running;
    CHECK(cmd::reload_sentence(cmd::take_over(running, before)) == "settings were read again; nothing changes now");

    config::Settings read;
    read.dial = {{"192.0.2.1", 1}, {"boot.example", 2}};
    read.max_peers = 50;
    read.log_level = "debug";
    read.limits.send_queue = config::mebibytes(1);
    read.timeouts.ping = std::chrono::milliseconds(1234);
    read.listen = config::Endpoint{"127.0.0.1", 1};
    read.limits.memory = config::mebibytes(1);
    const cmd::Reloaded what = cmd::take_over(running, read);
    CHECK(what.changed ==
          std::vector<std::string>{"dial", "max-peers", "log.level", "limits.send-queue", "timeouts.ping"});
    CHECK(what.waiting == std::vector<std::string>{"listen", "limits.memory"});
    CHECK(cmd::reload_sentence(what) ==
          "settings were read again; changed: dial, max-peers, log.level, limits.send-queue, timeouts.ping; only a "
          "restart changes: listen, limits.memory");
    CHECK(running.dial == read.dial);
    CHECK(running.timeouts.ping == read.timeouts.ping);
    CHECK(running.listen == before.listen);
    CHECK(running.limits.memory == before.limits.memory);

    const cmd::Reloaded again = cmd::take_over(running, read); // what waits goes on waiting
    CHECK(again.changed.empty());
    CHECK(again.waiting == what.waiting);
    CHECK(cmd::take_over(running, before).changed == what.changed);
}

TEST_CASE("reload: every setting that is taken over exists") {
    // One that does not would never be found among those that differ.
    for (const std::string_view key : cmd::live_settings()) {
        CAPTURE(key);
        CHECK(config::find_setting(key) != nullptr);
    }
    CHECK(cmd::live_settings().size() > 10);
}
