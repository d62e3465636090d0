#include "record/packet_file.hpp"

#include <algorithm>
#include <limits>

#include "rlp/error.hpp"

namespace ethpoc::record {
namespace {

constexpr std::uint32_t section_header = 0x0a0d0d0a; // the same in both byte orders

/// A classic file by its first four bytes.
struct Magic {
    std::uint32_t word;
    std::int64_t unit; // of the fraction of a second, in nanoseconds
    std::size_t record;
};
constexpr Magic magics[] = {
    {0xa1b2c3d4, 1000, 16},
    {0xa1b23c4d, 1, 16},
    {0xa1b2cd34, 1000, 24}, // Linux 2.2 of Red Hat and SuSE: interface, protocol and direction behind the sizes
};

//   magic 4 | version 2 + 2 | 0 | 0 | snap length 4 | link type 4        then, for each packet:
//   seconds 4 | fraction 4 | captured 4 | on the wire 4 | (8 more) | bytes
class Classic final : public PacketFile {
  public:
    static constexpr std::size_t header_size = 24;

    Classic(ByteFile file, const Magic& magic, bool big) : PacketFile(std::move(file)), magic_(magic), order_(big) {
        file_.read(buffer_, header_size);
        if (buffer_.size() < header_size) {
            fail(0, "the file header has " + std::to_string(buffer_.size()) + " of its 24 bytes");
            return;
        }
        minor_ = order_.load16(buffer_, 6);
        link_type_ = order_.load32(buffer_, 20) & 0xffff; // above: how long the check sums of frames are
        declare(link_type_);
    }

  protected:
    std::optional<Packet> read_packet() override;

  private:
    Magic magic_;
    FileOrder order_;
    std::uint16_t minor_ = 4;
    std::uint32_t link_type_ = 0;
};

std::optional<Packet> Classic::read_packet() {
    const std::uint64_t offset = file_.position();
    buffer_.clear();
    const std::size_t got = file_.read(buffer_, magic_.record);
    if (got == 0) { return std::nullopt; }
    if (got < magic_.record) {
        fail(offset, "the last packet header has " + std::to_string(got) + " of its " + std::to_string(magic_.record) +
                         " bytes");
        return std::nullopt;
    }
    std::uint32_t captured = order_.load32(buffer_, 8);
    std::uint32_t wire = order_.load32(buffer_, 12);
    // Before version 2.3 the two stood the other way round, and of 2.3 there are files of both kinds.
    if (minor_ < 3 || (minor_ == 3 && captured > wire)) { std::swap(captured, wire); }
    if (captured > max_packet) {
        fail(offset, "a packet of " + std::to_string(captured) + " bytes is larger than any can be");
        return std::nullopt;
    }
    const std::int64_t seconds = order_.load32(buffer_, 0);
    const std::int64_t fraction = order_.load32(buffer_, 4);
    buffer_.clear();
    if (const std::size_t have = file_.read(buffer_, captured); have < captured) {
        fail(offset, "the last packet has " + std::to_string(have) + " of its " + std::to_string(captured) + " bytes");
        return std::nullopt;
    }
    return Packet{buffer_, std::max(wire, captured), seconds * 1'000'000'000 + fraction * magic_.unit, link_type_};
}

std::unique_ptr<PacketFile> open_classic(ByteFile& file, BytesView head) {
    for (const bool big : {false, true}) {
        const auto* const found = std::ranges::find(magics, FileOrder(big).load32(head, 0), &Magic::word);
        if (found != std::end(magics)) { return std::make_unique<Classic>(std::move(file), *found, big); }
    }
    return nullptr;
}

} // namespace

std::uint16_t FileOrder::load16(BytesView bytes, std::size_t at) const noexcept {
    const unsigned first = bytes[at];
    const unsigned second = bytes[at + 1];
    return static_cast<std::uint16_t>(big_ ? first << 8 | second : second << 8 | first);
}

std::uint32_t FileOrder::load32(BytesView bytes, std::size_t at) const noexcept {
    const std::uint32_t first = load16(bytes, at);
    const std::uint32_t second = load16(bytes, at + 2);
    return big_ ? first << 16 | second : second << 16 | first;
}

std::uint64_t FileOrder::load64(BytesView bytes, std::size_t at) const noexcept {
    const std::uint64_t first = load32(bytes, at);
    const std::uint64_t second = load32(bytes, at + 4);
    return big_ ? first << 32 | second : second << 32 | first;
}

std::expected<std::unique_ptr<PacketFile>, std::string> PacketFile::open(const std::string& name) {
    auto file = ByteFile::open(name);
    if (!file) { return std::unexpected(std::move(file.error())); }
    return open(*std::move(file));
}

std::expected<std::unique_ptr<PacketFile>, std::string> PacketFile::open(ByteFile file) {
    const BytesView head = file.peek(4);
    if (head.size() < 4) {
        return std::unexpected("no capture: " + plural(head.size(), "byte") +
                               (file.trouble().empty() ? "" : ", " + file.trouble()));
    }
    if (FileOrder().load32(head, 0) == section_header) { return open_pcapng(std::move(file)); }
    const std::string begins = to_hex(head);
    if (auto classic = open_classic(file, head)) {
        if (classic->links().empty()) { return std::unexpected("no capture: " + classic->trouble()); }
        return classic;
    }
    return std::unexpected("no capture that is known here: it begins with " + begins +
                           (file.compressed() ? " (unpacked)" : "") +
                           "; pcap, pcapng and recorded sessions (JSON lines) can be read");
}

bool begins_packet_file(BytesView head) {
    if (head.size() < 12) { return false; }
    const std::uint32_t first = FileOrder().load32(head, 0);
    for (const bool big : {false, true}) {
        const FileOrder order(big);
        // Of a section the magic number of its byte order too: its first four bytes could be line ends of a text.
        if (first == section_header && order.load32(head, 8) == 0x1a2b3c4d) { return true; }
        if (std::ranges::find(magics, order.load32(head, 0), &Magic::word) != std::end(magics)) { return true; }
    }
    return false;
}

std::optional<Packet> PacketFile::next() {
    if (over_) { return std::nullopt; }
    auto packet = read_packet();
    if (packet) { return packet; }
    over_ = true;
    if (trouble_.empty() && !file_.trouble().empty()) { fail(file_.position(), file_.trouble()); }
    file_.skip(std::numeric_limits<std::uint64_t>::max());
    return std::nullopt;
}

void PacketFile::fail(std::uint64_t offset, const std::string& what) {
    if (!trouble_.empty()) { return; }
    trouble_ = "at byte " + std::to_string(offset) + ": " + what;
    file_.skip(std::numeric_limits<std::uint64_t>::max());
    unread_ = file_.position() - offset;
    // A compressed file that is damaged is the cause of what looks like a packet that ends early.
    if (!file_.trouble().empty() && !trouble_.ends_with(file_.trouble())) { trouble_ += "; " + file_.trouble(); }
    over_ = true;
}

void PacketFile::declare(std::uint32_t link_type) {
    if (std::ranges::find(links_, link_type) == links_.end()) { links_.push_back(link_type); }
}

void PacketFile::skip_block(const std::string& what, std::uint64_t bytes) {
    Skipped& row = skipped_[what];
    ++row.count;
    row.bytes += bytes;
}

} // namespace ethpoc::record
