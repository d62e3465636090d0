#include "chain/keccak.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>

#include "chain/list_prefix.hpp"
#include "rlp/encode.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

TEST_CASE("keccak: known values with the padding of 2014") {
    struct Row {
        std::string_view input;
        std::string_view hash;
    };
    constexpr std::string_view star = "*"; // one byte 2a, the nonce of every genesis
    for (const Row& row : {
             Row{"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"},
             Row{"\xc0", "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"},
             Row{"\x80", "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"},
             Row{star, "04994f67dc55b09e814ab7ffc8df3686b4afb2bb53e60eae97ef043fe03fb829"},
         }) {
        CHECK(to_hex(keccak256(as_bytes(row.input))) == row.hash);
    }
}

TEST_CASE("keccak: it is not sha3-256") {
    CHECK(to_hex(keccak256({})) != "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
}

TEST_CASE("keccak: two parts hash like their join at every cut around a block of the sponge") {
    Bytes bytes(300);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(i * 7);
    }
    const Hash256 whole = keccak256(bytes);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        const BytesView view = bytes;
        CHECK(keccak256(view.first(cut), view.subspan(cut)) == whole);
    }
}

TEST_CASE("keccak: threads do not disturb each other") {
    const Hash256 expected = keccak256(as_bytes("a"));
    std::size_t wrong = 0;
    std::thread other([] {
        for (int i = 0; i < 2000; ++i) {
            keccak256(as_bytes("b"));
        }
    });
    for (int i = 0; i < 2000; ++i) {
        wrong += keccak256(as_bytes("a")) == expected ? 0U : 1U;
    }
    other.join();
    CHECK(wrong == 0);
}

TEST_CASE("list prefix: the hash of items is that of the list that holds them") {
    for (const std::size_t size : {0U, 1U, 54U, 55U, 56U, 255U, 256U, 65535U, 65536U}) {
        const Bytes string(size, 0x05); // single bytes, so that any number of them is a list's payload
        rlp::BackwardWriter list;
        list.put_raw(string);
        list.close_list(0);
        CHECK(keccak_of_list(string) == keccak256(list.view()));
    }
}

TEST_CASE("keccak: inputs of any lengths, hashed side by side, hash as each does alone") {
    std::vector<Bytes> inputs;
    for (std::size_t size = 0; size < 420; ++size) { // three blocks of the sponge, and every way to end one
        Bytes& bytes = inputs.emplace_back(size);
        for (std::size_t i = 0; i < size; ++i) {
            bytes[i] = static_cast<std::uint8_t>(i * 13 + size);
        }
    }
    // Short and long by turns, so that lanes end at different times.
    for (std::size_t i = 0; i < inputs.size() / 2; i += 2) {
        inputs[i].swap(inputs[inputs.size() - 1 - i]);
    }
    const std::vector<BytesView> all(inputs.begin(), inputs.end());
    MESSAGE("this machine hashes " << keccak_lanes() << " side by side");
    for (const std::size_t lanes : {1, 4, 8}) {
        CAPTURE(lanes);
        for (const std::size_t count : {0, 1, 2, 3, 4, 5, 7, 8, 9, 420}) {
            CAPTURE(count);
            std::vector<Hash256> out(count);
            keccak256_each(std::span(all).first(count), out, lanes);
            for (std::size_t i = 0; i < count; ++i) {
                REQUIRE(out[i] == keccak256(all[i]));
            }
        }
    }
}
