// The goals that need sockets, threads or a store: each a small driver of its own that gives rows of the table.
#pragma once

#include <string>

#include "tests/bench/micro.hpp"

namespace ethpoc::bench {

/// Frames in, and Ping to Pong, against a bare epoll loop.
Rows receive_rows(const Scale& scale);
/// What a peer that says nothing costs in memory.
Rows idle_rows(const Scale& scale);
/// One block to a thousand peers, against a bare loop of send() on the same sockets.
Rows broadcast_rows(const Scale& scale);
/// A chain from a local peer, verified and stored, against its hashing alone.
Rows sync_rows(const Scale& scale, std::size_t blocks);
/// Size and start of the program; how long it takes to build, when `build_time` names a file that says it.
Rows program_rows(const Scale& scale, const std::string& build_time);

} // namespace ethpoc::bench
