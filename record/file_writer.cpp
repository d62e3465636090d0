#include "record/file_writer.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ethpoc::record {
namespace {

constexpr std::size_t buffer_size = 64u << 10;
constexpr unsigned permission_bits = 0777;

/// Where a name leads.
struct Place {
    std::string path{};
    bool exists = false;
    bool regular = true; // or not there yet
    bool link_to_nowhere = false;
    unsigned mode = 0;   // of the file that exists
    int descriptor = -1; // the name is that of an open file of this process
    int error = 0;       // of the system; nothing else counts then
};

/// "/proc/123/fd/1" and "/dev/stdout", which is a link to it: the open file itself, with its position; to open the name
/// again would write over what is there.
int own_descriptor(const std::string& folder, const std::string& file) {
    if (folder != "/proc/" + std::to_string(::getpid()) + "/fd") { return -1; }
    int number = -1;
    const auto [end, error] = std::from_chars(file.data(), file.data() + file.size(), number);
    return error == std::errc{} && end == file.data() + file.size() ? number : -1;
}

Place place_of(const std::string& name) {
    constexpr int most_links = 40; // as many as the kernel follows
    std::filesystem::path at = name;
    Place out;
    for (int hop = 0; hop < most_links; ++hop) {
        std::error_code failed;
        const auto folder = std::filesystem::canonical(at.has_parent_path() ? at.parent_path() : ".", failed);
        if (failed) { return {.error = failed.value()}; }
        if (!at.has_filename()) { return {.error = std::filesystem::is_directory(folder, failed) ? EISDIR : ENOTDIR}; }
        out.path = (folder / at.filename()).string();
        out.descriptor = own_descriptor(folder.string(), at.filename().string());
        if (out.descriptor >= 0) { return out; }
        struct stat status {};
        if (::lstat(out.path.c_str(), &status) != 0) {
            out.error = errno == ENOENT ? 0 : errno;
            out.link_to_nowhere = hop > 0;
            return out;
        }
        if (S_ISDIR(status.st_mode)) { return {.error = EISDIR}; }
        if (!S_ISLNK(status.st_mode)) {
            out.exists = true;
            out.regular = S_ISREG(status.st_mode);
            out.mode = status.st_mode & permission_bits;
            return out;
        }
        const auto target = std::filesystem::read_symlink(out.path, failed);
        if (failed) { return {.error = failed.value()}; }
        at = folder / target;
    }
    return {.error = ELOOP};
}

/// "blocks.rlp" -> "blocks.rlp.part-1a2b3c4d", at most as long as a name may be.
std::string draft_of(const std::string& path) {
    constexpr std::size_t most = 255 - 14;
    std::array<char, 15> ending{};
    std::snprintf(ending.data(), ending.size(), ".part-%08x", std::random_device{}());
    const std::size_t slash = path.rfind('/') + 1;
    return path.substr(0, slash) + path.substr(slash, most) + ending.data();
}

int move_to_free_name(const std::string& draft, const std::string& path) {
    const int done = ::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE);
    if (done == 0 || (errno != EINVAL && errno != ENOSYS)) { return done; }
    return ::rename(draft.c_str(), path.c_str()); // a file system that does not know it
}

/// A name is on the disk only when its folder is. What cannot be synced is no loss of bytes.
void sync_folder_of(const std::string& path) {
    const int folder = ::open(path.substr(0, path.rfind('/') + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) { return; }
    ::fsync(folder);
    ::close(folder);
}

} // namespace

// ---------------------------------------------------------------- opening

Result<FileWriter> FileWriter::create(const std::string& name, Existing existing) {
    FileWriter out(name, existing);
    if (auto opened = out.open(); !opened) { return std::unexpected(std::move(opened.error())); }
    return out;
}

Result<void> FileWriter::open() {
    if (name_ == "-") { return open_descriptor(STDOUT_FILENO); }
    if (name_.empty() || name_.contains('\0')) { return fail_with(EINVAL); }
    const Place place = place_of(name_);
    if (place.error != 0) { return fail_with(place.error); }
    if (place.descriptor >= 0) { return open_descriptor(place.descriptor); }
    if (!place.regular) {
        file_ = ::open(place.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
        return file_ < 0 ? fail_with(errno) : Result<void>{};
    }
    if (existing_ == Existing::keep && (place.exists || place.link_to_nowhere)) {
        return fail(errors::file_exists, "exists; give another name, or --force to overwrite it");
    }
    // A rename asks the folder alone; the file's own rights count as well.
    if (place.exists && ::faccessat(AT_FDCWD, place.path.c_str(), W_OK, AT_EACCESS) != 0) { return fail_with(errno); }
    path_ = place.path;
    constexpr unsigned for_all = 0666; // less the umask
    if (auto opened = open_draft(place.exists ? place.mode : for_all); !opened) { return opened; }
    if (place.exists && ::fchmod(file_, place.mode) != 0) { return fail_with(errno); }
    return {};
}

Result<void> FileWriter::open_draft(unsigned mode) {
    constexpr int attempts = 16;
    for (int i = 0; i < attempts && file_ < 0; ++i) {
        const std::string draft = draft_of(path_);
        file_ = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (file_ < 0 && errno != EEXIST) { break; }
        if (file_ >= 0) { draft_ = draft; }
    }
    return file_ < 0 ? fail_with(errno) : Result<void>{};
}

Result<void> FileWriter::open_descriptor(int descriptor) {
    file_ = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (file_ < 0) { return fail_with(errno); }
    to_stdout_ = descriptor == STDOUT_FILENO;
    return {};
}

FileWriter::FileWriter(FileWriter&& other) noexcept :
    name_(std::move(other.name_)), existing_(other.existing_), path_(std::move(other.path_)),
    draft_(std::exchange(other.draft_, {})), file_(std::exchange(other.file_, -1)), to_stdout_(other.to_stdout_),
    pending_(std::move(other.pending_)), flushed_(other.flushed_), failure_(std::move(other.failure_)) {}

FileWriter& FileWriter::operator=(FileWriter&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(existing_, other.existing_);
    std::swap(path_, other.path_);
    std::swap(draft_, other.draft_);
    std::swap(file_, other.file_);
    std::swap(to_stdout_, other.to_stdout_);
    std::swap(pending_, other.pending_);
    std::swap(flushed_, other.flushed_);
    std::swap(failure_, other.failure_);
    return *this;
}

FileWriter::~FileWriter() {
    if (file_ >= 0) { ::close(file_); }
    if (!draft_.empty()) { ::unlink(draft_.c_str()); }
}

// ---------------------------------------------------------------- writing

Result<void> FileWriter::write(BytesView bytes) {
    if (failure_) { return std::unexpected(*failure_); }
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    return pending_.size() < buffer_size ? Result<void>{} : flush();
}

Result<void> FileWriter::flush() {
    if (failure_) { return std::unexpected(*failure_); }
    std::size_t done = 0;
    while (done < pending_.size()) {
        const ssize_t n = ::write(file_, pending_.data() + done, pending_.size() - done);
        if (n < 0 && errno == EINTR) { continue; }
        if (n <= 0) {
            const int reason = n == 0 ? ENOSPC : errno;
            // If even this fails, the last line is cut, as it is after a power cut.
            if (!path_.empty() && ::ftruncate(file_, static_cast<off_t>(flushed_)) != 0) { pending_.clear(); }
            return fail_with(reason);
        }
        done += static_cast<std::size_t>(n);
    }
    flushed_ += done;
    pending_.clear();
    return {};
}

Result<void> FileWriter::sync() {
    if (auto done = flush(); !done) { return done; }
    // Pipes and some devices know no fsync and say so.
    if (::fsync(file_) != 0 && errno != EINVAL && errno != ENOSYS && errno != ENOTSUP && errno != EROFS) {
        return fail_with(errno);
    }
    return {};
}

Result<void> FileWriter::close() {
    return ::close(std::exchange(file_, -1)) != 0 && errno != EINTR ? fail_with(errno) : Result<void>{};
}

Result<void> FileWriter::give_name() {
    if (draft_.empty()) { return {}; }
    const int moved =
        existing_ == Existing::keep ? move_to_free_name(draft_, path_) : ::rename(draft_.c_str(), path_.c_str());
    if (moved != 0 && errno == EEXIST) {
        return fail(errors::file_exists, "was made by somebody else in the meantime; it was left alone");
    }
    if (moved != 0) { return fail_with(errno); }
    draft_.clear();
    sync_folder_of(path_);
    return {};
}

Result<void> FileWriter::publish() {
    auto done = sync();
    return done ? give_name() : done;
}

Result<void> FileWriter::finish() {
    if (auto done = sync(); !done) { return done; }
    if (auto done = close(); !done) { return done; }
    return give_name();
}

Result<void> FileWriter::fail(const ErrorCode& code, const std::string& reason) {
    failure_ = Error{&code, 0, 0, {}, printable(name_ == "-" ? "stdout" : name_, 4096) + " " + reason};
    return std::unexpected(*failure_);
}

Result<void> FileWriter::fail_with(int system_error) {
    return fail(errors::not_written, "cannot be written: " + std::generic_category().message(system_error));
}

} // namespace ethpoc::record
