#include "record/packet_file.hpp"

#include <doctest/doctest.h>

#include "tests/cmd/capture_records.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using record::PacketFile;
using test::hex;

namespace {

const std::string section = "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000";
const std::string ethernet_interface = "01000000 14000000 0100 0000 00000000 14000000";
// Raw IP, clock of 2^-10 seconds, 100 seconds later, at most 2 bytes of a packet
const std::string odd_interface = "01000000 28000000 6500 0000 02000000 0900 0100 8a000000 0e00 0800 6400000000000000"
                                  "28000000";

std::string packet(const std::string& interface, const std::string& low, const std::string& data = "aabbccdd") {
    return "06000000 24000000" + interface + "00000000" + low + "04000000 09000000" + data + "24000000";
}

/// "link:data/wire@nanoseconds" of each packet, then what was wrong.
std::string read(const Bytes& bytes, std::string* skipped = nullptr) {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "file";
    test::write_bytes(path, bytes);
    const auto file = PacketFile::open(path.string());
    if (!file) { return file.error(); }
    std::string out;
    while (const auto one = (*file)->next()) {
        out += (one->link_type ? std::to_string(*one->link_type) : "-") + ':' + to_hex(one->data) + '/' +
               std::to_string(one->wire_size) + '@' + (one->nanoseconds ? std::to_string(*one->nanoseconds) : "-") +
               ' ';
    }
    for (const auto& [what, row] : (*file)->skipped()) {
        if (skipped != nullptr) { *skipped += std::to_string(row.count) + ' ' + what + ' '; }
    }
    return out + (*file)->trouble();
}
std::string read(const std::string& digits, std::string* skipped = nullptr) {
    return read(hex(digits), skipped);
}

} // namespace

TEST_CASE("packet file: classic - both byte orders and all clocks") {
    const std::string little = "0200 0400 00000000 00000000 ffff0000 01000000";
    const std::string record = "01000000 02000000 01000000 03000000";
    CHECK(read("d4c3b2a1" + little + record + "ee") == "1:ee/3@1000002000 ");
    CHECK(read("4d3cb2a1" + little + record + "ee") == "1:ee/3@1000000002 ");
    CHECK(read("34cdb2a1" + little + record +
               "0000000000000000"
               "ee") == "1:ee/3@1000002000 ");
    CHECK(read("a1b2c3d4 0002 0004 00000000 00000000 0000ffff 40000065"
               "00000001 00000002 00000001 00000003 ee") == "101:ee/3@1000002000 ");
    CHECK(read("d4c3b2a1 0200 0200" + little.substr(9) + "01000000 02000000 03000000 01000000 ee") ==
          "1:ee/3@1000002000 ");
    CHECK(read("d4c3b2a1" + little + record + "ee" + record) ==
          "1:ee/3@1000002000 at byte 41: the last packet has 0 of its 1 bytes");
    CHECK(read("d4c3b2a1" + little + "01000000 02000000 ffffffff ffffffff") ==
          "at byte 24: a packet of 4294967295 bytes is larger than any can be");
    CHECK(read("d4c3b2a1 0200") == "no capture: at byte 0: the file header has 6 of its 24 bytes");
}

TEST_CASE("packet file: pcapng - interfaces of their own clocks and links, sections of their own byte order") {
    std::string skipped;
    CHECK(read(section + ethernet_interface + packet("00000000", "01000000") + odd_interface +
                   packet("01000000", "00080000") + packet("07000000", "00000000"),
               &skipped) == "1:aabbccdd/9@1000 101:aabbccdd/9@102000000000 -:aabbccdd/9@- ");
    CHECK(skipped.empty());
    const std::string big = "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
                            "00000001 00000014 0065 0000 00000000 00000014"
                            "00000006 00000024 00000000 00000000 00000005 00000002 00000002 aabb0000 00000024";
    CHECK(read(section + ethernet_interface + big) == "101:aabb/2@5000 ");
    CHECK(read(section + odd_interface + "03000000 14000000 04000000 aabbccdd 14000000") == "101:aabb/4@- "); // simple
    CHECK(read(section + ethernet_interface +
               "02000000 24000000 0000 ffff 00000000 01000000 03000000 03000000 aabbcc00"
               "24000000") == "1:aabbcc/3@1000 "); // old
}

TEST_CASE("packet file: pcapng - other blocks are counted, broken ones end it with their place") {
    std::string skipped;
    const std::string begin = section + ethernet_interface + packet("00000000", "01000000"); // 84 bytes
    const std::string shown = "1:aabbccdd/9@1000 ";
    CHECK(read(begin +
                   "ad0b0000 10000000 00000000 10000000"
                   "99000000 0c000000 0c000000" +
                   packet("00000000", "01000000"),
               &skipped) == shown + shown);
    CHECK(skipped == "1 block type 0x00000099 1 custom block ");
    struct Row {
        const char* block;
        const char* says;
    };
    for (const Row& row : {
             Row{"06000000 0b000000", "a block cannot be 11 bytes long"},
             Row{"06000000 0d000000 00", "a block cannot be 13 bytes long"},
             Row{"06000000", "the last block header has 4 of its 8 bytes"},
             Row{"06000000 24000000 00000000", "the last block has 12 of its 36 bytes"},
             Row{"06000000 fffffffc", "a block cannot be 4244635647 bytes long"},
             Row{"06000000 fcffffff", "a block of 4294967292 bytes is larger than any packet can be"},
             Row{"99000000 0c000000 10000000", "a block says that it is 12 bytes long, and at its end 16"},
             Row{"99000000 fcffffff 00", "the last block ends before its 4294967292 bytes"},
             Row{"0a0d0d0a 1c000000 00000000 0100 0000", "the section header has no byte order mark"},
             Row{"0a0d0d0a 1c000000 4d3c2b1a 0200 0000", "a section of pcapng version 2, and 1 is known"},
         }) {
        CAPTURE(row.block);
        CHECK(read(begin + row.block) == shown + "at byte 84: " + row.says);
    }
    skipped.clear();
    std::string larger = packet("00000000", "01000000");
    larger.replace(larger.find("04000000 0900"), 8, "05000000"); // than its block
    CHECK(read(begin + larger + packet("00000000", "01000000"), &skipped) == shown + shown);
    CHECK(skipped == "1 packet block that is smaller than its packet ");
}

TEST_CASE("packet file: no capture") {
    CHECK(read("") == "no capture: 0 bytes");
    CHECK(read("68656c6c6f") == "no capture that is known here: it begins with 68656c6c; pcap, pcapng and recorded "
                                "sessions (JSON lines) can be read");
    CHECK_FALSE(PacketFile::open("no such folder/file"));
}
