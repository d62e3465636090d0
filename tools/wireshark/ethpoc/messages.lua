-- One function for each message with arguments: r is a Reader behind the id; gives what the info column says.

local rlp, fields, versions, readers = ...
if not fields then return end -- Wireshark runs every file of a plugin folder; ethpoc.lua runs this one with arguments
local byte, F, IS_NUMBER = rlp.byte, fields.fields, fields.is_number
local flat, p2p, REASONS = versions.flat, versions.p2p, versions.REASONS
local reader, refuse, scalar, whole, payload = readers.new, readers.refuse, readers.scalar, readers.whole, readers.payload

local function show(tvb, tree, node, names, prefix)
    for i, item in ipairs(node.items or {}) do
        local f = names and F[prefix .. "." .. (names[i] or "")]
        if f and item.kind == "string" and IS_NUMBER[f] then
            tree:add(f, whole(tvb, item), scalar(tvb, item, math.huge))
        elseif item.kind == "string" then
            tree:add(f or F["rlp.string"], payload(tvb, item))
        else
            local inner = tree:add(item.items and F["rlp.list"] or F["rlp.raw"], whole(tvb, item))
            if names and names[i] then inner:set_text(names[i]) elseif item.items then inner:set_text(("List, %d items"):format(#item.items)) end
            show(tvb, inner, item)
        end
    end
end

local function words(text)
    local out = {}
    for word in text:gmatch("%S+") do out[#out + 1] = word end
    return out
end
local head, tail = "parent_hash uncles_hash coinbase state_root ", " number min_gas_price gas_limit gas_used timestamp extra_data nonce"
local HEADERS = {
    [9] = words(head .. "transactions_hash difficulty timestamp extra_data nonce"), [13] = words(head .. "transactions_root difficulty" .. tail),
    [15] = words(head .. "transactions_root receipts_root log_bloom difficulty" .. tail),
    [14] = words(head .. "transactions_root receipts_root log_bloom difficulty" .. (tail:gsub(" min_gas_price", ""))),
}
local function tx_names(profile, count)
    if count == 7 then return words("nonce to value data v r s") end
    if profile.family == "flat" and profile.version < 13 then return words("nonce value to gas_price gas data " .. (count == 10 and "init " or "") .. "v r s") end
    return words("nonce gas_price gas to value data v r s")
end

local function show_tx(tvb, tree, profile, node)
    local inner = tree:add(F["rlp.list"], whole(tvb, node))
    inner:set_text("Transaction")
    show(tvb, inner, node, tx_names(profile, #(node.items or {})), "tx")
end
local function show_block(tvb, tree, profile, node)
    local inner = tree:add(F["rlp.list"], whole(tvb, node))
    inner:set_text("Block")
    local header, txs, uncles = table.unpack(node.items or {})
    if header then
        local part = inner:add(F["rlp.list"], whole(tvb, header))
        part:set_text("Header")
        show(tvb, part, header, HEADERS[#(header.items or {})], "header")
    end
    for _, entry in ipairs(txs and txs.items or {}) do
        local nested = entry.items and #entry.items == 3 and entry.items[1].kind == "list"
        show_tx(tvb, inner, profile, nested and entry.items[1] or entry)
    end
    if uncles then show(tvb, inner, { items = { uncles } }, { "uncles" }, "") end
end

-- The profile that a Hello names, from its nodes. What it lists is read as wire/capabilities.hpp says, for somebody who
-- only listens; tests/vectors/capabilities.json holds both to the same answers.
local MOST_CAPABILITIES = 64
local function listed(tvb, caps)
    local out = {}
    for i = 1, math.min(#caps.items, MOST_CAPABILITIES) do
        local pair = caps.items[i].items or { caps.items[i] }
        local first = pair[1] and pair[1].kind == "string" and pair[1].length > 0 and pair[1]
        local ok, version = pcall(function() return scalar(tvb, pair[2], 4):tonumber() end)
        out[i] = { name = first and tvb(first.at + first.header, first.length):string() or "", version = ok and version or 0 }
    end
    return out
end
local function greet(tvb, items)
    local ok, version = pcall(function() return scalar(tvb, items[2], 4):tonumber() end)
    if not ok then return nil end
    local caps = items[4]
    if not caps or caps.kind ~= "list" then return flat(version) end
    local entries, ours = listed(tvb, caps), {}
    local known -- the newest eth version with a row
    for _, one in ipairs(entries) do
        if one.name == "eth" and versions.has_p2p(version, one.version) then known = math.max(known or 0, one.version) end
        ours[one.name] = math.max(ours[one.name] or 0, one.version)
    end
    ours.eth = known or ours.eth
    local sizes, starts, next_at = { eth = 8, shh = 4 }, {}, 0x10
    for _, one in ipairs(entries) do
        if sizes[one.name] and one.version == ours[one.name] then starts[one.name], next_at = next_at, next_at + sizes[one.name] end
    end
    if version == 0 then starts = { eth = 0x10, shh = 0x20 } end
    return p2p(version, known, starts.eth, starts.shh)
end

local READ = {}
function READ.Hello(r, profile, rest)
    if profile.family == "p2p" then
        r:number("version")
        local client = r:text("client_id")
        local caps = r:take()
        if caps.kind ~= "list" then refuse("rlp.expected_list", caps) end
        for _, cap in ipairs(caps.items) do
            local inner = reader(r.tvb, r.tree, cap.items and cap or { items = { cap } }, "hello", 1)
            inner:text("capability")
        end
        r:number("listen_port")
        r:bytes("node_id", 64, "message.bad_node_id")
        return client
    end
    r:number("version")
    if profile.outside then for i = 1, math.min(#rest, 7 - #r.items) do r.items[#r.items + 1] = rest[i] end end
    if #r.items < profile.least then refuse("message.missing_item", r.list, r.list.at + r.list.header + r.list.length, 0) end
    r:number("network_id", 32)
    local client = r:text("client_id")
    local function size_at(i) return r.items[i] and r.items[i].kind == "string" and r.items[i].length or 0 end
    local key_first = size_at(r.at) > 8
    if key_first then r:bytes("node_id", 64, "message.bad_node_id") end
    if r:left() > 0 then
        local a, b = r.items[r.at], r.items[r.at + 1]
        local first, second = scalar(r.tvb, a, 8):tonumber(), b and b.kind == "string" and scalar(r.tvb, b, 8):tonumber() or 0
        local swapped = first > 7 and (not b or first > 255 or second <= 7) or first == 0 and b and second ~= 0 and second <= 7
        r:number(swapped and "listen_port" or "capabilities", 8)
        if b then r:number(swapped and "capabilities" or "listen_port", 8) end
    end
    if not key_first and r:left() > 0 then r:bytes("node_id", 64, "message.bad_node_id") end
    if profile.least > 7 then
        local swapped = size_at(8) == 32 and size_at(9) < 32
        if swapped then r:hash("best_hash") end
        r:number("total_difficulty", 32)
        if not swapped then r:hash("best_hash") end
        if r:left() > 0 then r:hash("genesis_hash") end
    end
    return client
end
function READ.Disconnect(r, profile, rest)
    if r:left() == 0 and profile.outside and rest[1] then r.items[#r.items + 1] = rest[1] end
    if r:left() == 0 then return nil end
    local reason = r:number("reason")
    local text = REASONS[profile.family][reason]
    if text then r.tree:add(F["disconnect.reason_text"], whole(r.tvb, r.items[2]), text):set_generated() end
    return text
end
function READ.Peers(r)
    local entries = r:rest()
    for _, entry in ipairs(entries) do
        if entry.kind ~= "list" then refuse("rlp.expected_list", entry) end
        local inner = r.tree:add(F["rlp.list"], whole(r.tvb, entry))
        inner:set_text("Peer")
        local e = reader(r.tvb, inner, entry, "peers", 1)
        local address = e:take()
        local parts = {}
        if address.kind == "list" then
            if #address.items ~= 4 then refuse("message.bad_address", address) end
            for i, octet in ipairs(address.items) do parts[i] = tostring(scalar(r.tvb, octet, 1):tonumber()) end
        else
            if address.length > 4 and address.length ~= 16 then refuse("message.bad_address", address) end
            for i = 1, address.length do parts[i] = tostring(byte(r.tvb, address.at + address.header + i - 1)) end
            while #parts < 4 do table.insert(parts, 1, "0") end
        end
        inner:add(F["peers.address"], whole(r.tvb, address), #parts == 4 and table.concat(parts, ".") or tostring(r.tvb(address.at + address.header, 16):bytes()))
        e:number("port", 2)
        if e:left() > 0 then e:bytes("node_id", 64, "message.bad_node_id") end
    end
    return ("%d entries"):format(#entries)
end
function READ.Transactions(r, profile)
    local list = { table.unpack(r.items, r.at) }
    if #list == 1 and list[1].items and list[1].items[1] and list[1].items[1].kind == "list" then list = list[1].items end
    list = r:rest(list)
    for _, node in ipairs(list) do show_tx(r.tvb, r.tree, profile, node) end
    return ("%d"):format(#list)
end
function READ.Blocks(r, profile)
    local list = r:rest()
    for _, node in ipairs(list) do show_block(r.tvb, r.tree, profile, node) end
    return ("%d"):format(#list)
end
function READ.GetChain(r)
    if r:left() == 0 then return end
    r:hashes(r:left() - 1)
    r:number("count", math.huge)
end
function READ.NotInChain(r) r:hash() end
function READ.GetBlockHashes(r, profile)
    local hash_first = profile.name ~= "27" or r:left() > 0 and r.items[r.at].length == 32
    if hash_first then r:hash() end
    r:number("limit", math.huge)
    if not hash_first then r:hash() end
end
function READ.BlockHashes(r) r:hashes(r:left()) end
READ.GetBlocks = READ.BlockHashes
function READ.Status(r)
    r:number("version")
    r:number("network_id", 32)
    r:number("total_difficulty", 32)
    r:hash("best_hash")
    r:hash("genesis_hash")
end
function READ.NewBlock(r, profile)
    show_block(r.tvb, r.tree, profile, r:take())
    if r:left() > 0 then r:number("total_difficulty", 32) end
end
function READ.ShhStatus(r) r:number("version") end
function READ.ShhMessages(r) show(r.tvb, r.tree, { items = r:rest() }) end

return { READ = READ, greet = greet, show = show }
