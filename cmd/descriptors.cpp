#include "cmd/descriptors.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace ethpoc::cmd {

namespace {
// Store, log, listeners, control socket; and as many again that are on their way in or out.
constexpr std::size_t descriptors_besides = 128;
} // namespace

std::optional<std::string> make_room_for(std::size_t connections) {
    rlimit limit{};
    const rlim_t wanted = std::min<std::size_t>(connections, RLIM_INFINITY / 2) + descriptors_besides;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) { return std::nullopt; }
    limit.rlim_cur = std::min(limit.rlim_max, wanted);
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted) { return std::nullopt; }
    return "--max-peers " + std::to_string(connections) + " needs " + std::to_string(wanted) +
           " open files, and the limit is " + std::to_string(limit.rlim_max) +
           ": raise it with ulimit -n, or with LimitNOFILE= in the unit";
}

} // namespace ethpoc::cmd
