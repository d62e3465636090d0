// ethpoc key: a key to sign transactions with, and its address.
#include <CLI/App.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "chain/keccak.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/key_file.hpp"
#include "cmd/output_file.hpp"
#include "cmd/view/chain_json.hpp"

namespace ethpoc::cmd {

namespace {

struct KeyOptions {
    std::string path{};
};

ExitCode print_key(Context& context, const std::string& path, const peer::NodeKey& key) {
    if (context.out.json()) {
        context.out.document(
            {{"file", path}, {"address", hex_text(address_of(key))}, {"public_key", hex_text(key.id)}});
    } else {
        context.out.text(hex_text(address_of(key)) + "\n");
    }
    return ExitCode::done;
}

ExitCode new_key(Context& context, const KeyOptions& given) {
    if (const auto refused = refuse_name(context, "FILE", given.path)) { return *refused; }
    std::error_code none;
    if (std::filesystem::exists(std::filesystem::symlink_status(given.path, none))) {
        context.out.refuse("input.usage", printable(given.path, 4096) + " is there; a key is never overwritten");
        return ExitCode::usage;
    }
    const auto key = peer::load_node_key(given.path); // makes it
    if (!key) { return refuse(context, given.path, key.error()); }
    return print_key(context, given.path, *key);
}

ExitCode show_key(Context& context, const KeyOptions& given) {
    const auto key = read_key_file(context, given.path);
    return key ? print_key(context, given.path, *key) : key.error();
}

} // namespace

Address address_of(const peer::NodeKey& key) {
    return Address::right_aligned(chain::keccak256(key.id));
}

std::expected<peer::NodeKey, ExitCode> read_key_file(Context& context, const std::string& path) {
    if (const auto refused = refuse_name(context, "FILE", path)) { return std::unexpected(*refused); }
    std::error_code none;
    if (!std::filesystem::exists(path, none)) {
        context.out.refuse("input.unreadable", "there is no key file " + printable(path, 4096) +
                                                   "; make one with: ethpoc key new " + printable(path, 4096));
        return std::unexpected(ExitCode::io);
    }
    const auto key = peer::load_node_key(path);
    if (!key) { return std::unexpected(refuse(context, path, key.error())); }
    return *key;
}

void add_key(CLI::App& app, Context& context) {
    CLI::App* key =
        add_command(app, "key", "A key to sign transactions with, and its address", "ethpoc key new my.key");
    key->require_subcommand(1);
    auto options = std::make_shared<KeyOptions>();
    CLI::App* made =
        add_command(*key, "new", "Make a key file (mode 0600) and print its address", "ethpoc key new my.key");
    CLI::App* shown = add_command(*key, "show", "The address of a key file", "ethpoc key show my.key --json");
    for (CLI::App* const sub : {made, shown}) {
        sub->add_option("file", options->path, "the key: hex or 32 bytes")->required();
    }
    made->callback(
        [&context, options] { context.action = [&context, options] { return new_key(context, *options); }; });
    shown->callback(
        [&context, options] { context.action = [&context, options] { return show_key(context, *options); }; });
}

} // namespace ethpoc::cmd
