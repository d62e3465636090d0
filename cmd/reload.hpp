// Reload: what SIGHUP makes of a running node: the settings are read again, and those that can change while it runs do.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/context.hpp"
#include "config/merge.hpp"

namespace ethpoc::cmd {

/// Keys of the settings that a running node takes over. The others are sizes of what is there already, or say what the
/// node is.
std::span<const std::string_view> live_settings();

/// What became of settings that were read again.
struct Reloaded {
    std::vector<std::string> changed{}; // keys whose new values hold from now on
    std::vector<std::string> waiting{}; // keys whose new values hold after the next start
};

/// Takes over into `running` what can change while a node runs.
Reloaded take_over(config::Settings& running, const config::Settings& read);

/// One line: what holds from now on, and what needs a restart.
std::string reload_sentence(const Reloaded& reloaded);

class Reloader {
  public:
    /// `apply` is called with the settings that hold from then on. `context` and `flags` outlive it.
    Reloader(Context& context, const config::Flags& flags, config::Settings running,
             std::function<void(const config::Settings&)> apply) :
        context_(context),
        flags_(flags), running_(std::move(running)), apply_(std::move(apply)) {}

    /// Reads flags, environment and file again. Of mistakes it complains, and nothing changes. One thread at a time.
    void reload();

  private:
    Context& context_;
    const config::Flags& flags_;
    config::Settings running_;
    std::function<void(const config::Settings&)> apply_;
};

} // namespace ethpoc::cmd
