-- Versions and messages, by the tables: which row a Hello names, which message an id is.

local T = ...
if not T then return end -- Wireshark runs every file of a plugin folder; ethpoc.lua runs this one with arguments

-- The newest row that `wanted` takes.
local function last(wanted)
    local found
    for _, row in ipairs(T.PROFILES) do if wanted(row) then found = row end end
    return found
end
local function find_flat(version) return last(function(row) return row.family == "flat" and row.version == version end) end
local function has_p2p(version, eth) return last(function(row) return row.family == "p2p" and row.version == version and row.eth == eth end) ~= nil end
-- The row of this version, or the nearest lower one.
local function flat(version) return last(function(row) return row.family == "flat" and row.version <= version end) end
-- `eth` nil: the newest of this p2p version, or of the nearest lower one. Starts of blocks of ids: nil for what is not shared.
local function p2p(version, eth, eth_at, shh_at)
    local row = last(function(one) return one.family == "p2p" and one.version <= version and (not eth or one.eth == eth) end)
    return setmetatable({ eth_at = eth_at, shh_at = shh_at }, { __index = row })
end
-- Clients of this version wrote an item behind the list.
local function has_outside(profile) return profile.form == "key_outside" end

local function has_message(profile, name)
    for _, lacking in ipairs(profile.lacks) do if lacking == name then return false end end
    return true
end
local function type_of(profile, id)
    for _, row in ipairs(T.MESSAGES) do
        local name, _, flat_id, base, eth, shh = table.unpack(row)
        local hit = profile.family == "flat" and flat_id == id
        if profile.family == "p2p" then
            hit = base == id or eth >= 0 and profile.eth_at and id == profile.eth_at + eth or shh >= 0 and profile.shh_at and id == profile.shh_at + shh
        end
        if hit and has_message(profile, name) then return name end
    end
    return "Unknown"
end

return { flat = flat, p2p = p2p, find_flat = find_flat, has_p2p = has_p2p, has_outside = has_outside, type_of = type_of }
