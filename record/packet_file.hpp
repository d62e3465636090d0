// PacketFile: the packets of a capture, one after the other, as they stand in the file: classic pcap (both byte orders,
// microseconds, nanoseconds, the variant of Linux 2.2 with longer headers) and pcapng (several sections and interfaces,
// blocks of packets old and new). Other blocks are skipped and counted.
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "record/byte_file.hpp"

namespace ethpoc::record {

/// No packet is larger: a length beyond it is a damaged file. (Wireshark gives up at 256 KiB.)
inline constexpr std::size_t max_packet = 16u << 20;

/// One packet of a capture file. The bytes belong to the file.
struct Packet {
    BytesView data{};                        // as far as it was captured; valid until the next call of next()
    std::uint64_t wire_size = 0;             // as it was on the wire, never less than data.size()
    std::optional<std::int64_t> nanoseconds; // since 1970; nothing: a simple packet block has no time
    std::optional<std::uint32_t> link_type;  // as the registry of libpcap numbers them; nothing: of no known interface
};

/// Blocks that are no packets, or parts of the file that could not be read.
struct Skipped {
    std::size_t count = 0;
    std::uint64_t bytes = 0;
};

/// A capture that is read from front to back, in bounded memory.
class PacketFile {
  public:
    /// "-" is the standard input. The error is a sentence: not to be opened, or no capture.
    static std::expected<std::unique_ptr<PacketFile>, std::string> open(const std::string& name);
    /// The same of a file that is open, and of which nothing was read.
    static std::expected<std::unique_ptr<PacketFile>, std::string> open(ByteFile file);

    PacketFile(const PacketFile&) = delete;
    PacketFile& operator=(const PacketFile&) = delete;
    virtual ~PacketFile() = default;

    /// Nothing at the end, and after trouble.
    std::optional<Packet> next();

    /// A sentence with the place in the file when it ended badly; empty when all of it was read.
    const std::string& trouble() const noexcept { return trouble_; }
    /// By what they are: "interface statistics", "block type 0x00000bad".
    const std::map<std::string, Skipped>& skipped() const noexcept { return skipped_; }
    /// Link types in the order in which they were declared, each once.
    const std::vector<std::uint32_t>& links() const noexcept { return links_; }
    /// Bytes of the whole file, unpacked; known at its end.
    std::uint64_t size() const noexcept { return file_.position(); }
    bool compressed() const noexcept { return file_.compressed(); }
    /// Bytes behind the place of the trouble, which were not understood.
    std::uint64_t unread() const noexcept { return unread_; }

  protected:
    explicit PacketFile(ByteFile file) : file_(std::move(file)) {}
    /// The next packet of the file; nothing at the end, and after fail().
    virtual std::optional<Packet> read_packet() = 0;

    /// The file is not understood from `offset` on; `what` is a clause for people.
    void fail(std::uint64_t offset, const std::string& what);
    /// An interface with this link type is in the file.
    void declare(std::uint32_t link_type);
    /// Goes past a block of `bytes` bytes and counts it under `what`.
    void skip_block(const std::string& what, std::uint64_t bytes);

    ByteFile file_;
    Bytes buffer_{};

  private:
    std::string trouble_{};
    std::map<std::string, Skipped> skipped_{};
    std::vector<std::uint32_t> links_{};
    std::uint64_t unread_ = 0;
    bool over_ = false;
};

/// Do these bytes, the first of a file (12 are enough), begin a capture?
bool begins_packet_file(BytesView head);

/// `file` begins with a section header block.
std::unique_ptr<PacketFile> open_pcapng(ByteFile file);

/// Numbers of a file, whose byte order it tells itself.
class FileOrder {
  public:
    /// `big`: the file is big-endian.
    explicit FileOrder(bool big = false) : big_(big) {}
    /// Two bytes at `at`, which must be there.
    std::uint16_t load16(BytesView bytes, std::size_t at) const noexcept;
    /// Four bytes at `at`, which must be there.
    std::uint32_t load32(BytesView bytes, std::size_t at) const noexcept;
    /// Eight bytes at `at`, which must be there.
    std::uint64_t load64(BytesView bytes, std::size_t at) const noexcept;

  private:
    bool big_;
};

} // namespace ethpoc::record
