// The key file: made once, readable by its owner only, read in both forms, refused when it is something else.
#include "peer/node_key.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;

namespace {

void write(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), 0600);
}

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Hash256 secret(std::string_view digits) {
    return Hash256::right_aligned(test::hex(digits));
}

} // namespace

TEST_CASE("node key: the public key of known secrets") {
    // The generator of secp256k1, and twice it.
    const auto one = node_key_from(secret("01"));
    REQUIRE(one);
    CHECK(to_hex(one->id) == "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                             "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");
    const auto two = node_key_from(secret("02"));
    REQUIRE(two);
    CHECK(to_hex(two->id).starts_with("c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"));
}

TEST_CASE("node key: zero and the order of the curve are no keys") {
    CHECK_FALSE(node_key_from(Hash256{}));
    CHECK_FALSE(node_key_from(secret("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")));
    CHECK(node_key_from(secret("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140")));
}

TEST_CASE("node key: two new ones differ") {
    CHECK(make_node_key().id != make_node_key().id);
}

TEST_CASE("node key: a missing file is made, for its owner only, and stays") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "node.key";
    const mode_t before = ::umask(0);
    const auto made = load_node_key(path.string());
    ::umask(before);
    REQUIRE(made);
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(read(path).size() == 65);
    const auto again = load_node_key(path.string());
    REQUIRE(again);
    CHECK(again->id == made->id);
    CHECK(again->secret == made->secret);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1); // no draft stays behind
}

TEST_CASE("node key: hex in any shape, or 32 bytes") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "key";
    const std::string digits = std::string(62, '0') + "02";
    std::string raw(32, '\0');
    raw.back() = 2;
    for (const std::string& text : {digits, digits + "\n", "0x" + digits + "\n", raw}) {
        write(path, text);
        const auto key = load_node_key(path.string());
        REQUIRE(key);
        CHECK(key->id == node_key_from(secret("02"))->id);
    }
}

TEST_CASE("node key: something else is refused and left as it is") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "key";
    const std::array<std::string, 6> texts{
        "", "hello", std::string(63, '1'), std::string(66, '1'), std::string(64, '0'), std::string(10'000, 'x')};
    for (const std::string& text : texts) {
        INFO(text.size());
        write(path, text);
        const auto key = load_node_key(path.string());
        REQUIRE_FALSE(key);
        CHECK(key.error().code->word == "peer.bad_key_file");
        CHECK(read(path) == text);
    }
}

TEST_CASE("node key: a place that cannot be read or written") {
    const test::TemporaryFolder folder;
    const auto nowhere = load_node_key((folder.path() / "missing" / "key").string());
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code->word == "peer.key_file_unusable");
    const auto directory = load_node_key(folder.path().string());
    CHECK_FALSE(directory);
}

TEST_CASE("node key: a file that others have access to is refused with what mends it") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "key";
    write(path, std::string(62, '0') + "02\n");
    for (const auto& [mode, word] :
         {std::pair{0644U, "0644"}, {0640U, "0640"}, {0604U, "0604"}, {0620U, "0620"}, {0601U, "0601"}}) {
        INFO(word);
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        const auto key = load_node_key(path.string());
        REQUIRE_FALSE(key);
        CHECK(key.error().code->word == "peer.key_file_unusable");
        for (const std::string& part : {path.string(), std::string(word), "chmod 600 " + path.string()}) {
            CHECK(key.error().message().find(part) != std::string::npos);
        }
    }
    for (const unsigned mode : {0600U, 0400U}) {
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        CHECK(load_node_key(path.string()));
    }
}

TEST_CASE("node key: what is planted where it is written is neither followed nor overwritten") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "node.key";
    const auto victim = folder.path() / "victim";
    write(victim, "precious");
    std::filesystem::create_symlink(victim, path.string() + ".new");
    const auto key = load_node_key(path.string());
    REQUIRE(key);
    CHECK(read(victim) == "precious");
    CHECK(std::filesystem::is_regular_file(std::filesystem::symlink_status(path)));
    CHECK(std::filesystem::is_symlink(path.string() + ".new"));

    // A link to nothing in place of the key itself.
    const auto dangling = folder.path() / "dangling.key";
    std::filesystem::create_symlink(folder.path() / "elsewhere", dangling);
    CHECK_FALSE(load_node_key(dangling.string()));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "elsewhere"));
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 4); // no draft stays behind
}

TEST_CASE("node key: a pipe does not hang the start") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "pipe";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const auto key = load_node_key(path.string());
    REQUIRE_FALSE(key);
    CHECK(key.error().code->word == "peer.key_file_unusable");
}
