-- Versions and messages: what wire/profiles.def, wire/messages.def and wire/reasons.def of the project say.

local MESSAGES = { -- name, flat id, base id, eth offset, shh offset
    { "Hello", 0, 0 }, { "Disconnect", 1, 1 }, { "Ping", 2, 2 }, { "Pong", 3, 3 }, { "GetPeers", 16, 4 }, { "Peers", 17, 5 },
    { "Transactions", 18, -1, 2 }, { "Blocks", 19, -1, 6 }, { "GetChain", 20 }, { "NotInChain", 21 }, { "GetTransactions", 22, -1, 1 },
    { "GetBlockHashes", 23, -1, 3 }, { "BlockHashes", 24, -1, 4 }, { "GetBlocks", 25, -1, 5 }, { "Status", -1, -1, 0 },
    { "NewBlock", -1, -1, 7 }, { "ShhStatus", -1, -1, -1, 0 }, { "ShhMessages", -1, -1, -1, 1 },
}
local REASONS = {
    flat = { [0] = "requested", "TCP error", "bad protocol", "useless peer", "too many peers", "already connected", "wrong genesis block",
        "incompatible network protocols", "client quitting" },
    p2p = { [0] = "requested", "TCP error", "bad protocol", "useless peer", "too many peers", "already connected", "incompatible p2p version",
        "null node id", "client quitting", "unexpected node id", "connected to itself", "ping timeout", "sub-protocol error", [16] = "user reason" },
}

local function flat(version)
    return { name = tostring(version), family = "flat", version = version, outside = version >= 2 and version <= 4,
        least = ({ [0] = 4, 5, 6, 6, 6, 7, 7, 7, 6 })[version] or version < 27 and 7 or version < 29 and 9 or version < 31 and 10 or 4 }
end
-- The oldest and the newest eth version of each p2p version.
local P2P = { [0] = { 30, 33 }, { 34, 34 }, { 34, 52 }, { 52, 56 } }
local function has_p2p(version, eth) return P2P[version] ~= nil and eth >= P2P[version][1] and eth <= P2P[version][2] end
-- `eth` nil: the newest of this p2p version. A p2p version without a row is read as the newest. Starts of blocks of ids:
-- nil for what is not shared.
local function p2p(version, eth, eth_at, shh_at)
    version = math.min(version, #P2P)
    eth = eth or P2P[version][2]
    return { name = ("p2p%d/eth%d"):format(version, eth), family = "p2p", version = version, eth = eth, eth_at = eth_at, shh_at = shh_at }
end

local function type_of(profile, id)
    for _, row in ipairs(MESSAGES) do
        local hit = profile.family == "flat" and row[2] == id
        if profile.family == "p2p" then
            local eth = (row[4] or -1) >= 0 and profile.eth_at and (row[1] ~= "NewBlock" or profile.eth >= 34)
            hit = row[3] == id and id < 16 or eth and id == profile.eth_at + row[4]
                or (row[5] or -1) >= 0 and profile.shh_at and id == profile.shh_at + row[5]
        elseif hit and id >= 0x14 and id ~= 0x16 and id <= 0x19 then
            hit = (id <= 0x15) == (profile.version < 27)
        end
        if hit then return row[1] end
    end
    return "Unknown"
end

return { flat = flat, p2p = p2p, has_p2p = has_p2p, type_of = type_of, REASONS = REASONS }
