#include "wire/profile.hpp"

#include <algorithm>

namespace ethpoc::wire {
namespace {

constexpr bool flat_reason_outside(HelloForm form) noexcept {
    return form == HelloForm::key_outside; // one C++ writer, one mistake
}

constexpr std::array rows{
#define ETHPOC_FLAT(number, hello_form, least, address_form, sync_style, reason_set, era_text, client_text)            \
    Profile{.name = #number,                                                                                           \
            .family = Family::flat,                                                                                    \
            .version = number,                                                                                         \
            .dialect = number == 0 ? rlp::Dialect::item_counted : rlp::Dialect::modern,                                \
            .hello = HelloForm::hello_form,                                                                            \
            .hello_items = least,                                                                                      \
            .capabilities = CapabilityForm::bits,                                                                      \
            .address = AddressForm::address_form,                                                                      \
            .sync = SyncStyle::sync_style,                                                                             \
            .reasons = ReasonSet::reason_set,                                                                          \
            .announce = AnnounceForm::blocks,                                                                          \
            .reason_outside = flat_reason_outside(HelloForm::hello_form),                                              \
            .clients = client_text,                                                                                    \
            .era = era_text},
#define ETHPOC_P2P(p2p_number, eth_number, shh_number, announce_form, era_text, client_text)                           \
    Profile{.name = "p2p" #p2p_number "/eth" #eth_number,                                                              \
            .family = Family::p2p,                                                                                     \
            .version = p2p_number,                                                                                     \
            .eth_version = eth_number,                                                                                 \
            .shh_version = shh_number,                                                                                 \
            .hello = HelloForm::p2p,                                                                                   \
            .hello_items = 6,                                                                                          \
            .capabilities = p2p_number == 0 ? CapabilityForm::names : CapabilityForm::pairs,                           \
            .address = p2p_number == 0 ? AddressForm::string4 : AddressForm::string4_or_16,                            \
            .sync = SyncStyle::hashes,                                                                                 \
            .reasons = ReasonSet::p2p,                                                                                 \
            .announce = AnnounceForm::announce_form,                                                                   \
            .clients = client_text,                                                                                    \
            .era = era_text},
#define ETHPOC_ALIAS(alias, row)
#include "wire/profiles.def"
#undef ETHPOC_ALIAS
#undef ETHPOC_P2P
#undef ETHPOC_FLAT
};

struct Alias {
    std::string_view name;
    std::string_view row;
};

constexpr std::array aliases{
#define ETHPOC_FLAT(number, hello_form, least, address_form, sync_style, reason_set, era_text, client_text)
#define ETHPOC_P2P(p2p_number, eth_number, shh_number, announce_form, era_text, client_text)
#define ETHPOC_ALIAS(alias, row) Alias{alias, row},
#include "wire/profiles.def"
#undef ETHPOC_ALIAS
#undef ETHPOC_P2P
#undef ETHPOC_FLAT
};

/// The column `when` of messages.def.
enum class When : std::uint8_t { every, chain, hashes, new_block, one_version };

constexpr When when_of(std::string_view word) noexcept {
    constexpr std::array<std::string_view, 4> words{"every", "chain", "hashes", "new_block"};
    return static_cast<When>(std::ranges::find(words, word) - words.begin());
}

struct MessageIds {
    MessageType type;
    int flat;
    int base;
    int eth;
    int shh;
    When when;
    std::string_view version; // with When::one_version
};

constexpr std::array message_ids{
#define ETHPOC_MESSAGE(Type, name, layout, flat, base, eth, shh, when)                                                 \
    MessageIds{MessageType::Type, flat, base, eth, shh, when_of(when), when},
#include "wire/messages.def"
};

static_assert(std::ranges::all_of(message_ids,
                                  [](const MessageIds& row) {
                                      return row.when != When::one_version ||
                                             std::ranges::find(rows, row.version, &Profile::name) != rows.end();
                                  }),
              "messages.def: the column `when` names no version");

/// One column of the table, the other way round.
template <std::size_t N>
constexpr std::array<MessageType, N> types_by(int MessageIds::*column) {
    std::array<MessageType, N> out{};
    out.fill(MessageType::Unknown);
    for (const MessageIds& row : message_ids) {
        if (row.*column >= 0) { out.at(static_cast<std::size_t>(row.*column)) = row.type; }
    }
    return out;
}

constexpr auto flat_types = types_by<0x40>(&MessageIds::flat);
constexpr auto base_types = types_by<first_sub_protocol_id>(&MessageIds::base);
constexpr auto eth_types = types_by<eth_id_count>(&MessageIds::eth);
constexpr auto shh_types = types_by<shh_id_count>(&MessageIds::shh);

template <class Wanted>
const Profile* find_last(Wanted wanted) noexcept {
    const auto found = std::find_if(rows.rbegin(), rows.rend(), wanted);
    return found == rows.rend() ? nullptr : &*found;
}

/// Whether the version has the message at all.
bool has(const Profile& profile, MessageType type) noexcept {
    const MessageIds& row = message_ids[static_cast<std::size_t>(type)];
    switch (row.when) {
    case When::every:
        return true;
    case When::chain:
        return profile.sync == SyncStyle::chain;
    case When::hashes:
        return profile.sync == SyncStyle::hashes || profile.sync == SyncStyle::hashes_limit_first;
    case When::new_block:
        return profile.announce != AnnounceForm::blocks;
    case When::one_version:
        break;
    }
    return profile.name == row.version;
}

std::optional<std::uint16_t> at_offset(std::uint16_t offset, int id) noexcept {
    if (id < 0 || offset == 0) { return std::nullopt; }
    return static_cast<std::uint16_t>(offset + id);
}

} // namespace

std::span<const Profile> profiles() noexcept {
    return rows;
}

/// The flat rows come first, one for each version from 0 on.
constexpr std::size_t flat_count = [] {
    std::size_t count = 0;
    while (rows.at(count).family == Family::flat) {
        if (rows.at(count).version != count) { throw "profiles.def: a flat version is not in its place"; }
        ++count;
    }
    return count;
}();

const Profile* find_flat(std::uint32_t version) noexcept {
    return version < flat_count ? &rows[version] : nullptr;
}

const Profile* find_p2p(std::uint32_t p2p_version, std::uint32_t eth_version) noexcept {
    return find_last([&](const Profile& row) {
        return row.family == Family::p2p && row.version == p2p_version && row.eth_version == eth_version;
    });
}

const Profile& nearest_profile(Family family, std::uint32_t version) noexcept {
    // Both families begin with version 0, so there always is one.
    return *find_last([&](const Profile& row) { return row.family == family && row.version <= version; });
}

const Profile* find_profile(std::string_view name) noexcept {
    const auto alias = std::ranges::find(aliases, name, &Alias::name);
    const std::string_view wanted = alias == aliases.end() ? name : alias->row;
    if (const Profile* exact = find_last([&](const Profile& row) { return row.name == wanted; })) { return exact; }
    return find_last([&](const Profile& row) {
        const std::size_t slash = row.name.find("/eth");
        return slash != std::string_view::npos && row.name.substr(slash + 4) == wanted;
    });
}

std::optional<std::uint16_t> id_of(const Profile& profile, MessageType type, const IdOffsets& offsets) noexcept {
    if (type == MessageType::Unknown || !has(profile, type)) { return std::nullopt; }
    const MessageIds& ids = message_ids[static_cast<std::size_t>(type)];
    if (profile.family == Family::flat) {
        return ids.flat < 0 ? std::nullopt : std::optional{static_cast<std::uint16_t>(ids.flat)};
    }
    if (ids.base >= 0) { return static_cast<std::uint16_t>(ids.base); }
    const auto eth = at_offset(offsets.eth, ids.eth);
    return eth ? eth : at_offset(offsets.shh, ids.shh);
}

MessageType type_of_id(const Profile& profile, std::uint64_t id, const IdOffsets& offsets) noexcept {
    const auto in = [&](const auto& types, std::uint64_t offset) {
        const MessageType type = id - offset < types.size() ? types[id - offset] : MessageType::Unknown;
        return type != MessageType::Unknown && has(profile, type) ? type : MessageType::Unknown;
    };
    if (profile.family == Family::flat) { return in(flat_types, 0); }
    if (id < first_sub_protocol_id) { return in(base_types, 0); }
    if (offsets.eth != 0 && id >= offsets.eth && id - offsets.eth < eth_id_count) { return in(eth_types, offsets.eth); }
    if (offsets.shh != 0 && id >= offsets.shh) { return in(shh_types, offsets.shh); }
    return MessageType::Unknown;
}

} // namespace ethpoc::wire
