// What is read of a URL, and what is refused and how.
#include "http/url.hpp"

#include <doctest/doctest.h>

using namespace ethpoc;

TEST_CASE("http url: its parts") {
    struct Row {
        const char* text;
        const char* host;
        const char* port;
        const char* authority;
        const char* target;
    };
    for (const Row& row : {
             Row{"http://example.org", "example.org", "80", "example.org", "/"},
             Row{"http://example.org/", "example.org", "80", "example.org", "/"},
             Row{"http://example.org:8080/a/b?c=d", "example.org", "8080", "example.org:8080", "/a/b?c=d"},
             Row{"http://example.org?c=d", "example.org", "80", "example.org", "/?c=d"},
             Row{"http://192.0.2.1:1/seeds.txt#top", "192.0.2.1", "1", "192.0.2.1:1", "/seeds.txt"},
             Row{"http://[2001:db8::1]/x", "2001:db8::1", "80", "[2001:db8::1]", "/x"},
             Row{"http://[::1]:65535", "::1", "65535", "[::1]:65535", "/"},
             Row{"http://a/b@c:d", "a", "80", "a", "/b@c:d"},
         }) {
        CAPTURE(row.text);
        const auto url = http::parse_url(row.text);
        if (!url) { FAIL(url.error()); }
        CHECK(url->host == row.host);
        CHECK(url->port == row.port);
        CHECK(url->authority == row.authority);
        CHECK(url->target == row.target);
    }
}

TEST_CASE("http url: what is refused, and how it is told") {
    struct Row {
        std::string text;
        std::string_view reason;
    };
    for (const Row& row : {
             Row{"https://example.org/", "https is not supported; download it"},
             Row{"ftp://example.org/", "does not begin with http://"},
             Row{"example.org", "does not begin with http://"},
             Row{"", "does not begin with http://"},
             Row{"http://", "no host"},
             Row{"http:///seeds.txt", "no host"},
             Row{"http://:80/", "no host"},
             Row{"http://[]/", "no host"},
             Row{"http://[::1", "] of its address is missing"},
             Row{"http://[::1]x/", "none of 1 to 65535"},
             Row{"http://[::1]80/", "none of 1 to 65535"},
             Row{"http://a:/", "none of 1 to 65535"},
             Row{"http://a:0/", "none of 1 to 65535"},
             Row{"http://a:65536/", "none of 1 to 65535"},
             Row{"http://a:-1/", "none of 1 to 65535"},
             Row{"http://a:8O/", "none of 1 to 65535"},
             Row{"http://::1/", "no host"},
             Row{"http://2001:db8::1/", "none of 1 to 65535"},
             Row{"http://me:secret@a/", "a user name"},
             Row{"http://me@a/", "a user name"},
             Row{"http://a/b c", "%XX"},
             Row{"http://a/\r\nX: y", "%XX"},
             Row{std::string("http://a/\0", 10), "%XX"},
             Row{"http://\xc3\xa4/", "%XX"},
             Row{"http://a/" + std::string(2048, 'x'), "longer than 2048"},
         }) {
        CAPTURE(row.text);
        const auto url = http::parse_url(row.text);
        REQUIRE_FALSE(url);
        CHECK(url.error().find(row.reason) != std::string::npos);
    }
}
