-- Reader: takes the items of a message one after the other and adds each to the tree. What is wrong is thrown as
-- {code, at, length, path}; the dissector catches it.

local rlp, fields, T = ...
if not fields then return end -- Wireshark runs every file of a plugin folder; ethpoc.lua runs this one with arguments
local byte, F = rlp.byte, fields.fields

local function whole(tvb, node) return tvb(node.at, math.max(node.header + node.length, 1)) end
local function payload(tvb, node) return tvb(node.length > 0 and node.at + node.header or node.at, node.length) end
local function refuse(code, node, at, length) error({ code = code, at = at or node.at, length = length or node.header + node.length, path = node.path }) end

-- A scalar as UInt64 (larger ones as 2^64-1); `width`: the widest that the field takes, in bytes.
local function scalar(tvb, node, width)
    if node.kind ~= "string" then refuse("rlp.expected_string", node) end
    local at, length = node.at + node.header, node.length
    while length > 0 and byte(tvb, at) == 0 do at, length = at + 1, length - 1 end
    if length > width then refuse("rlp.integer_too_large", node, node.at + node.header, node.length) end
    if length == 0 then return UInt64(0) end
    return length <= 8 and tvb(at, length):uint64() or UInt64(0xffffffff, 0xffffffff)
end

local Reader = {}
Reader.__index = Reader
local function reader(tvb, tree, list, prefix, at) return setmetatable({ tvb = tvb, tree = tree, list = list, items = list.items, prefix = prefix, at = at }, Reader) end
function Reader:left() return #self.items - self.at + 1 end
function Reader:take()
    local node = self.items[self.at]
    if not node then refuse("message.missing_item", self.list, self.list.at + self.list.header + self.list.length, 0) end
    self.at = self.at + 1
    return node
end
function Reader:number(name, width)
    local node = self:take()
    local value = scalar(self.tvb, node, width or 4)
    self.tree:add(F[self.prefix .. "." .. name], whole(self.tvb, node), value)
    return value:tonumber()
end
function Reader:bytes(name, limit, code)
    local node = self:take()
    if node.kind ~= "string" then refuse("rlp.expected_string", node) end
    if node.length > limit then refuse(code, node) end
    self.tree:add(F[self.prefix .. "." .. name], payload(self.tvb, node))
    return node
end
function Reader:hash(name) return self:bytes(name or "hash", 32, "message.bad_hash") end
function Reader:hashes(count) for _ = 1, count do self:hash() end end
function Reader:text(name)
    local node = self:take()
    if node.kind ~= "string" then refuse("rlp.expected_string", node) end
    local value = node.length > 0 and self.tvb(node.at + node.header, node.length):string(ENC_UTF_8) or ""
    self.tree:add(F[self.prefix .. "." .. name], whole(self.tvb, node), value)
    return value
end
-- A member by its row; not of the kinds that have a reader of their own.
function Reader:member(which)
    local name, kind, width = table.unpack(T.MEMBERS[which])
    if kind == "number" then return self:number(name, width) end
    if kind == "saturated" then return self:number(name, math.huge) end
    if kind == "text" then return self:text(name) end
    return self:bytes(name, width, kind == "hash" and "message.bad_hash" or "message.bad_node_id")
end
-- The members of a layout, by their names; reading ends with the items when `short` is true.
function Reader:members(layout, short)
    local out = {}
    for _, which in ipairs(layout) do
        if not short or self:left() > 0 then out[which] = self:member(which) end
    end
    return out
end
-- What is left, without the empty list that Go writes for nothing; adds the number.
function Reader:rest(list)
    list = list or { table.unpack(self.items, self.at) }
    if #list == 1 and list[1].kind == "list" and #list[1].items == 0 then list = {} end
    self.tree:add(F.items, whole(self.tvb, self.list), #list):set_generated()
    return list
end

return { new = reader, refuse = refuse, scalar = scalar, whole = whole, payload = payload }
