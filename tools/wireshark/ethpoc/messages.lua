-- One function for each message with arguments: r is a Reader behind the id; gives what the info column says.

local rlp, fields, versions, readers, T = ...
if not fields then return end -- Wireshark runs every file of a plugin folder; ethpoc.lua runs this one with arguments
local F, IS_NUMBER = fields.fields, fields.is_number
local flat, p2p, L = versions.flat, versions.p2p, T.LAYOUTS
local reader, refuse, scalar, whole, payload, counted = readers.new, readers.refuse, readers.scalar, readers.whole, readers.payload, readers.counted

-- Gives the numbers among the items that have names, as texts.
local function show(tvb, tree, node, names, prefix)
    local said = {}
    for i, item in ipairs(node.items or {}) do
        local name = names and prefix .. "." .. (names[i] or "")
        local f = name and F[name]
        if f and item.kind == "string" and IS_NUMBER[name] then
            said[names[i]] = select(2, readers.add_number(tvb, tree, name, item, math.huge))
        elseif item.kind == "string" then
            tree:add(f or F["rlp.string"], payload(tvb, item))
        else
            local inner = tree:add(item.items and F["rlp.list"] or F["rlp.raw"], whole(tvb, item))
            if names and names[i] then inner:set_text(names[i]) elseif item.items then inner:set_text(("List, %d items"):format(#item.items)) end
            show(tvb, inner, item)
        end
    end
    return said
end

-- What was said of these members, with the word before each: "difficulty 131072, head 1a2b3c4d". `list`: member, word, ...
local function facts(said, list, start)
    local out = { start }
    for i = 1, #list, 2 do
        if said[list[i]] then out[#out + 1] = list[i + 1] .. said[list[i]] end
    end
    return #out > 0 and table.concat(out, ", ") or nil
end
local CHAIN = T.FACTS.chain

local ADDRESS_SIZE = 20
local function fits(items, row)
    if #items ~= #row.fields then return false end
    for i, field in ipairs(row.fields) do
        local kind, item = T.TRANSACTION_FIELDS[field][2], items[i]
        if (item.kind == "list") ~= (kind == "words") then return false end
        if kind == "address" and item.length ~= 0 and item.length ~= ADDRESS_SIZE then return false end
    end
    return true
end
-- Names of a transaction's fields, by what is there: transaction_row() of show/field_names.cpp.
local function tx_names(profile, items)
    local version, counted, any = profile.family == "flat" and profile.version or profile.eth, nil, nil
    local function names(row)
        local out = {}
        for i, field in ipairs(row.fields) do out[i] = T.TRANSACTION_FIELDS[field][1] end
        return out
    end
    for _, row in ipairs(T.TRANSACTIONS) do
        local good, of_version = fits(items, row), row.first <= version and version <= row.last and #items == #row.fields
        if good and of_version then return names(row) end
        counted, any = counted or of_version and row, any or good and row
    end
    local row = counted or any
    return row and names(row)
end

local function show_tx(tvb, tree, profile, node)
    local inner = tree:add(F["rlp.list"], whole(tvb, node))
    inner:set_text("Transaction")
    show(tvb, inner, node, tx_names(profile, node.items or {}), "tx")
end
local function show_block(tvb, tree, profile, node)
    local inner = tree:add(F["rlp.list"], whole(tvb, node))
    inner:set_text("Block")
    local header, txs, uncles = table.unpack(node.items or {})
    local said = {}
    if header then
        local part = inner:add(F["rlp.list"], whole(tvb, header))
        part:set_text("Header")
        said = show(tvb, part, header, T.HEADERS[#(header.items or {})], "header")
    end
    for _, entry in ipairs(txs and txs.items or {}) do
        local nested = entry.items and #entry.items == 3 and entry.items[1].kind == "list"
        show_tx(tvb, inner, profile, nested and entry.items[1] or entry)
    end
    if uncles then show(tvb, inner, { items = { uncles } }, { "uncles" }, "") end
    said.transactions = txs and txs.items and #txs.items > 0 and counted(#txs.items, "transaction", "transactions") or nil
    return said
end
local BLOCK = { "number", "number ", "difficulty", "difficulty ", "transactions", "" }

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

local FULL_ITEMS = 1 + #L.hello_full
local FULL, WIDEST_BITS, LONGEST_PORT = 7, 0x0f, 8 -- all bits of capabilities; JavaScript has a fourth; bytes of a port
local function port_is_first(first, second)
    if second <= WIDEST_BITS then return first > WIDEST_BITS or second ~= 0 and first == 0 end
    return first > 0xff
end
local function index_of(list, value) for i, one in ipairs(list) do if one == value then return i end end end

-- Which member is where in a flat Hello: hello_order() of wire/hello.cpp. A member's place i is item i + 1, behind the id.
local function hello_order(r, least)
    local with_head = least > FULL_ITEMS
    local order = { table.unpack(with_head and L.hello_with_genesis or L.hello_full) }
    local function swap(i) order[i], order[i + 1] = order[i + 1], order[i] end
    local function size(i) local node = r.items[i + 1]; return node and node.kind == "string" and node.length or 0 end
    local function number(i)
        local ok, value = pcall(function() return scalar(r.tvb, r.items[i + 1], 8):tonumber() end)
        return ok and value or nil
    end
    local caps = index_of(order, "capabilities")
    if size(caps) > LONGEST_PORT then
        table.insert(order, caps, table.remove(order, index_of(order, "node_id")))
        caps = caps + 1
    end
    local first, second = number(caps), number(caps + 1)
    if #r.items == caps + 1 then
        if first and first > FULL then swap(caps) end
    elseif first and second and port_is_first(first, second) then
        swap(caps)
    end
    local total = index_of(order, "total_difficulty")
    if with_head and size(total) == 32 and size(total + 1) < 32 then swap(total) end
    return { table.unpack(order, 2) }
end

local BITS = { "peers", "transactions", "chain" } -- of the capabilities of a flat Hello, from the lowest on
local function bit_names(bits)
    local out = {}
    for i, name in ipairs(BITS) do
        if bit32.band(bits % 8, 2 ^ (i - 1)) ~= 0 then out[#out + 1] = name end
    end
    return #out > 0 and table.concat(out, ", ") or "none"
end

local READ = {}
function READ.Hello(r, profile, rest)
    if profile.family == "p2p" then
        local names = {}
        for _, which in ipairs(L.hello_p2p) do
            if which == "capability_list" then
                local caps = r:take()
                if caps.kind ~= "list" then refuse("rlp.expected_list", caps) end
                for _, cap in ipairs(caps.items) do
                    local inner = reader(r.tvb, r.tree, cap.items and cap or { items = { cap } }, "hello", 1)
                    local name, version = inner:text("capability"), nil
                    if inner:left() > 0 and inner.items[inner.at].kind == "string" and inner.items[inner.at].length <= 4 then version = inner:number("capability_version") end
                    names[#names + 1] = version and name .. "/" .. version or name
                end
                r.tree:add(F["hello.capability_names"], whole(r.tvb, caps), table.concat(names, ", ")):set_generated()
            else
                r:member(which)
            end
        end
        return facts(r.said, { "version", "p2p " }, r.said.client_id) .. (#names > 0 and ", " .. table.concat(names, ", ") or "")
    end
    local row = versions.find_flat(r:member("version"))
    if row and versions.has_outside(row) then for i = 1, math.min(#rest, FULL_ITEMS - #r.items) do r.items[#r.items + 1] = rest[i] end end
    local least = row and row.least or 4
    if #r.items < least then refuse("message.missing_item", r.list, r.list.at + r.list.header + r.list.length, 0) end
    local bits = r:members(hello_order(r, least), true).capabilities
    if bits then r.tree:add(F["hello.capability_names"], whole(r.tvb, r.list), bit_names(bits)):set_generated() end
    return facts(r.said, { "version", "protocol ", table.unpack(CHAIN) }, r.said.client_id)
end
function READ.Disconnect(r, profile, rest)
    if r:left() == 0 and versions.has_outside(profile) and rest[1] then r.items[#r.items + 1] = rest[1] end
    if r:left() == 0 then return nil end
    local reason = r:members(L.disconnect).reason
    local text = T.REASONS[profile.family][reason]
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
        local address = e:take() -- the first of L.peer
        local parts = {}
        if address.kind == "list" then
            if #address.items ~= 4 then refuse("message.bad_address", address) end
            for i, octet in ipairs(address.items) do parts[i] = tostring(scalar(r.tvb, octet, 1):tonumber()) end
        else
            if address.length > 4 and address.length ~= 16 then refuse("message.bad_address", address) end
            for i = 1, address.length do parts[i] = tostring(rlp.byte(r.tvb, address.at + address.header + i - 1)) end
            while #parts < 4 do table.insert(parts, 1, "0") end
        end
        if #parts == 4 then
            inner:add(F["peers.address"], whole(r.tvb, address), Address.ip(table.concat(parts, ".")))
        else
            inner:add(F["peers.address6"], payload(r.tvb, address))
        end
        e:members({ table.unpack(L.peer, 2, #L.peer - 1) })
        e:members({ L.peer[#L.peer] }, true)
    end
    return counted(#entries, "entry", "entries")
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
    local first, last
    for _, node in ipairs(list) do
        last = show_block(r.tvb, r.tree, profile, node)
        first = first or last
    end
    if #list == 1 then return facts(last, BLOCK, "1") end
    local numbers = #list > 1 and first.number and last.number
    return ("%d"):format(#list) .. (numbers and ", numbers " .. first.number .. " to " .. last.number or "")
end
function READ.GetChain(r)
    if r:left() == 0 then return end
    local hashes = r:hashes(r:left() - 1)
    r:member("count")
    return hashes .. ", count " .. r.said.count
end
function READ.GetBlockHashes(r, profile)
    local limit_first = profile.sync == "hashes_limit_first" and not (r:left() > 0 and r.items[r.at].length == T.MEMBERS.hash[3])
    r:members(limit_first and L.get_block_hashes_limit_first or L.get_block_hashes)
    return r.said.hash .. ", limit " .. r.said.limit
end
function READ.NewBlock(r, profile)
    local block = show_block(r.tvb, r.tree, profile, r:take())
    r:members({ "total_difficulty" }, true)
    return facts(r.said, CHAIN, facts(block, BLOCK))
end

-- Every other message: the members of its layout, one after the other.
for _, row in ipairs(T.MESSAGES) do
    local name, layout = row[1], L[row[2]]
    if layout and not READ[name] then
        READ[name] = function(r)
            local said
            for i, which in ipairs(layout) do
                local kind = T.MEMBERS[which][2]
                if kind == "hashes" then said = r:hashes(math.max(0, r:left() - (#layout - i)))
                elseif kind == "rest" then show(r.tvb, r.tree, { items = r:rest() })
                else r:members({ which }) end
            end
            return said or r.said.hash or facts(r.said, { "version", "version ", table.unpack(CHAIN) })
        end
    end
end

return { READ = READ, greet = greet, show = show }
