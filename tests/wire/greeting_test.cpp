// Hello in all its forms.
#include <doctest/doctest.h>

#include "tests/support/shared.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;
using test::hex;

namespace {

const std::string key_digits(128, '5'); // 64 bytes in hex

/// Greets from literals; keeps what the views need.
struct Greeted {
    Bytes payload;
    Bytes scratch{};
    Result<Greeting> result;

    explicit Greeted(const std::string& digits, std::span<const Profile* const> offered = {}) :
        payload(hex(digits)), result(decode_greeting(payload, scratch, offered)) {
        INFO(digits);
        CHECK_MESSAGE(result.has_value(), result.error().message());
    }
    const Greeting& operator*() const { return *result; }
    const Greeting* operator->() const { return &*result; }
};

Error refused(const std::string& digits) {
    const Bytes payload = hex(digits);
    Bytes scratch;
    const auto result = decode_greeting(payload, scratch);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().offset <= payload.size());
    return result.error();
}

/// A list of these items.
std::string list(const std::string& items) {
    const Bytes payload = hex(items);
    rlp::BackwardWriter out;
    out.put_raw(payload);
    out.close_list(0);
    return to_hex(out.view());
}

} // namespace

TEST_CASE("greeting: c++ 0.3.11") {
    const Greeted hello("f872800880a8457468657265756d282b2b292f76302e332e31312f627265772f44617277696e2f756e6b6e6f776e07"
                        "82765fb840c5fec6eae4544b767a9edca701f6623f7f42e7fc282374e97daf68f34f7427e57507aba3e59514207c50"
                        "b043a2e46a55c87a7c86a65a5621513682eb5124342b");
    CHECK(hello->family == Family::flat);
    CHECK(hello->profile == find_flat(8));
    CHECK(hello->hello.client_id == "Ethereum(++)/v0.3.11/brew/Darwin/unknown");
    CHECK(hello->hello.capabilities == capability::full);
    CHECK(hello->hello.listen_port == 30303);
    CHECK(hello->hello.node_id.size() == 64);
    CHECK_FALSE(hello->swapped_port);
}

TEST_CASE("greeting: python until 2014-08-12 has the port first") {
    const Greeted hello(
        "f85c80088092457468657265756d287079292f302e302e3182765f07b8404a0255fa4673faa30fc5abfd3c550bfdbc0d"
        "3c973d35f726463af81c54a03281cfff22c5f5965b38ac630152987757a31782478549c36f7c84cb4436ba79d6d9");
    CHECK(hello->swapped_port);
    CHECK(hello->hello.listen_port == 30303);
    CHECK(hello->hello.capabilities == capability::full);
    CHECK(hello->hello.client_id == "Ethereum(py)/0.0.1");
}

TEST_CASE("greeting: the first python client has zeros as 00 and no node id") {
    const Greeted hello("da00080092457468657265756d287079292f302e302e3182766207");
    CHECK(hello->profile == find_flat(8));
    CHECK(hello->swapped_port);
    CHECK(hello->hello.listen_port == 30306);
    CHECK(hello->hello.node_id.empty());
}

TEST_CASE("greeting: which of two numbers is the port") {
    struct Case {
        const char* first;
        const char* second;
        bool swapped;
        std::uint64_t caps;
        std::uint32_t port;
    };
    for (const Case& one :
         {Case{"07", "82765f", false, 7, 30303}, Case{"82765f", "07", true, 7, 30303},
          Case{"80", "82925e", false, 0, 0x925e}, Case{"82925e", "80", true, 0, 0x925e}, Case{"80", "80", false, 0, 0},
          Case{"07", "80", false, 7, 0}, Case{"80", "07", true, 7, 0}, Case{"07", "50", false, 7, 80},
          Case{"50", "07", true, 7, 80}, Case{"07", "07", false, 7, 7}, Case{"00", "82765f", false, 0, 30303},
          Case{"1f", "82765f", false, 0x1f, 30303},
          // JavaScript, its bits are 9; without a listener it writes the port after them, with one before them
          Case{"09", "80", false, 9, 0}, Case{"80", "09", true, 9, 0}, Case{"82765f", "09", true, 9, 30303}}) {
        INFO(one.first);
        INFO(one.second);
        const Greeted hello(list("80 0c 80 83 616263" + std::string(one.first) + one.second + "b840" + key_digits));
        CHECK(hello->swapped_port == one.swapped);
        CHECK(hello->hello.capabilities == one.caps);
        CHECK(hello->hello.listen_port == one.port);
    }
}

TEST_CASE("greeting: go dials with an empty key and listens with nothing at all") {
    const Greeted dialer("e2800780992f457468657265756d2847292076302e332e312f6c696e75780782925f80");
    CHECK(dialer->hello.node_id.empty());
    CHECK(dialer->hello.listen_port == 0x925f);
    const Greeted listener("c9800780808082925e80");
    CHECK(listener->hello.client_id.empty());
    CHECK(listener->hello.capabilities == 0);
    CHECK(listener->hello.node_id.empty());
    CHECK(listener->profile == find_flat(7));
}

TEST_CASE("greeting: go protocol 2 has the key before the capabilities") {
    const Greeted hello(list("80 02 80 83 616263 b840" + key_digits + "07 82765f"));
    CHECK(hello->hello.node_id.size() == 64);
    CHECK(hello->hello.listen_port == 30303);
    CHECK(hello->hello.capabilities == 7);
}

TEST_CASE("greeting: c++ protocols 2 to 4 have the key after the list") {
    for (const char* version : {"02", "03", "04"}) {
        const Greeted hello(list("80" + std::string(version) + "80 83 616263 07 82765f") + "b840" + key_digits);
        CHECK(hello->hello.node_id.size() == 64);
        CHECK(hello->hello.listen_port == 30303);
        const Greeted deaf(list("80" + std::string(version) + "80 83 616263 07") + "80 b840" + key_digits);
        CHECK(deaf->hello.node_id.size() == 64);
        CHECK(deaf->hello.listen_port == 0);
    }
    const Error cut = refused(list("80 02 80 83 616263 07 82765f") + "b840 5555");
    CHECK(cut.code->word == "rlp.truncated");
    CHECK(cut.path == "payload[6]");
    CHECK(cut.offset == 12);
}

TEST_CASE("greeting: protocols 27 to 30 have a head, python its hash first") {
    const std::string start = "80 1c 80 83 616263 07 82765f b840" + key_digits;
    const std::string best = "a0" + std::string(64, 'a');
    const std::string genesis = "a0" + std::string(64, 'b');
    const Greeted go(list(start + "8401020304" + best));
    CHECK(go->profile == find_flat(28));
    CHECK(go->hello.total_difficulty == U256{0x01020304});
    CHECK(to_hex(go->hello.best_hash) == std::string(64, 'a'));
    CHECK(go->hello.genesis_hash.empty());
    CHECK_FALSE(go->swapped_head);

    const Greeted py(list(start + best + "8401020304" + genesis));
    CHECK(py->swapped_head);
    CHECK(py->hello.total_difficulty == U256{0x01020304});
    CHECK(to_hex(py->hello.best_hash) == std::string(64, 'a'));
    CHECK(to_hex(py->hello.genesis_hash) == std::string(64, 'b'));

    const Greeted go_at_genesis(list(start + "80" + best)); // Go counts no difficulty for its genesis
    CHECK(go_at_genesis->hello.total_difficulty == U256{});
    CHECK_FALSE(go_at_genesis->swapped_head);
    CHECK(refused(list(start + "8401020304")).code->word == "message.missing_item");
}

TEST_CASE("greeting: surplus items and unknown versions") {
    const Greeted more(list("80 07 80 83 616263 07 82765f b840" + key_digits + "c0 80 83 616263"));
    CHECK(more->profile == find_flat(7));
    const Greeted unknown(list("80 63 80 83 616263 07 82765f b840" + key_digits));
    CHECK(unknown->profile == nullptr);
    CHECK(unknown->hello.version == 99);
    CHECK(unknown->hello.client_id == "abc");
    CHECK_FALSE(unknown->shared);
}

TEST_CASE("greeting: poc-1 speaks the item-counted dialect") {
    const Greeted wiki("84000000 43414243");
    CHECK(wiki->profile == find_flat(0));
    CHECK(wiki->hello.client_id == "ABC");
    CHECK(wiki->hello.listen_port == 0);
    const Greeted with_caps("86000000 43414243 07 19765f");
    CHECK(with_caps->hello.capabilities == 7);
    CHECK(with_caps->hello.listen_port == 30303);
    const Greeted port_only("85000000 43414243 19765f");
    CHECK(port_only->hello.listen_port == 30303);
    const Greeted caps_only("85000000 43414243 07");
    CHECK(caps_only->hello.capabilities == 7);
    CHECK(caps_only->hello.listen_port == 0);
}

TEST_CASE("greeting: what is no hello is refused with its place") {
    struct Case {
        std::string payload;
        const char* word;
        const char* path;
        std::size_t offset;
    };
    for (const Case& one :
         {Case{"", "rlp.empty_input", "payload", 0}, Case{"c102", "message.bad_id", "payload[0]", 0},
          Case{"c0", "message.bad_id", "payload[0]", 0}, Case{"c180", "message.missing_item", "payload", 2},
          Case{"c28007", "message.missing_item", "payload", 3},
          Case{"c280c0", "rlp.expected_string", "payload[1]", 2}}) {
        INFO(one.payload);
        const Error error = refused(one.payload);
        CHECK(error.code->word == one.word);
        CHECK(error.path == one.path);
        CHECK(error.offset == one.offset);
    }
    const Error no_key = refused(list("80 07 80 83 616263 07 82765f"));
    CHECK(no_key.code->word == "message.missing_item");
    CHECK(no_key.detail.starts_with("node_id"));
    const Error long_key = refused(list("80 07 80 83 616263 07 82765f b841" + key_digits + "55"));
    CHECK(long_key.code->word == "message.bad_node_id");
    CHECK(long_key.path == "payload[6]");
    const Error wide = refused(list("80 85 0102030405 80 83 616263 07 82765f b840" + key_digits));
    CHECK(wide.code->word == "rlp.integer_too_large");
    CHECK(wide.path == "payload[1]");
    CHECK(wide.detail.starts_with("version"));
}

TEST_CASE("greeting: a node id of 128 hex digits is one, other strings of that size are none") {
    const std::string digits = to_hex(Bytes(128, '7'));
    const Greeted js(list("80 08 80 83 616263 07 82765f b880" + digits));
    CHECK(js->hello.node_id.size() == 128);
    CHECK(refused(list("80 08 80 83 616263 07 82765f b880" + to_hex(Bytes(128, 'x')))).code->word ==
          "message.bad_node_id");
}

TEST_CASE("greeting: what looks like a hello") {
    struct Case {
        const char* payload;
        bool hello;
    };
    for (const Case& one :
         {Case{"c180", true}, Case{"c100", true}, Case{"f8248007", true}, Case{"84000000", true}, Case{"8600", true},
          Case{"c102", false}, Case{"c0", false}, Case{"c080", false}, Case{"", false}, Case{"00", false},
          Case{"80", false}, Case{"8102", false}, Case{"f8", false}, Case{"f900", false},
          Case{"ff00000000000000", false}, Case{"c1c0", false}, Case{"83616263", false}}) {
        INFO(one.payload);
        CHECK(looks_like_hello(hex(one.payload)) == one.hello);
    }
}
