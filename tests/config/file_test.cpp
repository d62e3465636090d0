#include "config/file.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace ethpoc::config;

namespace {

std::string first_error(std::string_view text) {
    const auto layer = parse_toml(text, "t.toml");
    return layer ? "no error" : layer.error().front().text();
}

/// A file that is gone when the test is over.
class TemporaryFile {
  public:
    TemporaryFile() :
        path_(std::filesystem::temp_directory_path() / ("ethpoc-file-test-" + std::to_string(getpid()))) {}
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    std::string write(const std::string& text) const {
        std::ofstream(path_, std::ios::binary) << text;
        return path_.string();
    }

  private:
    std::filesystem::path path_;
};

} // namespace

TEST_CASE("file: values of every kind, with their place") {
    const auto layer = parse_toml("listen = \"[::1]:30303\" # with \"#\" after it\n"
                                  "dial = [\"a:1\",\n  \"b:2\"]\n"
                                  "trace = true\n"
                                  "client-id = \"a # b\"\n"
                                  "max-peers = 3\n"
                                  "limits = { frame = \"1MiB\", transaction = 1000 }\n"
                                  "[timeouts]\n"
                                  "ping = 1.5\n"
                                  "  idle = \"2m\"\n",
                                  "t.toml");
    REQUIRE(layer.has_value());
    const auto resolved = merge(Settings{}, std::vector<Layer>{*layer});
    REQUIRE(resolved.has_value());
    const Settings& settings = resolved->settings;
    CHECK(settings.listen == Endpoint{"::1", 30303});
    CHECK(settings.dial == std::vector<Endpoint>{{"a", 1}, {"b", 2}});
    CHECK(settings.trace);
    CHECK(settings.client_id == "a # b");
    CHECK(settings.max_peers == 3);
    CHECK(settings.limits.frame == mebibytes(1));
    CHECK(settings.limits.transaction.bytes == 1000);
    CHECK(settings.timeouts.ping.count() == 1500);
    CHECK(settings.timeouts.idle.count() == 120'000);
    for (const ShownSetting& row : shown_settings(*resolved)) {
        if (row.key == "timeouts.idle") { CHECK(row.origin == "file t.toml:10:10"); }
    }
}

TEST_CASE("file: mistakes have line and column") {
    struct Row {
        std::string_view text;
        std::string_view error;
    };
    for (const Row& row : {
             Row{"\n  lisen = \"none\"", "file t.toml:2:3: unknown key \"lisen\"; did you mean \"listen\"?"},
             Row{"[limit]\nframe = 1", "file t.toml:1:2: unknown key \"limit\"; did you mean \"limits\"?"},
             Row{"[limits]\nfram = 1", "file t.toml:2:1: unknown key \"limits.fram\"; did you mean \"limits.frame\"?"},
             Row{"max-peers = \"3\"", "file t.toml:1:13: max-peers: a number is expected"},
             Row{"trace = 1", "file t.toml:1:9: trace: true or false is expected"},
             Row{"listen = 30303", "file t.toml:1:10: listen: a text in quotes is expected"},
             Row{"listen = [\"a:1\"]", "file t.toml:1:10: listen: a text in quotes is expected"},
             Row{"dial = [\"a:1\", 2]", "file t.toml:1:16: dial: a text in quotes is expected"},
             Row{"limits.frame = 1.5", "file t.toml:1:16: limits.frame: a number or a text with its unit is expected"},
             Row{"limits = 3", "file t.toml:1:1: unknown key \"limits\""},
             Row{"listen.host = 1", "file t.toml:1:1: listen: a text in quotes is expected"},
         }) {
        CAPTURE(row.text);
        CHECK(first_error(row.text) == row.error);
    }
    CHECK(first_error("listen = \n").starts_with("file t.toml:1:"));
    CHECK(first_error("a = 1\na = 2").starts_with("file t.toml:2:"));
}

TEST_CASE("file: all mistakes of a file are reported at once") {
    const auto layer = parse_toml("a = 1\nb = 2\nmax-peers = 3\n[c]\nd = 1", "t.toml");
    REQUIRE_FALSE(layer.has_value());
    CHECK(layer.error().size() == 3);
}

TEST_CASE("file: hostile text ends in an error, not in a crash") {
    CHECK(first_error(std::string(100'000, '[')).starts_with("file t.toml:1:"));
    CHECK(first_error("dial = " + std::string(100'000, '[')).starts_with("file t.toml:1:"));
    CHECK(first_error(std::string_view("listen = \"\0\"", 12)).starts_with("file t.toml:1:"));
    CHECK(first_error("listen = \"\xff\xfe\"").starts_with("file t.toml:1:"));
    CHECK(first_error(std::string(70, 'x') + " = 1").contains("unknown key"));
}

TEST_CASE("file: reading from disk") {
    const TemporaryFile file;
    const std::string path = file.write("max-peers = 9\n");
    const auto layer = read_file(path);
    REQUIRE(layer.has_value());
    CHECK(layer->at(0).where == "file " + path + ":1:13");
    file.write(std::string(max_file_bytes, '\n'));
    CHECK(read_file(path).has_value());
    file.write(std::string(max_file_bytes + 1, '\n'));
    REQUIRE_FALSE(read_file(path).has_value());
    CHECK(read_file(path).error().front().message.contains("1 MiB"));
    CHECK_FALSE(read_file(path + "-missing").has_value());
    CHECK_FALSE(read_file(std::filesystem::temp_directory_path().string()).has_value());
}

TEST_CASE("file: the sample names only real keys and shows the defaults") {
    // Uncommenting every line must give the defaults, or the sample lies.
    std::ifstream sample(std::string(ETHPOC_SOURCE_DIR) + "/config/ethpoc.toml");
    REQUIRE(sample);
    std::string text;
    std::size_t settings = 0;
    for (std::string line; std::getline(sample, line);) {
        const bool is_setting = line.starts_with('#') && !line.starts_with("# ") && line.size() > 1;
        settings += is_setting;
        text += (is_setting ? line.substr(1) : line) + "\n";
    }
    CHECK(settings == setting_rows().size());
    const auto layer = parse_toml(text, "ethpoc.toml");
    REQUIRE_MESSAGE(layer.has_value(), layer.error().front().text());
    Settings defaults;
    // No text stands for what these are without a value; the sample says what that is.
    defaults.data_dir = "./ethpoc-data";
    defaults.node_key = "./node.key";
    defaults.seeds = "./seeds.txt";
    const auto resolved = merge(defaults, std::vector<Layer>{*layer});
    REQUIRE_MESSAGE(resolved.has_value(), resolved.error().front().text());
    for (const SettingRow& row : setting_rows()) {
        CAPTURE(row.key);
        CHECK(row.write(resolved->settings) == row.write(defaults));
    }
}
