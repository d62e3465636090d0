-- Wireshark dissector for the token-framed Ethereum peer protocols of 2014 (flat 0 to 30, p2p 0 to 3 with eth 30 to 56).
--
--   22 40 08 91 | n n n n | n bytes: one RLP list [id, ...]
--
-- Use: wireshark -X lua_script:ethpoc.lua FILE, or copy it and the folder beside it into the folder of personal Lua plugins.
-- Port 30303 and every TCP stream that begins with the token. The version is that of the Hellos of the conversation.
-- Filters: ethpoc.type == "Disconnect" && ethpoc.disconnect.reason == 7, ethpoc.hello.client_id contains "++",
-- ethpoc.error, ethpoc.error == "rlp.non_canonical_byte", ethpoc.response_time > 0.1, ethpoc.peers.address == 10.0.0.0/8.
-- Errors are the words of `ethpoc errors`. Numbers are compared up to 64 bits (larger ones are 2^64-1); those that may be
-- larger have all their digits in a text beside them: ethpoc.newblock.total_difficulty.exact == "36893488147419103232".

local ethpoc = Proto("ethpoc", "Ethereum PoC Wire Protocol")
local TOKEN, MAX_PAYLOAD = 0x22400891, 16 * 1024 * 1024
local TOKEN_BYTES = { 0x22, 0x40, 0x08, 0x91 }

local folder = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or ""
local function part(name, ...) return assert(loadfile(folder .. "ethpoc/" .. name .. ".lua"))(...) end
local rlp, tables = part("rlp"), part("tables")
local fields, versions = part("fields", tables), part("versions", tables)
local readers = part("reader", rlp, fields, tables)
local messages = part("messages", rlp, fields, versions, readers, tables)
local answers = part("answers", fields)
local byte, F, READ = rlp.byte, fields.fields, messages.READ
local flat, p2p, refuse, scalar, whole = versions.flat, versions.p2p, readers.refuse, readers.scalar, readers.whole

local all = {}
for _, f in pairs(F) do all[#all + 1] = f end
ethpoc.fields = all
local malformed = ProtoExpert.new("ethpoc.malformed", "Malformed", expert.group.MALFORMED, expert.severity.ERROR)
local tolerable = ProtoExpert.new("ethpoc.tolerated", "Wrong, and read all the same", expert.group.PROTOCOL, expert.severity.WARN)
ethpoc.experts = { malformed, tolerable }
local stream_field = Field.new("tcp.stream")

local tolerated = {}
for _, code in ipairs(tables.TOLERATED) do tolerated[code] = true end

local conversations, records = {}, {}
function ethpoc.init() conversations, records = {}, {} end

local function conversation()
    local stream = stream_field()
    local key = stream and stream.value or -1
    conversations[key] = conversations[key] or { open = {} }
    return conversations[key]
end

local function complain(tvb, tree, code, at, length, path)
    local range = tvb(math.min(at, tvb:len() - 1), math.max(1, math.min(length, tvb:len() - at)))
    local item = tree:add(F.error, range, code)
    if path and path ~= "" then tree:add(F["error.path"], range, path) end
    local known = tables.ERRORS[code]
    for i, part_name in ipairs({ "error.rule", "error.hint" }) do
        if known then tree:add(F[part_name], range, known[i]):set_generated() end
    end
    local where = code .. (path and path ~= "" and " at " .. path or "")
    item:add_proto_expert_info(tolerated[code] and tolerable or malformed, known and where .. ": " .. known[1] .. " " .. known[2] or where)
end

-- Nodes of the payload; the second is true for good item-counted bytes, which only protocol 0 has.
local function payload_nodes(tvb, at, size, state)
    local first = byte(tvb, at)
    if first > 0x80 and first < 0xc0 and (not state.profile or state.profile.name == "0") then
        local node = rlp.read_counted(tvb, at, at + size, 1)
        if node and node.kind == "list" and node.at + node.header + node.length == at + size then return { rlp.set_paths(node, "payload") }, true end
    end
    return rlp.read_items(tvb, at, at + size), false
end

local function guess(id, items)
    if id == 4 or id == 5 or id == 16 and #items == 6 then return p2p(2, 49, 0x10, 0x18) end
    return flat(23)
end

-- The message in tvb[at, at+size); gives what the info column says, what is wrong: {code, at, length, path}, or
-- nil; and whether a peer can read it all the same.
local function dissect_payload(tvb, tree, at, size, state)
    local nodes, counted = payload_nodes(tvb, at, size, state)
    local list = table.remove(nodes, 1)
    local fault = rlp.first_fault({ list })
    local type, note, profile
    local ok, refused = pcall(function()
        if list.kind ~= "list" then refuse("message.not_a_list", list) end
        if #list.items == 0 then refuse("message.no_id", list) end
        local id_node = list.items[1]
        if id_node.kind ~= "string" or id_node.length > 8 then refuse("message.bad_id", id_node) end
        local id = scalar(tvb, id_node, 8)
        tree:add(F.id, whole(tvb, id_node), id)
        if id:tonumber() == 0 and (not state.profile or not fault) then state.profile = counted and flat(0) or messages.greet(tvb, list.items) or state.profile end
        profile = state.profile or (counted and flat(0)) or guess(id:tonumber(), list.items)
        type = versions.type_of(profile, id:tonumber())
        tree:add(F.type, whole(tvb, id_node), type):set_generated()
        tree:add(F.protocol, whole(tvb, id_node), profile.name):set_generated()
        local r = readers.new(tvb, tree, list, type:lower(), 2)
        if READ[type] then note = READ[type](r, profile, nodes) elseif r:left() > 0 then messages.show(tvb, tree, { items = { table.unpack(list.items, 2) } }) end
    end)
    if not ok and _G.type(refused) ~= "table" then error(refused, 0) end
    local meant = profile and versions.has_outside(profile) and (type == "Hello" or type == "Disconnect")
    local bad
    if fault then
        bad = { code = fault.code, at = fault.code_at, length = fault.code_length, path = fault.path }
    elseif nodes[1] and not meant then
        bad = { code = "frame.trailing_bytes", at = nodes[1].at, length = at + size - nodes[1].at }
    elseif not ok then
        bad = refused
    end
    return (type or "malformed") .. (note and " (" .. note .. ")" or "") .. (bad and type and " [malformed]" or ""), bad, ok and (not fault or tolerated[fault.code]), type
end

local function token_bytes(tvb, at)
    local n = 0
    while n < 4 and at + n < tvb:len() and byte(tvb, at + n) == TOKEN_BYTES[n + 1] do n = n + 1 end
    return n, n == 4 or n > 0 and at + n == tvb:len()
end

-- What is remembered of the n-th message of this packet: the same table at each visit of the packet.
local function record_of(pinfo, state)
    local n = tonumber(pinfo.private["ethpoc.messages"] or 0) + 1
    pinfo.private["ethpoc.messages"] = tostring(n)
    local key = pinfo.number .. " " .. n
    if pinfo.visited and records[key] then
        state.profile = records[key].profile -- people look at packets in any order
    else
        records[key] = { profile = state.profile }
    end
    return records[key]
end

local function say(pinfo, text)
    pinfo.cols.protocol = "ETHPOC"
    if pinfo.private["ethpoc.said"] then
        pinfo.cols.info:append(", " .. text)
    else
        pinfo.cols.info = text
        pinfo.private["ethpoc.said"] = "yes"
    end
end

-- A header whose length is too large is skipped, but no further than a token may begin in it.
local function skipped_header(tvb, at)
    for n = 4, 7 do
        if select(2, token_bytes(tvb(0, at + 8):tvb(), at + n)) then return n end
    end
    return 8
end

-- Where in the payload another frame begins, which cut it open (wire/frame.hpp, cut_open_at); nil: none does.
local function cut_open_at(tvb, at, size)
    for place = at, at + size - 4 do
        if token_bytes(tvb, place) == 4 then return place - at end
    end
end

-- `budget`: bytes that were read again in this tvb, in all.
local function dissect_frame(tvb, pinfo, tree, at, size, state, budget)
    local have = size > MAX_PAYLOAD and skipped_header(tvb, at) or 8 + size
    local inner = tree:add(ethpoc, tvb(at, have))
    inner:add(F.token, tvb(at, 4))
    inner:add(F.size, tvb(at + 4, 4))
    local text, bad = "malformed", nil
    local record = record_of(pinfo, state)
    if size > MAX_PAYLOAD then
        bad = { code = "frame.too_large", at = at + 4, length = math.min(4, have - 4) }
    elseif size == 0 then
        bad = { code = "frame.empty_payload", at = at + 4, length = 4 }
    else
        local readable, type
        text, bad, readable, type = dissect_payload(tvb, inner, at + 8, size, state)
        local cut = not readable and cut_open_at(tvb, at + 8, size)
        local back = cut and size - cut
        if cut and budget.used + back <= 2 * (at + have) then -- as FrameDecoder: nothing is read again and again
            budget.used = budget.used + back
            text, bad, have = "cut open", { code = "frame.cut_open", at = at + 8 + cut, length = 4 }, 8 + cut
            inner:set_len(have)
        elseif type then
            answers.link(inner, state.open, record, type, pinfo)
        end
    end
    if bad then complain(tvb, inner, bad.code, bad.at, bad.length, bad.path) end
    inner:append_text(", " .. text)
    say(pinfo, text)
    return at + have
end

local function dissect_gap(tvb, pinfo, tree, at)
    local stop = at + 1
    while stop < tvb:len() and not select(2, token_bytes(tvb, stop)) do stop = stop + 1 end
    local inner = tree:add(ethpoc, tvb(at, stop - at), "Ethereum PoC Wire Protocol, no frame")
    inner:add(F.gap, tvb(at, stop - at))
    complain(tvb, inner, "frame.bad_token", at, stop - at)
    say(pinfo, "no frame")
    return stop
end

local function more(pinfo, at, missing)
    pinfo.desegment_offset = at
    pinfo.desegment_len = missing
end

function ethpoc.dissector(tvb, pinfo, tree)
    local state, at, length, budget = conversation(), 0, tvb:len(), { used = 0 }
    local _, begins = token_bytes(tvb, 0)
    if length == 0 or not state.known and not begins then return 0 end
    while at < length do
        local n, starts = token_bytes(tvb, at)
        state.known = state.known or n == 4
        if not starts then
            at = dissect_gap(tvb, pinfo, tree, at)
        elseif length - at < 8 then
            more(pinfo, at, DESEGMENT_ONE_MORE_SEGMENT)
            return length
        else
            local size = tvb(at + 4, 4):uint()
            if size <= MAX_PAYLOAD and length - at < 8 + size then
                more(pinfo, at, 8 + size - (length - at))
                return length
            end
            at = dissect_frame(tvb, pinfo, tree, at, size, state, budget)
        end
    end
    return length
end

local function heuristic(tvb, pinfo, tree)
    if tvb:len() < 4 or tvb(0, 4):uint() ~= TOKEN then return false end
    ethpoc.dissector(tvb, pinfo, tree)
    pinfo.conversation = ethpoc
    return true
end

DissectorTable.get("tcp.port"):add(30303, ethpoc)
ethpoc:register_heuristic("tcp", heuristic)
