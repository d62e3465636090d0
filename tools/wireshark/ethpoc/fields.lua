-- Every field that can be filtered, by its name behind `ethpoc.`; those of one message carry its name. The fields of messages,
-- headers and transactions are those of the tables.

local T = ...
if not T then return end -- Wireshark runs every file of a plugin folder; ethpoc.lua runs this one with arguments
local F, IS_NUMBER, LABEL = {}, {}, {}
local function field(kind, name, label, ...)
    if F[name] then return end
    F[name] = ProtoField[kind]("ethpoc." .. name, label, ...)
    IS_NUMBER[name], LABEL[name] = kind == "uint64" or kind == "absolute_time", label
end
-- A number that may need more than 64 bits: beside it stands the decimal form of the very value, in `<name>.exact`.
local function wide(name, label, time)
    if time then field("absolute_time", name, label, base.UTC) else field("uint64", name, label) end
    field("string", name .. ".exact", label .. ", exact")
end

field("bytes", "token", "Synchronisation token")
field("uint32", "size", "Payload size")
field("uint64", "id", "Message id", base.HEX)
field("string", "type", "Message")
field("string", "protocol", "Protocol version")
field("uint32", "items", "Number of items")
field("bytes", "gap", "Bytes that are no frame")
field("string", "error", "Problem")
field("string", "error.path", "Place of the problem")
field("bytes", "rlp.header", "RLP header")
field("bytes", "rlp.string", "String")
field("bytes", "rlp.list", "List")
field("bytes", "rlp.raw", "Bytes that cannot be read")
field("string", "error.rule", "Rule")
field("string", "error.hint", "Hint")
field("framenum", "response_in", "Answered in", base.NONE, frametype.RESPONSE)
field("framenum", "response_to", "Answers", base.NONE, frametype.REQUEST)
field("relative_time", "response_time", "Time since the question")
field("string", "hello.capability", "capability")
field("uint64", "hello.capability_version", "capability version")
field("string", "hello.capability_names", "capability names")
field("ipv4", "peers.address", "address")
field("ipv6", "peers.address6", "address")
field("string", "disconnect.reason_text", "reason text")

-- "hello" of hello_full, "getblockhashes" of get_block_hashes_limit_first.
local function prefix_of(layout)
    if layout:find("^hello_") then return "hello" end
    if layout == "peer" then return "peers" end
    return (layout:gsub("_limit_first$", ""):gsub("_bare$", ""):gsub("_", ""))
end
local KINDS = { number = "uint64", saturated = "uint64", hash = "bytes", node_id = "bytes", text = "string", address = "string", bytes = "bytes", words = "bytes" }
local NARROW = 8 -- bytes of a number that 64 bits hold
local function member(prefix, name, kind, width)
    local path, label = prefix .. "." .. name, name:gsub("_", " ")
    if kind == "saturated" or kind == "number" and (not width or width > NARROW) then
        wide(path, label, path == "header.timestamp")
    elseif KINDS[kind] then
        field(KINDS[kind], path, label)
    end
end
for layout, members in pairs(T.LAYOUTS) do
    for _, which in ipairs(members) do
        local name, kind, width = table.unpack(T.MEMBERS[which])
        if kind == "hashes" then name, kind = "hash", "hash" end
        member(prefix_of(layout), name, kind, width)
    end
end
for name, kind in pairs(T.HEADER_FIELDS) do member("header", name, kind) end
for _, one in pairs(T.TRANSACTION_FIELDS) do member("tx", one[1], one[2] == "address" and "bytes" or one[2]) end

return { fields = F, is_number = IS_NUMBER, label = LABEL }
