#include "cmd/mining_options.hpp"

#include <CLI/App.hpp>

#include "cmd/amount.hpp"

namespace ethpoc::cmd {

void add_mining_options(CLI::App& app, MiningOptions& options) {
    constexpr unsigned most_threads = 256;
    app.add_option("--coinbase", options.coinbase, "address that gets the rewards (default: that of zeros, nobody's)");
    app.add_option("--threads", options.threads, "threads that look for nonces")
        ->check(CLI::Range(1U, most_threads))
        ->capture_default_str();
}

std::expected<Address, ExitCode> coinbase_of(Context& context, const MiningOptions& options) {
    if (options.coinbase.empty()) { return Address{}; }
    const auto address = read_address(options.coinbase);
    if (address) { return *address; }
    context.out.refuse("input.usage", "--coinbase: " + address.error());
    return std::unexpected(ExitCode::usage);
}

} // namespace ethpoc::cmd
