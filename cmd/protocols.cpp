// ethpoc protocols: the whole table of versions, from wire's and chain's rows.
#include <CLI/App.hpp>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "chain/genesis.hpp"
#include "cmd/context.hpp"
#include "cmd/node_setup.hpp"
#include "cmd/view/byte_options.hpp"
#include "cmd/view/json_writer.hpp"
#include "wire/codec.hpp"
#include "wire/layout.hpp"
#include "wire/limits.hpp"

namespace ethpoc::cmd {
namespace {

using wire::MessageType;
using wire::Profile;

/// What one version means, for blocks too.
struct ProtocolRow {
    const Profile& profile;
    const chain::Rules& rules;
    chain::Genesis genesis;
};

ProtocolRow row_of(const Profile& profile) {
    const std::uint32_t version = profile.family == wire::Family::flat ? profile.version : profile.eth_version;
    return {profile, chain::rules_for(version), chain::genesis_for(version)};
}

std::string hello_text(wire::HelloForm form) {
    std::string out;
    for (const wire::Member member : wire::hello_layout(form)) {
        out += (out.empty() ? "" : ", ") + std::string(wire::row_of(member).name);
    }
    return form == wire::HelloForm::key_outside ? out + " (after the list)" : out;
}

std::string address_text(wire::AddressForm form) {
    return form == wire::AddressForm::octet_list ? "list of 4 octets"
           : form == wire::AddressForm::string4  ? "string of 4 bytes"
                                                 : "string of 4 or 16 bytes";
}

std::string transaction_text(chain::TransactionLayout layout) {
    switch (layout) {
    case chain::TransactionLayout::t8:
        return "nonce, to, value, fee, [data], v, r, s";
    case chain::TransactionLayout::t7:
        return "nonce, to, value, [data], v, r, s";
    case chain::TransactionLayout::t9_calls:
        return "creation or message, 9 fields";
    case chain::TransactionLayout::t9a:
        return "nonce, value, to, gas price, gas, data, [init], v, r, s";
    case chain::TransactionLayout::t9a_go:
        return "nonce, value, gas price, gas, to, data, [init], v, r, s";
    case chain::TransactionLayout::t9:
        break;
    }
    return "nonce, gas price, gas, to, value, data, v, r, s";
}

std::string sync_text(wire::SyncStyle style) {
    return style == wire::SyncStyle::chain    ? "GetChain"
           : style == wire::SyncStyle::hashes ? "GetBlockHashes [hash, limit]"
           : style == wire::SyncStyle::none   ? "none"
                                              : "GetBlockHashes [limit, hash]";
}

/// The ids that the version has, by name. p2p 1 and later agree on the offsets in Hello; those of a first eth are
/// shown.
template <class Use>
void each_id(const Profile& profile, Use use) {
    for (std::size_t i = 0; i < wire::message_type_count; ++i) {
        const auto type = static_cast<MessageType>(i);
        const wire::IdOffsets offsets{.eth = 0x10,
                                      .shh = static_cast<std::uint16_t>(profile.version == 0 ? 0x20 : 0x18)};
        if (const auto id = wire::id_of(profile, type, offsets)) { use(wire::name_of(type), *id); }
    }
}

void write_row(JsonWriter& json, const ProtocolRow& row) {
    const Profile& profile = row.profile;
    json.begin_object();
    json.member("protocol", profile.name);
    json.member("family", profile.family == wire::Family::flat ? "flat" : "p2p");
    json.member("version", profile.version);
    if (profile.family == wire::Family::p2p) {
        json.member("eth_version", profile.eth_version);
        json.member("shh_version", profile.shh_version);
    }
    json.member("era", profile.era);
    json.member("clients", profile.clients);
    json.member("rlp", profile.dialect == rlp::Dialect::modern ? "today's" : "item-counted");
    json.member("hello", hello_text(profile.hello));
    json.member("hello_items", profile.hello_items);
    json.member("peers_address", address_text(profile.address));
    json.member("sync", sync_text(profile.sync));
    json.key("messages");
    json.begin_object();
    each_id(profile, [&json](std::string_view name, std::uint64_t id) { json.member(name, id); });
    json.end_object();
    json.member("header_fields", static_cast<std::uint64_t>(row.rules.header));
    json.member("transaction", transaction_text(row.rules.transaction));
    json.member("block_hash_of", row.rules.hash_of == chain::HashOf::header ? "header" : "whole block");
    json.member("proof_of_work", row.rules.proof_of_work == chain::ProofOfWork::keccak ? "keccak" : "ethash");
    json.member("rules", row.rules.name);
    json.member("genesis_hash", "0x" + to_hex(row.genesis.hash));
    json.end_object();
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

/// One line a version: 80 columns.
void show_line(Output& out, const ProtocolRow& row) {
    const Profile& profile = row.profile;
    const std::string front = padded(std::string(profile.name), 11) + padded(std::string(profile.era), 7) +
                              padded(std::to_string(static_cast<unsigned>(row.rules.header)), 4) +
                              to_hex(row.genesis.hash).substr(0, 8) + "  ";
    out.text(hanging(front, std::string(profile.clients), 80) + '\n');
}

void show_whole(Output& out, const ProtocolRow& row) {
    const Profile& profile = row.profile;
    const auto line = [&out](std::string_view name, const std::string& text) {
        out.text(hanging("  " + padded(std::string(name), 14), text, 80) + '\n');
    };
    out.text(out.paint(Tone::bold, "protocol " + std::string(profile.name)) + "  " + std::string(profile.era) + '\n');
    line("clients", std::string(profile.clients));
    line("RLP", profile.dialect == rlp::Dialect::modern ? "today's" : "of January 2014: lists count items");
    line("Hello", hello_text(profile.hello));
    line("Peers address", address_text(profile.address));
    line("sync", sync_text(profile.sync));
    std::string ids;
    each_id(profile, [&ids](std::string_view name, std::uint64_t id) {
        const auto byte = static_cast<std::uint8_t>(id);
        ids += (ids.empty() ? "" : ", ") + std::string(name) + ' ' + to_hex({&byte, 1});
    });
    line("messages", ids);
    line("block header", std::to_string(static_cast<unsigned>(row.rules.header)) +
                             " fields; the block hash covers the " +
                             (row.rules.hash_of == chain::HashOf::header ? "header" : "whole block"));
    line("transaction", transaction_text(row.rules.transaction));
    line("proof of work", row.rules.proof_of_work == chain::ProofOfWork::keccak ? "Keccak" : "ethash (not checked)");
    line("genesis", to_hex(row.genesis.hash));
}

/// What one peer may send of each message, and what all of them can make a node hold.
ExitCode run_limits(Context& context) {
    Output& out = context.out;
    const std::size_t memory = peer::most_memory(limits_of(config::Settings{}));
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    if (!out.json()) { out.text("message            before Hello      bytes   items  at once  a second     cost\n"); }
    for (std::size_t i = 0; i <= wire::message_type_count; ++i) {
        const auto type = static_cast<MessageType>(i);
        const wire::MessageLimits& row = wire::limits_of(type);
        rows.push_back({{"message", wire::name_of(type)},
                        {"before_hello", row.before_hello},
                        {"bytes", row.bytes},
                        {"items", row.items},
                        {"burst", row.burst},
                        {"per_second", row.per_second},
                        {"cost", row.cost},
                        {"skips_bad_items", row.skips}});
        std::array<char, 96> line{};
        std::snprintf(line.data(), line.size(), "%-18s %12u %10u %7u %8s %9s %8u\n",
                      std::string(wire::name_of(type)).c_str(), row.before_hello, row.bytes, row.items,
                      row.burst == 0 ? "any" : std::to_string(row.burst).c_str(),
                      row.burst == 0 ? "any" : std::to_string(row.per_second).c_str(), row.cost);
        if (!out.json()) { out.text(line.data()); }
    }
    if (out.json()) {
        out.document({{"limits", std::move(rows)}, {"most_memory", memory}});
        return ExitCode::done;
    }
    out.text("Bytes of payload, entries of the list, messages, bytes in the queue of the chain beside its own.\n"
             "With the default settings peers make a node hold " +
             std::to_string(memory >> 20) + " MiB at most.\n");
    return ExitCode::done;
}

ExitCode run_protocols(Context& context, const std::string& name) {
    Output& out = context.out;
    const Profile* const chosen = name.empty() ? nullptr : wire::find_profile(name);
    if (!name.empty() && chosen == nullptr) {
        out.complain("there is no protocol " + printable(name) + "; `ethpoc protocols` lists them");
        return ExitCode::nothing;
    }
    if (out.json()) {
        JsonWriter json(out);
        json.begin_object();
        json.key("protocols");
        json.begin_list();
        for (const Profile& profile : wire::profiles()) {
            if (chosen == nullptr || &profile == chosen) { write_row(json, row_of(profile)); }
        }
        json.end_list();
        json.end_object();
        return ExitCode::done;
    }
    if (chosen != nullptr) {
        show_whole(out, row_of(*chosen));
        return ExitCode::done;
    }
    out.text("protocol   era    hdr genesis   clients and the day on which they began\n");
    for (const Profile& profile : wire::profiles()) {
        show_line(out, row_of(profile));
    }
    out.text("hdr: fields of a block header. `ethpoc protocols 7` shows one version in full.\n");
    return ExitCode::done;
}

} // namespace

void add_protocols(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "protocols", "Every protocol version: clients, Hello, messages, blocks, genesis",
                                "ethpoc protocols\nethpoc protocols poc5\nethpoc protocols --limits");
    auto name = std::make_shared<std::string>();
    sub->add_option("protocol", *name, "one version in full")->type_name("P");
    auto limits = std::make_shared<bool>(false);
    sub->add_flag("--limits", *limits, "what one peer may send of each message");
    sub->callback([&context, name, limits] {
        context.action = [&context, name, limits] {
            return *limits ? run_limits(context) : run_protocols(context, *name);
        };
    });
}

} // namespace ethpoc::cmd
