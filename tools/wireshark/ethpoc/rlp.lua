-- RLP for the dissector: nodes {at, header, length, kind, items, path, code, code_at, code_length} that tile the bytes.
-- Same checks in the same order as rlp/head.cpp of the project, and the item-counted RLP of January 2014.

local MAX_DEPTH = 64

local function byte(tvb, at) return tvb(at, 1):uint() end

local function number_at(tvb, at, count)
    local value = 0
    for i = 0, count - 1 do value = value * 256 + byte(tvb, at + i) end
    return value
end

-- One item at `at`.
local function read_head(tvb, at, stop)
    local first = byte(tvb, at)
    local node = { at = at, header = 0, length = 1, kind = first >= 0xc0 and "list" or "string", claimed = 1 }
    if first < 0x80 then return node end
    local low = first % 64
    local count = low < 56 and 0 or low - 55
    if 1 + count > stop - at then
        node.kind, node.length, node.code, node.code_at, node.code_length = "raw", stop - at, "rlp.truncated_header", at, stop - at
        return node
    end
    node.header = 1 + count
    node.claimed = count == 0 and low or number_at(tvb, at + 1, count)
    local left = stop - at - node.header
    node.length = math.min(node.claimed, left)
    local function fault(code, where, length) node.code, node.code_at, node.code_length = code, where, length end
    if count > 0 and byte(tvb, at + 1) == 0 then
        local zeros = 1
        while zeros < count and byte(tvb, at + 1 + zeros) == 0 do zeros = zeros + 1 end
        fault("rlp.length_leading_zero", at + 1, zeros)
    elseif count > 0 and node.claimed < 56 then
        fault("rlp.non_canonical_length", at, node.header)
    elseif first == 0x81 and left > 0 and byte(tvb, at + 1) < 0x80 then
        fault("rlp.non_canonical_byte", at, 2)
    elseif node.claimed > left then
        local wraps = count == 8 and number_at(tvb, at + 1, 4) == 0xffffffff and number_at(tvb, at + 5, 4) > 0xffffffff - (at + node.header)
        fault(wraps and "rlp.length_overflow" or "rlp.item_overruns_parent", at, node.header)
    end
    return node
end

-- The nodes of tvb[at, stop), with a stack instead of recursion.
local function read_items(tvb, at, stop)
    local top = { items = {}, stop = stop }
    local stack = { top }
    while #stack > 0 do
        local box = stack[#stack]
        if at >= box.stop then
            stack[#stack] = nil
        else
            local node = read_head(tvb, at, box.stop)
            box.items[#box.items + 1] = node
            node.path = (box.path or "") .. (box.path and "[" .. (#box.items - 1) .. "]" or #box.items == 1 and "payload" or "rest[" .. (#box.items - 2) .. "]")
            at = at + node.header
            if node.kind ~= "list" then
                at = at + node.length
            elseif #stack > MAX_DEPTH then
                node.items = {}
                if not node.code then node.code, node.code_at, node.code_length = "rlp.depth_limit", node.at, node.header end
                at = at + node.length
            else
                node.items = {}
                stack[#stack + 1] = { items = node.items, stop = at + node.length, path = node.path }
            end
        end
    end
    return top.items
end

-- The item-counted RLP of January 2014: a list {node}, or nil when the bytes are not good in it.
local function read_counted(tvb, at, stop, depth)
    if at >= stop or depth > MAX_DEPTH then return nil end
    local b = byte(tvb, at)
    if b < 0x18 then return { at = at, header = 0, length = 1, kind = "string" } end
    local base, long = 0x17, b >= 0x38 and b < 0x40 or b >= 0x78 and b < 0x80 or b >= 0xb8
    if b >= 0x40 then base = b < 0x78 and 0x40 or b < 0x80 and 0x77 or b < 0xb8 and 0x80 or 0xb7 elseif long then base = 0x37 end
    if b >= 0xc0 or long and at + 1 + b - base > stop then return nil end
    local header = 1 + (long and b - base or 0)
    local size = long and number_at(tvb, at + 1, header - 1) or b - base
    if b < 0x80 then return at + header + size <= stop and { at = at, header = header, length = size, kind = "string" } or nil end
    local node = { at = at, header = header, kind = "list", items = {} }
    local next_at = at + header
    for i = 1, size do
        local item = read_counted(tvb, next_at, stop, depth + 1)
        if not item then return nil end
        node.items[i] = item
        next_at = item.at + item.header + item.length
    end
    node.length = next_at - at - header
    return node
end

local function set_paths(node, path)
    node.path = path
    for i, item in ipairs(node.items or {}) do set_paths(item, path .. "[" .. (i - 1) .. "]") end
    return node
end

local function first_fault(nodes)
    for _, node in ipairs(nodes) do
        if node.code then return node end
        local inner = node.items and first_fault(node.items)
        if inner then return inner end
    end
end

return { byte = byte, read_items = read_items, read_counted = read_counted, set_paths = set_paths, first_fault = first_fault }
