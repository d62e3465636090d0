#include "record/byte_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <utility>
#include <zlib.h>

namespace ethpoc::record {
namespace {

constexpr std::size_t chunk = 64u << 10;
constexpr int gzip_only = 15 + 16; // window bits; zlib adds 16 for "with a gzip header"

bool is_gzip(BytesView bytes) noexcept {
    return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

} // namespace

struct ByteFile::Unpacker {
    Unpacker() { good = inflateInit2(&stream, gzip_only) == Z_OK; }
    Unpacker(const Unpacker&) = delete;
    Unpacker& operator=(const Unpacker&) = delete;
    ~Unpacker() { inflateEnd(&stream); }

    z_stream stream{};
    Bytes packed{}; // as it stands in the file, from `used` on
    std::size_t used = 0;
    bool good = false;
    bool between = false; // a member has ended; another one may follow
};

void ByteFile::CloseFile::operator()(std::FILE* file) const noexcept {
    if (file != stdin) { std::fclose(file); }
}

ByteFile::ByteFile(std::FILE* file) : file_(file) {}
ByteFile::ByteFile(ByteFile&&) noexcept = default;
ByteFile& ByteFile::operator=(ByteFile&&) noexcept = default;
ByteFile::~ByteFile() = default;

std::expected<ByteFile, std::string> ByteFile::open(const std::string& name) {
    std::FILE* const file = name == "-" ? stdin : std::fopen(name.c_str(), "rb");
    if (file == nullptr) { return std::unexpected("cannot be opened: " + std::string(std::strerror(errno))); }
    ByteFile out(file);
    while (out.ready_.size() < 2 && out.fill_raw(out.ready_)) {}
    if (!out.trouble_.empty()) { return std::unexpected(out.trouble_); }
    if (is_gzip(out.ready_)) {
        out.unpacker_ = std::make_unique<Unpacker>();
        if (!out.unpacker_->good) { return std::unexpected("there is no memory to unpack it"); }
        out.unpacker_->packed = std::exchange(out.ready_, {});
    }
    return out;
}

bool ByteFile::fill_raw(Bytes& into) {
    const std::size_t before = into.size();
    into.resize(before + chunk);
    ssize_t got = -1;
    do { // what is there now: fread() would wait until the chunk is full
        got = ::read(::fileno(file_.get()), into.data() + before, chunk);
    } while (got < 0 && errno == EINTR);
    into.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0) { trouble_ = "cannot be read: " + std::string(std::strerror(errno)); }
    return got > 0;
}

/// More bytes in ready_; false at the end.
bool ByteFile::fill() {
    if (ended_) { return false; }
    ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ = 0;
    const std::size_t before = ready_.size();
    while (ready_.size() == before && !ended_) {
        unpacker_ != nullptr ? unpack() : void(ended_ = !fill_raw(ready_));
    }
    return ready_.size() > before;
}

/// One step of inflate(): it may give nothing and still not be at its end.
void ByteFile::unpack() {
    Unpacker& own = *unpacker_;
    if (own.used == own.packed.size()) {
        own.packed.clear();
        own.used = 0;
        if (!fill_raw(own.packed)) {
            ended_ = true;
            if (!own.between && trouble_.empty()) { trouble_ = "the compressed file ends too early"; }
            return;
        }
    }
    if (own.between) {
        if (own.packed[own.used] != 0x1f) { // zeros, mostly: what gzip itself calls trailing garbage
            trouble_ = "something else follows on the compressed part";
            ended_ = true;
            return;
        }
        inflateReset(&own.stream);
        own.between = false;
    }
    const std::size_t before = ready_.size();
    ready_.resize(before + chunk);
    own.stream.next_in = own.packed.data() + own.used;
    own.stream.avail_in = static_cast<uInt>(own.packed.size() - own.used);
    own.stream.next_out = ready_.data() + before;
    own.stream.avail_out = static_cast<uInt>(chunk);
    const int result = inflate(&own.stream, Z_NO_FLUSH);
    own.used = own.packed.size() - own.stream.avail_in;
    ready_.resize(before + chunk - own.stream.avail_out);
    if (result == Z_STREAM_END) {
        own.between = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        trouble_ = "the compressed file is damaged";
        ended_ = true;
    }
}

std::size_t ByteFile::read(Bytes& out, std::size_t size) {
    std::size_t got = 0;
    while (got < size && (used_ < ready_.size() || fill())) {
        const std::size_t part = std::min(size - got, ready_.size() - used_);
        const auto begin = ready_.begin() + static_cast<std::ptrdiff_t>(used_);
        out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(part));
        used_ += part;
        got += part;
    }
    position_ += got;
    return got;
}

std::uint64_t ByteFile::skip(std::uint64_t size) {
    std::uint64_t got = 0;
    while (got < size && (used_ < ready_.size() || fill())) {
        const std::uint64_t part = std::min<std::uint64_t>(size - got, ready_.size() - used_);
        used_ += static_cast<std::size_t>(part);
        got += part;
    }
    position_ += got;
    return got;
}

BytesView ByteFile::peek(std::size_t size) {
    while (ready_.size() - used_ < size && fill()) {}
    return BytesView{ready_}.subspan(used_, std::min(size, ready_.size() - used_));
}

} // namespace ethpoc::record
