-- Every field that can be filtered, by its name behind `ethpoc.`; those of one message carry its name. The fields of messages,
-- headers and transactions are those of the tables.

local T = ...
if not T then return end -- Wireshark runs every file of a plugin folder; ethpoc.lua runs this one with arguments
local F, IS_NUMBER = {}, {}
local function field(kind, name, label, ...)
    if F[name] then return end
    F[name] = ProtoField[kind]("ethpoc." .. name, label, ...)
    IS_NUMBER[F[name]] = kind == "uint64"
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
field("string", "hello.capability", "capability")
field("string", "disconnect.reason_text", "reason text")

-- "hello" of hello_full, "getblockhashes" of get_block_hashes_limit_first.
local function prefix_of(layout)
    if layout:find("^hello_") then return "hello" end
    if layout == "peer" then return "peers" end
    return (layout:gsub("_limit_first$", ""):gsub("_bare$", ""):gsub("_", ""))
end
local KINDS = { number = "uint64", saturated = "uint64", hash = "bytes", node_id = "bytes", text = "string", address = "string", bytes = "bytes", words = "bytes" }
local function member(prefix, name, kind) if KINDS[kind] then field(KINDS[kind], prefix .. "." .. name, (name:gsub("_", " "))) end end
for layout, members in pairs(T.LAYOUTS) do
    for _, which in ipairs(members) do
        local name, kind = table.unpack(T.MEMBERS[which])
        if kind == "hashes" then name, kind = "hash", "hash" end
        member(prefix_of(layout), name, kind)
    end
end
for name, kind in pairs(T.HEADER_FIELDS) do member("header", name, kind) end
for _, one in pairs(T.TRANSACTION_FIELDS) do member("tx", one[1], one[2] == "address" and "bytes" or one[2]) end

return { fields = F, is_number = IS_NUMBER }
