// pcapng: a file of blocks. A section header says the byte order of what follows and forgets the interfaces before it;
// an interface block says link type, snap length and clock of the packets that name its number.
//
//   type 4 | length 4 | body, padded to 4 | length 4        length: of the whole block
#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

#include "record/packet_file.hpp"

namespace ethpoc::record {
namespace {

__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

constexpr std::uint32_t block_section = 0x0a0d0d0a;
constexpr std::uint32_t block_interface = 1;
constexpr std::uint32_t block_packet_old = 2;
constexpr std::uint32_t block_packet_simple = 3;
constexpr std::uint32_t block_packet = 6;
constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::size_t frame_size = 12; // of a block without its body
constexpr std::size_t max_interfaces = 65'536;

struct BlockName {
    std::uint32_t type;
    const char* name;
};
constexpr BlockName other_blocks[] = {
    {4, "name resolution"},  {5, "interface statistics"},  {9, "systemd journal"},  {10, "decryption secrets"},
    {0xbad, "custom block"}, {0x40000bad, "custom block"}, {0x204, "Sysdig event"}, {0x80000001, "process information"},
};

struct Interface {
    std::uint32_t link_type = 0;
    std::uint32_t snap_length = 0; // 0: no limit
    Wide units = 1'000'000;        // of its clock in a second
    std::int64_t offset = 0;       // seconds to be added
};

/// Units of a clock since 1970 as nanoseconds. What is beyond the year 2116 stays there, so that differences fit.
std::int64_t nanoseconds(std::uint64_t time, const Interface& interface) {
    constexpr SignedWide billion = 1'000'000'000;
    constexpr SignedWide most = std::numeric_limits<std::int64_t>::max() / 2;
    const SignedWide seconds = static_cast<SignedWide>(time / interface.units) + interface.offset;
    const Wide rest = time % interface.units; // below 2^64, so that the product fits
    const auto fraction = static_cast<SignedWide>(rest * 1'000'000'000u / interface.units);
    return static_cast<std::int64_t>(std::clamp(seconds * billion + fraction, -most, most));
}

class Pcapng final : public PacketFile {
  public:
    explicit Pcapng(ByteFile file) : PacketFile(std::move(file)) {}

  protected:
    std::optional<Packet> read_packet() override;

  private:
    bool read_block();
    bool read_section(std::uint64_t offset);
    bool end_block(std::uint64_t offset, std::uint32_t length);
    void take_interface(BytesView body);
    std::optional<Packet> take_packet(BytesView body, std::size_t header, std::size_t interface);
    std::optional<Packet> take_simple(BytesView body);
    void skip_other();

    FileOrder order_{};
    std::vector<Interface> interfaces_{};
    std::uint64_t at_ = 0; // of the block that is being read
    std::uint32_t type_ = 0;
    std::uint32_t length_ = 0;
};

bool has_packets(std::uint32_t type) {
    return type == block_packet || type == block_packet_old || type == block_packet_simple;
}

/// The body of the next block that matters in buffer_; others are gone past.
bool Pcapng::read_block() {
    at_ = file_.position();
    buffer_.clear();
    const std::size_t got = file_.read(buffer_, 8);
    if (got == 0) { return false; }
    if (got < 8) {
        fail(at_, "the last block header has " + std::to_string(got) + " of its 8 bytes");
        return false;
    }
    type_ = order_.load32(buffer_, 0);
    if (type_ == block_section) { return read_section(at_); }
    length_ = order_.load32(buffer_, 4);
    if (length_ < frame_size || length_ % 4 != 0) {
        fail(at_, "a block cannot be " + std::to_string(length_) + " bytes long");
        return false;
    }
    const std::uint32_t size = length_ - static_cast<std::uint32_t>(frame_size);
    if (!has_packets(type_) && type_ != block_interface) {
        if (file_.skip(size) < size) {
            fail(at_, "the last block ends before its " + std::to_string(length_) + " bytes");
            return false;
        }
        if (!end_block(at_, length_)) { return false; }
        skip_other();
        return true;
    }
    if (size > max_packet + (std::size_t{64} << 10)) {
        fail(at_, "a block of " + std::to_string(length_) + " bytes is larger than any packet can be");
        return false;
    }
    buffer_.clear();
    if (file_.read(buffer_, size) < size) {
        fail(at_, "the last block has " + std::to_string(8 + buffer_.size()) + " of its " + std::to_string(length_) +
                      " bytes");
        return false;
    }
    return end_block(at_, length_);
}

bool Pcapng::end_block(std::uint64_t offset, std::uint32_t length) {
    const BytesView end = file_.peek(4);
    if (end.size() < 4) {
        fail(offset, "the last block ends before its " + std::to_string(length) + " bytes");
        return false;
    }
    if (const std::uint32_t again = order_.load32(end, 0); again != length) {
        fail(offset, "a block says that it is " + std::to_string(length) + " bytes long, and at its end " +
                         std::to_string(again));
        return false;
    }
    file_.skip(4);
    return true;
}

bool Pcapng::read_section(std::uint64_t offset) {
    const std::size_t got = file_.read(buffer_, 8); // byte order, version
    if (got < 8) {
        fail(offset, "the last section header has " + std::to_string(buffer_.size()) + " of its bytes");
        return false;
    }
    const bool little = FileOrder(false).load32(buffer_, 8) == byte_order_magic;
    const bool big = FileOrder(true).load32(buffer_, 8) == byte_order_magic;
    if (!little && !big) {
        fail(offset, "the section header has no byte order mark");
        return false;
    }
    order_ = FileOrder(big);
    length_ = order_.load32(buffer_, 4);
    if (const std::uint16_t version = order_.load16(buffer_, 12); version != 1) {
        fail(offset, "a section of pcapng version " + std::to_string(version) + ", and 1 is known");
        return false;
    }
    if (length_ < 28 || length_ % 4 != 0 || file_.skip(length_ - 20) < length_ - 20) {
        fail(offset, "a section header cannot be " + std::to_string(length_) + " bytes long here");
        return false;
    }
    interfaces_.clear();
    return end_block(offset, length_);
}

void Pcapng::take_interface(BytesView body) {
    if (body.size() < 8 || interfaces_.size() >= max_interfaces) {
        return skip_block("interface without its fields", length_);
    }
    Interface made;
    made.link_type = order_.load16(body, 0);
    made.snap_length = order_.load32(body, 4);
    for (std::size_t at = 8; at + 4 <= body.size();) { // options: code 2 | length 2 | value, padded to 4
        const std::uint16_t code = order_.load16(body, at);
        const std::size_t size = order_.load16(body, at + 2);
        const BytesView value = body.subspan(at + 4);
        if (code == 0 || value.size() < size) { break; }
        if (code == 9 && size >= 1) { // if_tsresol: a power of ten, or of two
            const unsigned power = value[0] & 0x7fu;
            made.units = 1;
            for (unsigned i = 0; i < std::min(power, 63u) && (value[0] >= 0x80 || i < 19); ++i) {
                made.units *= value[0] >= 0x80 ? 2 : 10;
            }
        }
        if (code == 14 && size >= 8) {
            made.offset = static_cast<std::int64_t>(order_.load64(value, 0));
        } // if_tsoffset
        at += 4 + (size + 3) / 4 * 4;
    }
    interfaces_.push_back(made);
    declare(made.link_type);
}

/// `header` bytes of the body stand before the packet: the last four words are time, captured and original size.
std::optional<Packet> Pcapng::take_packet(BytesView body, std::size_t header, std::size_t interface) {
    if (body.size() < header) { return skip_block("packet block without its fields", length_), std::nullopt; }
    const std::uint32_t captured = order_.load32(body, header - 8);
    const std::uint32_t wire = order_.load32(body, header - 4);
    if (captured > body.size() - header) {
        return skip_block("packet block that is smaller than its packet", length_), std::nullopt;
    }
    Packet packet{body.subspan(header, captured), std::max(wire, captured), {}, {}};
    if (interface >= interfaces_.size()) { return packet; }
    const std::uint64_t time = std::uint64_t{order_.load32(body, header - 16)} << 32 | order_.load32(body, header - 12);
    packet.nanoseconds = nanoseconds(time, interfaces_[interface]);
    packet.link_type = interfaces_[interface].link_type;
    return packet;
}

std::optional<Packet> Pcapng::take_simple(BytesView body) {
    if (body.size() < 4) { return skip_block("packet block without its fields", length_), std::nullopt; }
    const std::uint32_t wire = order_.load32(body, 0);
    std::size_t captured = std::min<std::size_t>(wire, body.size() - 4);
    if (interfaces_.empty()) { return Packet{body.subspan(4, captured), wire, {}, {}}; }
    const Interface& first = interfaces_.front();
    if (first.snap_length != 0) { captured = std::min<std::size_t>(captured, first.snap_length); }
    return Packet{body.subspan(4, captured), wire, {}, first.link_type};
}

void Pcapng::skip_other() {
    const auto* const found = std::ranges::find(other_blocks, type_, &BlockName::type);
    if (found != std::end(other_blocks)) { return skip_block(found->name, length_); }
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "block type 0x%08x", unsigned{type_});
    constexpr std::size_t most_names = 64;
    skip_block(skipped().size() < most_names ? name.data() : "other block types", length_);
}

std::optional<Packet> Pcapng::read_packet() {
    while (read_block()) {
        std::optional<Packet> packet;
        switch (type_) {
        case block_interface:
            take_interface(buffer_);
            break;
        case block_packet: // interface 4 | time 8 | captured 4 | wire 4
            packet = take_packet(buffer_, 20, buffer_.size() < 4 ? 0 : order_.load32(buffer_, 0));
            break;
        case block_packet_old: // interface 2 | drops 2 | time 8 | captured 4 | wire 4
            packet = take_packet(buffer_, 20, buffer_.size() < 4 ? 0 : order_.load16(buffer_, 0));
            break;
        case block_packet_simple: // wire 4
            packet = take_simple(buffer_);
            break;
        default:
            break;
        }
        if (packet) { return packet; }
    }
    return std::nullopt;
}

} // namespace

std::unique_ptr<PacketFile> open_pcapng(ByteFile file) {
    return std::make_unique<Pcapng>(std::move(file));
}

} // namespace ethpoc::record
