# Libraries that come from the distribution. `./dev` knows their package names.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)

find_package(Boost 1.81 CONFIG QUIET COMPONENTS headers)
if(NOT Boost_FOUND)
    find_package(Boost CONFIG QUIET)
    if(Boost_VERSION_STRING)
        set(ethpoc_boost_seen "Boost ${Boost_VERSION_STRING} was found")
    else()
        set(ethpoc_boost_seen "no Boost was found")
    endif()
    message(FATAL_ERROR
        "ethpoc needs Boost 1.81 or newer, and ${ethpoc_boost_seen}. On Debian 12: apt-get install libboost1.81-dev. "
        "It conflicts with libboost-dev (1.74) and replaces it. `./dev build` does this for you.")
endif()

# Crypto++ and libsecp256k1 ship pkg-config files only.
pkg_check_modules(CRYPTOPP REQUIRED IMPORTED_TARGET libcrypto++)
pkg_check_modules(SECP256K1 REQUIRED IMPORTED_TARGET libsecp256k1)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(tomlplusplus CONFIG REQUIRED)
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
