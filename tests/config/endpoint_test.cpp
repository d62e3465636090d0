#include "config/endpoint.hpp"

#include <doctest/doctest.h>

using namespace ethpoc::config;

TEST_CASE("endpoint: what people write is read and written back") {
    struct Row {
        std::string_view text;
        std::string_view host;
        unsigned port;
    };
    for (const Row& row : {Row{"127.0.0.1:30303", "127.0.0.1", 30303}, Row{"[::1]:30303", "::1", 30303},
                           Row{"example.org:1", "example.org", 1}, Row{"a-b_c:65535", "a-b_c", 65535},
                           Row{"[fe80::1%eth0]:0", "fe80::1%eth0", 0}}) {
        CAPTURE(row.text);
        const auto endpoint = parse_endpoint(row.text);
        REQUIRE(endpoint.has_value());
        CHECK(endpoint->host == row.host);
        CHECK(endpoint->port == row.port);
        CHECK(to_text(*endpoint) == row.text);
    }
}

TEST_CASE("endpoint: what is not host and port is refused with the text in the sentence") {
    for (const std::string_view text :
         {"", ":", "localhost", "localhost:", ":30303", "::1:30303", "[::1]", "[::1]30303", "[]:1", "host:65536",
          "host:-1", "host:+1", "host: 1", "host:1 ", "ho st:1", "host\n:1", "a/b:1", "[a]b:1", "host:0x10"}) {
        CAPTURE(text);
        const auto endpoint = parse_endpoint(text);
        REQUIRE_FALSE(endpoint.has_value());
        CHECK(endpoint.error().contains("\"" + std::string(text) + "\""));
    }
    CHECK_FALSE(parse_endpoint(std::string(254, 'a') + ":1").has_value());
    CHECK(parse_endpoint(std::string(253, 'a') + ":1").has_value());
}
