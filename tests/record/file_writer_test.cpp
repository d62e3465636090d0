#include "record/file_writer.hpp"

#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>

#include "tests/support/temporary.hpp"

using namespace ethpoc;
using record::Existing;
using record::FileWriter;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void put(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

Result<void> write_all(const fs::path& path, Existing existing, const std::string& text) {
    auto file = FileWriter::create(path.string(), existing);
    if (!file) { return std::unexpected(file.error()); }
    if (auto done = file->write(as_bytes(text)); !done) { return done; }
    return file->finish();
}

/// No file may grow beyond `bytes` while it lives: what a full disk is to a write.
struct SizeLimit {
    explicit SizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before);
        const rlimit now{bytes, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &now);
    }
    ~SizeLimit() { setrlimit(RLIMIT_FSIZE, &before); }
    SizeLimit(const SizeLimit&) = delete;
    SizeLimit& operator=(const SizeLimit&) = delete;
    rlimit before{};
};

const std::string much(300'000, 'm'); // several buffers

} // namespace

TEST_CASE("file writer: a file is there at the end, whole, and not before") {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "out";
    auto file = FileWriter::create(path.string(), Existing::keep);
    REQUIRE(file);
    CHECK(file->write(as_bytes(much)));
    CHECK_FALSE(fs::exists(path));
    CHECK(file->finish());
    CHECK(content(path) == much);
    CHECK(files_in(folder.path()) == 1);
    CHECK_FALSE(file->to_stdout());
}

TEST_CASE("file writer: a file that exists is kept, or replaced with its rights") {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "out";
    put(path, "older");
    fs::permissions(path, fs::perms{0640});
    const auto kept = write_all(path, Existing::keep, "newer");
    REQUIRE_FALSE(kept);
    CHECK(*kept.error().code == record::errors::file_exists);
    CHECK(kept.error().detail.contains("--force"));
    CHECK(content(path) == "older");
    REQUIRE(write_all(path, Existing::replace, "newer"));
    CHECK(content(path) == "newer");
    CHECK(fs::status(path).permissions() == fs::perms{0640});
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("file writer: a file that somebody made in the meantime is kept") {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "out";
    auto file = FileWriter::create(path.string(), Existing::keep);
    REQUIRE(file);
    put(path, "theirs");
    CHECK(file->write(as_bytes("ours")));
    const auto done = file->finish();
    REQUIRE_FALSE(done);
    CHECK(*done.error().code == record::errors::file_exists);
    file = FileWriter::create("/dev/null", Existing::keep); // lets go of the draft
    CHECK(content(path) == "theirs");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("file writer: what fails in the middle leaves the older file and no draft") {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "out";
    put(path, "older");
    {
        const SizeLimit limit(100'000);
        const auto full = write_all(path, Existing::replace, much);
        REQUIRE_FALSE(full);
        CHECK(*full.error().code == record::errors::not_written);
        CHECK(full.error().detail.contains("File too large"));
    }
    {
        auto given_up = FileWriter::create(path.string(), Existing::replace);
        REQUIRE(given_up);
        CHECK(given_up->write(as_bytes(much)));
    }
    CHECK(content(path) == "older");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("file writer: a published file grows by whole flushes, and keeps them when the disk is full") {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "out";
    put(path, "older");
    auto file = FileWriter::create(path.string(), Existing::replace);
    REQUIRE(file);
    CHECK(file->write(as_bytes("head\n")));
    CHECK(content(path) == "older");
    REQUIRE(file->publish());
    CHECK(content(path) == "head\n");
    CHECK(file->write(as_bytes("line\n")));
    CHECK(file->flush());
    {
        const SizeLimit limit(50'000);
        CHECK_FALSE(file->write(as_bytes(std::string(70'000, 'x') + "\n")));
    }
    const auto later = file->write(as_bytes("more\n")); // there is room again; what is missing stays missing
    REQUIRE_FALSE(later);
    CHECK(later.error().detail.contains("File too large"));
    CHECK_FALSE(file->finish());
    CHECK(content(path) == "head\nline\n");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("file writer: a link is followed, also to nowhere") {
    const test::TemporaryFolder folder;
    const fs::path target = folder.path() / "target";
    const fs::path link = folder.path() / "link";
    fs::create_symlink("target", link);
    const auto nowhere = write_all(link, Existing::keep, "x");
    REQUIRE_FALSE(nowhere);
    CHECK(*nowhere.error().code == record::errors::file_exists);
    REQUIRE(write_all(link, Existing::replace, "one"));
    CHECK(content(target) == "one");
    CHECK_FALSE(write_all(link, Existing::keep, "two"));
    REQUIRE(write_all(link, Existing::replace, "two"));
    CHECK(content(target) == "two");
    CHECK(fs::is_symlink(link));
    fs::create_symlink("round", folder.path() / "round");
    const auto round = write_all(folder.path() / "round", Existing::replace, "x");
    REQUIRE_FALSE(round);
    CHECK(round.error().detail.contains("symbolic links"));
}

TEST_CASE("file writer: devices and pipes are written as they are") {
    const test::TemporaryFolder folder;
    CHECK(write_all("/dev/null", Existing::keep, much));
    CHECK(fs::is_character_file("/dev/null"));
    const auto full = write_all("/dev/full", Existing::keep, "x");
    REQUIRE_FALSE(full);
    CHECK(full.error().detail == "/dev/full cannot be written: No space left on device");
    const fs::path pipe = folder.path() / "pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    std::string heard;
    std::thread reader([&] { heard = content(pipe); });
    CHECK(write_all(pipe, Existing::keep, much));
    reader.join();
    CHECK(heard == much);
    CHECK(fs::is_fifo(pipe));
}

TEST_CASE("file writer: the open file of a name below dev and proc is written where it stands") {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "out";
    std::FILE* const open = std::fopen(path.c_str(), "wb");
    REQUIRE(open != nullptr);
    std::fputs("before ", open);
    std::fflush(open);
    CHECK(write_all("/dev/fd/" + std::to_string(::fileno(open)), Existing::keep, "and after"));
    std::fclose(open);
    CHECK(content(path) == "before and after");
    for (const char* const name : {"-", "/dev/stdout", "/proc/self/fd/1"}) {
        const auto out = FileWriter::create(name, Existing::keep);
        REQUIRE(out);
        CHECK(out->to_stdout());
    }
}

TEST_CASE("file writer: names that lead nowhere") {
    const test::TemporaryFolder folder;
    put(folder.path() / "file", "x");
    struct Row {
        std::string name;
        std::string reason;
    };
    const std::string base = folder.path().string();
    for (const Row& row :
         {Row{"", "Invalid argument"}, Row{std::string("a\0b", 3), "Invalid argument"}, Row{base, "Is a directory"},
          Row{base + "/", "Is a directory"}, Row{base + "/none/out", "No such file or directory"},
          Row{base + "/file/out", "Not a directory"}, Row{base + "/file/", "Not a directory"},
          Row{base + "/" + std::string(300, 'n'), "File name too long"},
          Row{"/proc/none/out", "No such file or directory"}}) {
        CAPTURE(row.name);
        const auto file = FileWriter::create(row.name, Existing::replace);
        REQUIRE_FALSE(file);
        CHECK(*file.error().code == record::errors::not_written);
        CHECK(file.error().detail.ends_with(row.reason));
    }
    CHECK(write_all(folder.path() / std::string(255, 'n'), Existing::keep, "long names fit"));
    CHECK(files_in(folder.path()) == 2);
}
