// The environment as a layer of settings: ETHPOC_LISTEN, ETHPOC_LIMITS_FRAME, ...
#pragma once

#include "config/merge.hpp"

#include <map>
#include <string>
#include <string_view>

namespace ethpoc::config {

/// Variables by name. A value of its own, so that tests need not change the environment of the process.
using Environment = std::map<std::string, std::string, std::less<>>;

/// The ETHPOC_* variables of this process, and HOME and XDG_DATA_HOME.
Environment process_environment();

/// "limits.frame" -> "ETHPOC_LIMITS_FRAME".
std::string variable_name(std::string_view key);

/// One assignment for each ETHPOC_* variable; a list is separated by commas. An unknown name is an error, since a
/// typing mistake would otherwise be believed to work. ETHPOC_CONFIG names the file and is not a setting; names that
/// begin with ETHPOC_TEST_, ETHPOC_SHARED and ETHPOC_COMMIT belong to the build and the tests and are left alone.
std::expected<Layer, ConfigErrors> environment_layer(const Environment& environment);

/// The folder of the store when nothing names one: $XDG_DATA_HOME/ethpoc, else $HOME/.local/share/ethpoc, else
/// :memory:. Names that are not absolute do not count.
std::string default_data_dir(const Environment& environment);

} // namespace ethpoc::config
