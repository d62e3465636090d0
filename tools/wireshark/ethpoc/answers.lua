-- Which message answers which, and what is remembered of each message, so that a question and its answer name each other.
-- Answers come in the order of the questions: the oldest open question that a message can answer is the one it answers.

local fields = ...
if not fields then return end -- Wireshark runs every file of a plugin folder; ethpoc.lua runs this one with arguments
local F = fields.fields

local ANSWERS = {
    Pong = { "Ping" }, Peers = { "GetPeers" }, Transactions = { "GetTransactions" }, BlockHashes = { "GetBlockHashes" },
    Blocks = { "GetChain", "GetBlocks" }, NotInChain = { "GetChain" },
}
local IS_QUESTION = {}
for _, questions in pairs(ANSWERS) do for _, name in ipairs(questions) do IS_QUESTION[name] = true end end
local MOST_OPEN = 64 -- questions of one side that nobody answers

local function end_name(address, port) return tostring(address) .. ":" .. port end

-- Seconds as Wireshark counts times.
local function duration(seconds)
    local whole = math.floor(seconds)
    return NSTime.new(whole, math.floor((seconds - whole) * 1e9 + 0.5))
end

-- On the first pass, in the order of the file: finds the question, and notes both ends.
local function note(open, record, type, pinfo)
    local mine, theirs = end_name(pinfo.src, pinfo.src_port), end_name(pinfo.dst, pinfo.dst_port)
    if IS_QUESTION[type] then
        open[mine] = open[mine] or {}
        if #open[mine] == MOST_OPEN then table.remove(open[mine], 1) end
        table.insert(open[mine], { type = type, record = record, number = pinfo.number, at = pinfo.rel_ts })
    end
    for i, question in ipairs(ANSWERS[type] and open[theirs] or {}) do
        for _, name in ipairs(ANSWERS[type]) do
            if question.type == name then
                table.remove(open[theirs], i)
                question.record.answer, record.question, record.time = pinfo.number, question.number, pinfo.rel_ts - question.at
                return
            end
        end
    end
end

-- `open`: of the conversation. `record`: of this message, the same table at each visit.
local function link(tree, open, record, type, pinfo)
    if not pinfo.visited then note(open, record, type, pinfo) end
    if record.answer then tree:add(F.response_in, record.answer):set_generated() end
    if record.question then
        tree:add(F.response_to, record.question):set_generated()
        tree:add(F.response_time, duration(record.time)):set_generated()
    end
end

return { link = link }
