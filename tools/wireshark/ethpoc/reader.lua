-- Reader: takes the items of a message one after the other and adds each to the tree. What is wrong is thrown as
-- {code, at, length, path}; the dissector catches it.

local rlp, fields, T = ...
if not fields then return end -- Wireshark runs every file of a plugin folder; ethpoc.lua runs this one with arguments
local byte, F, LABEL = rlp.byte, fields.fields, fields.label

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

-- The decimal form of a string of bytes that is a number; nil when it is longer than any value of the chain.
local WIDEST, LIMB = 32, 10000000
local function decimal(tvb, node)
    if node.length > WIDEST then return nil end
    local limbs = { 0 } -- of seven digits each, the lowest first
    for i = 0, node.length - 1 do
        local carry = byte(tvb, node.at + node.header + i)
        for k = 1, #limbs do
            local value = limbs[k] * 256 + carry
            limbs[k], carry = value % LIMB, math.floor(value / LIMB)
        end
        if carry > 0 then limbs[#limbs + 1] = carry end
    end
    local digits = { ("%d"):format(limbs[#limbs]) }
    for k = #limbs - 1, 1, -1 do digits[#digits + 1] = ("%07d"):format(limbs[k]) end
    return table.concat(digits)
end

-- Adds a number; filters compare it up to 64 bits, and `.exact` holds all of it. Gives the number, and its text.
local LAST_SECOND = 253402300799 -- of the year 9999, where Wireshark's calendar ends
local function add_number(tvb, tree, name, node, width)
    local value, range = scalar(tvb, node, width), whole(tvb, node)
    local text = decimal(tvb, node) or ("a number of %d bytes"):format(node.length)
    local exact = F[name .. ".exact"]
    local plain = tostring(value) == text
    if name == "header.timestamp" then
        plain = plain and value:tonumber() <= LAST_SECOND
        if plain then tree:add(F[name], range, NSTime.new(value:tonumber(), 0)) end
    else
        local item = tree:add(F[name], range, value)
        if not plain then item:set_text(("%s: %s"):format(LABEL[name], text)) end
    end
    if exact then
        local item = tree:add(exact, range, text)
        if plain or name ~= "header.timestamp" then item:set_hidden() end
    end
    return value:tonumber(), text
end

local function counted(n, one, many) return ("%d %s"):format(n, n == 1 and one or many) end
-- What the info column says of a hash.
local function short(tvb, node) return node.length > 0 and tostring(payload(tvb, node):bytes()):lower():sub(1, 8) or "none" end

local Reader = {}
Reader.__index = Reader
local function reader(tvb, tree, list, prefix, at) return setmetatable({ tvb = tvb, tree = tree, list = list, items = list.items, prefix = prefix, at = at, said = {} }, Reader) end
function Reader:left() return #self.items - self.at + 1 end
function Reader:take()
    local node = self.items[self.at]
    if not node then refuse("message.missing_item", self.list, self.list.at + self.list.header + self.list.length, 0) end
    self.at = self.at + 1
    return node
end
function Reader:number(name, width)
    local value, text = add_number(self.tvb, self.tree, self.prefix .. "." .. name, self:take(), width or 4)
    self.said[name] = text
    return value
end
function Reader:bytes(name, limit, code)
    local node = self:take()
    if node.kind ~= "string" then refuse("rlp.expected_string", node) end
    if node.length > limit then refuse(code, node) end
    self.tree:add(F[self.prefix .. "." .. name], payload(self.tvb, node))
    self.said[name] = short(self.tvb, node)
    return node
end
function Reader:hash(name) return self:bytes(name or "hash", 32, "message.bad_hash") end
-- So many hashes; gives what the info column says of them.
function Reader:hashes(count)
    local first
    for _ = 1, count do
        self:hash()
        first = first or self.said.hash
    end
    local ends = count > 1 and ", " .. first .. " to " .. self.said.hash or count == 1 and ", " .. first or ""
    return counted(count, "hash", "hashes") .. ends
end
function Reader:text(name)
    local node = self:take()
    if node.kind ~= "string" then refuse("rlp.expected_string", node) end
    local value = node.length > 0 and self.tvb(node.at + node.header, node.length):string(ENC_UTF_8) or ""
    self.tree:add(F[self.prefix .. "." .. name], whole(self.tvb, node), value)
    self.said[name] = value
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

return { new = reader, refuse = refuse, scalar = scalar, whole = whole, payload = payload, add_number = add_number, counted = counted }
