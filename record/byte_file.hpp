// ByteFile: a file, or the standard input, from front to back; compressed ones (gzip, also several members one after
// the other) are unpacked on the way.
#pragma once

#include <cstdint>
#include <cstdio>
#include <expected>
#include <memory>
#include <string>

#include "rlp/bytes.hpp"

namespace ethpoc::record {

/// A stream of bytes that is read once; movable, closes its file.
class ByteFile {
  public:
    /// "-" is the standard input. The error is a sentence.
    static std::expected<ByteFile, std::string> open(const std::string& name);

    /// What was moved from may only be destroyed or assigned to.
    ByteFile(ByteFile&&) noexcept;
    ByteFile& operator=(ByteFile&&) noexcept;
    ~ByteFile();

    /// The next `size` bytes are appended to `out`; fewer at the end of the file. Memory grows with what has come, not
    /// with `size`. Returns how many.
    std::size_t read(Bytes& out, std::size_t size);
    /// Goes past `size` bytes; returns how many there were.
    std::uint64_t skip(std::uint64_t size);
    /// The next bytes without going past them: at most `size`, which is at most 64 KiB. Valid until the next call.
    BytesView peek(std::size_t size);

    std::uint64_t position() const noexcept { return position_; } // of unpacked bytes
    bool compressed() const noexcept { return unpacker_ != nullptr; }
    /// A sentence: why there was nothing more; empty at a plain end.
    const std::string& trouble() const noexcept { return trouble_; }

  private:
    struct CloseFile {
        void operator()(std::FILE* file) const noexcept;
    };
    struct Unpacker;

    explicit ByteFile(std::FILE* file);
    bool fill();
    bool fill_raw(Bytes& into);
    void unpack();

    std::unique_ptr<std::FILE, CloseFile> file_;
    std::unique_ptr<Unpacker> unpacker_;
    Bytes ready_{}; // unpacked, from used_ on
    std::size_t used_ = 0;
    std::uint64_t position_ = 0;
    bool ended_ = false;
    std::string trouble_{};
};

} // namespace ethpoc::record
