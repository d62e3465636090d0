// Seeds as text, and those that stand at a URL: when they are fetched, and what becomes of a bad list.
#include "peer/seed_source.hpp"

#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

#include "http/server.hpp"
#include "peer/seed_list.hpp"
#include "tests/support/manager_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;
using test::House;

namespace {

class SeedEvents final : public ObserverOf<SeedEvents> {
  public:
    std::vector<std::string> told{};
    void on(const event::Seeds& event) {
        told.push_back(event.failed.empty() ? std::to_string(event.taken) + " and " + std::to_string(event.passed_over)
                                            : std::string(event.failed));
    }
};

PeerManagerOptions needy(std::size_t target) {
    PeerManagerOptions options = test::usual();
    options.target_peers = target;
    return options;
}

/// A manager whose time is moved by hand, a server on loopback, and a source between them on one thread.
struct SeedBench {
    explicit SeedBench(std::size_t target = 3) : house(needy(target)) { house.observers.add(events); }

    static http::Url url_of(const std::expected<std::string, std::string>& address) {
        REQUIRE(address);
        const auto url = http::parse_url("http://" + *address + "/seeds.txt");
        REQUIRE(url);
        return *url;
    }

    /// Five seconds pass, so and so often.
    void pass(int steps) {
        for (int i = 0; i < steps; ++i) {
            seconds += 5;
            house.transport.time += 5s;
            house.manager.tick(1'400'000'000 + seconds);
            source.tick(house.transport.time);
            for (int turn = 0; turn < 1000 && source.fetching(); ++turn) {
                io.run_one_for(20ms);
            }
            REQUIRE_FALSE(source.fetching());
        }
    }

    std::vector<int> pauses() const {
        std::vector<int> out;
        for (std::size_t i = 1; i < asked.size(); ++i) {
            out.push_back(asked[i] - asked[i - 1]);
        }
        return out;
    }

    House house;
    SeedEvents events{};
    std::size_t failed = 0; // dials of the transport that the test has ended
    int seconds = 0;
    std::vector<int> asked{};          // at these seconds
    std::optional<std::string> list{}; // nothing: 404
    boost::asio::io_context io{1};
    http::Server server{io, [this](const http::Request&) -> std::optional<http::Answer> {
                            asked.push_back(seconds);
                            if (!list) { return std::nullopt; }
                            return http::Answer{"text/plain", *list};
                        }};
    SeedSource source{io, url_of(server.listen("127.0.0.1", 0)), house.manager, house.observers};
};

} // namespace

TEST_CASE("seed list: lines, blanks and comments") {
    struct Row {
        const char* text;
        std::vector<std::pair<std::size_t, std::string>> lines;
    };
    for (const Row& row : {
             Row{"", {}},
             Row{"\n\n", {}},
             Row{"a:1", {{1, "a:1"}}},
             Row{"a:1\n", {{1, "a:1"}}},
             Row{"# of people\r\n \ta:1 \t# of mine\r\n\r\nb:2\r\n#", {{2, "a:1"}, {4, "b:2"}}},
             Row{"a b", {{1, "a b"}}},
             Row{"#\n \t\r\n x", {{3, "x"}}},
         }) {
        CAPTURE(row.text);
        std::vector<std::pair<std::size_t, std::string>> lines;
        for (const SeedLine& line : seed_lines(row.text)) {
            lines.emplace_back(line.number, line.text);
        }
        CHECK(lines == row.lines);
    }
    std::string many;
    for (std::size_t i = 0; i < most_seeds + 5; ++i) {
        many += "a:1\n";
    }
    CHECK(seed_lines(many).size() == most_seeds + 1); // who counts them sees that they are too many
}

TEST_CASE("seed source: a failure is followed by ever longer pauses, a list by ten minutes") {
    SeedBench bench;
    bench.pass(2300);
    CHECK(bench.pauses() == std::vector<int>{15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600});
    REQUIRE_FALSE(bench.events.told.empty());
    CHECK(bench.events.told.back().starts_with("status 404"));
    CHECK(bench.house.transport.dialled.empty());
    bench.list = "# ours\n54.1.1.1:30303\nno address\n54.2.1.1:0\n54.3.1.1:30303 # another\n";
    bench.asked.clear();
    bench.pass(900);
    REQUIRE(bench.asked.size() >= 2);
    CHECK(bench.pauses().front() == 600);
    CHECK(bench.events.told.back() == "2 and 2");
    std::vector<std::string> dialled;
    for (const auto& [endpoint, delay] : bench.house.transport.dialled) {
        dialled.push_back(endpoint);
    }
    std::ranges::sort(dialled);
    CHECK(dialled == std::vector<std::string>{"54.1.1.1:30303", "54.3.1.1:30303"});
    bench.list = "<html>not a list</html>";
    bench.asked.clear();
    bench.pass(130);
    CHECK(bench.events.told.back() == "no line of the answer is IP:PORT");
    REQUIRE(bench.asked.size() >= 2);
    CHECK(bench.pauses().front() == 15); // from the beginning
}

TEST_CASE("seed source: nothing is fetched while nobody is needed, or seeds are left") {
    SeedBench content(0);
    content.pass(20);
    CHECK(content.asked.empty());
    SeedBench bench;
    std::vector<std::string> seeds;
    for (int i = 1; i <= 40; ++i) {
        seeds.push_back("54." + std::to_string(i) + ".1.1:30303");
    }
    bench.house.manager.set_seeds(seeds);
    bench.pass(1);
    CHECK(bench.asked.empty());
    for (int i = 0; i < 40 && bench.asked.empty(); ++i) {
        while (bench.house.transport.dialled.size() > bench.failed) {
            bench.house.manager.dial_failed(bench.house.transport.dialled[bench.failed++].first, "refused");
        }
        bench.pass(1);
    }
    CHECK(bench.house.transport.dialled.size() == 40);
    CHECK(bench.asked.size() == 1);
}

TEST_CASE("seed source: a list that is too long is taken up to its limit") {
    SeedBench bench;
    bench.list = "";
    for (std::size_t i = 0; i < most_seeds + 5; ++i) {
        *bench.list += "54.1.1.1:" + std::to_string(i + 1) + "\n";
    }
    bench.pass(1);
    REQUIRE(bench.events.told.size() == 1);
    CHECK(bench.events.told.front() == "10000 and 1");
}
