-- Every field that can be filtered, by its name behind `ethpoc.`; those of one message carry its name.

local F, IS_NUMBER = {}, {}
local function field(kind, name, label, ...)
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
for _, row in ipairs({
    { "hello", "version network_id capabilities listen_port total_difficulty", "node_id best_hash genesis_hash", "client_id capability" },
    { "disconnect", "reason", "", "reason_text" }, { "peers", "port octet", "node_id", "address" }, { "getchain", "count", "hash", "" },
    { "notinchain", "", "hash", "" }, { "getblockhashes", "limit", "hash", "" }, { "blockhashes", "", "hash", "" },
    { "getblocks", "", "hash", "" }, { "status", "version network_id total_difficulty", "best_hash genesis_hash", "" },
    { "newblock", "total_difficulty", "", "" }, { "shhstatus", "version", "", "" },
    { "header", "difficulty number min_gas_price gas_limit gas_used timestamp",
      "parent_hash uncles_hash coinbase state_root transactions_hash transactions_root receipts_root log_bloom extra_data nonce", "" },
    { "tx", "nonce value gas_price gas v", "to data init r s", "" },
}) do
    for i, kind in ipairs({ "uint64", "bytes", "string" }) do
        for name in row[i + 1]:gmatch("%S+") do field(kind, row[1] .. "." .. name, (name:gsub("_", " "))) end
    end
end

return { fields = F, is_number = IS_NUMBER }
