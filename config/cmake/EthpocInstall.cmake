# install(), find_package(ethpoc) and the Debian package.
include(CMakePackageConfigHelpers)

set(ethpoc_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/ethpoc")

# A library of others, as each of three kinds of package file asks for it.
macro(ethpoc_external target cmake pkg_config debian)
    set("ethpoc_cmake_${target}" "${cmake}")
    set("ethpoc_pc_${target}" "${pkg_config}")
    set("ethpoc_debian_${target}" "${debian}")
endmacro()
ethpoc_external(Threads::Threads "find_dependency(Threads)" "" "")
ethpoc_external(ZLIB::ZLIB "find_dependency(ZLIB)" zlib zlib1g-dev)
ethpoc_external(Boost::headers "find_dependency(Boost 1.81 CONFIG COMPONENTS headers)" "" libboost1.81-dev)
ethpoc_external(SQLite::SQLite3 "find_dependency(SQLite3)" sqlite3 libsqlite3-dev)
ethpoc_external(spdlog::spdlog "find_dependency(spdlog CONFIG)" spdlog libspdlog-dev)
ethpoc_external(tomlplusplus::tomlplusplus "find_dependency(tomlplusplus CONFIG)" tomlplusplus libtomlplusplus-dev)
ethpoc_external(PkgConfig::CRYPTOPP "ethpoc_find_by_pkg_config(CRYPTOPP libcrypto++)" libcrypto++ libcrypto++-dev)
ethpoc_external(PkgConfig::SECP256K1 "ethpoc_find_by_pkg_config(SECP256K1 libsecp256k1)" libsecp256k1 libsecp256k1-dev)

# ethpoc_room_files(<class> <room>): the room for find_package(ethpoc COMPONENTS <room>) and for pkg-config ethpoc-<room>. Headers go
# below include/ethpoc, so that `#include "rlp/decode.hpp"` reads the same inside and outside of this tree.
file(RELATIVE_PATH ethpoc_pc_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
function(ethpoc_room_files class room)
    install(TARGETS ethpoc_${room} EXPORT ethpoc_${room}
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${class}
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${class}
        FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/ethpoc" COMPONENT ${class})
    install(EXPORT ethpoc_${room} FILE "ethpoc_${room}.cmake" NAMESPACE ethpoc::
        DESTINATION "${ethpoc_cmake_dir}" COMPONENT ${class})

    set(rooms "")
    set(finds "")
    set(modules "")
    set(flags "")
    get_target_property(stands_on ethpoc_${room} ETHPOC_STANDS_ON)
    foreach(one IN LISTS stands_on)
        if(one MATCHES "^ethpoc::(.*)$")
            list(APPEND rooms "${CMAKE_MATCH_1}")
            list(APPEND modules "ethpoc-${CMAKE_MATCH_1}")
        elseif(NOT DEFINED "ethpoc_cmake_${one}")
            message(FATAL_ERROR "ethpoc::${room} needs ${one}; EthpocInstall.cmake does not say how others find it")
        else()
            string(APPEND finds "    ${ethpoc_cmake_${one}}\n")
            list(APPEND modules ${ethpoc_pc_${one}})
            set_property(GLOBAL APPEND PROPERTY "ethpoc_debian_of_${class}" ${ethpoc_debian_${one}})
        endif()
        if(one STREQUAL "Threads::Threads")
            set(flags " -pthread")
        endif()
    endforeach()
    set_property(GLOBAL APPEND PROPERTY ethpoc_rooms "${room}")
    set_property(GLOBAL APPEND_STRING PROPERTY ethpoc_room_table
        "set(ethpoc_needs_${room} ${rooms})\nset(ethpoc_class_${room} ${class})\nmacro(ethpoc_find_for_${room})\n${finds}endmacro()\n")
    list(JOIN modules ", " modules)
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/pkgconfig/ethpoc-${room}.pc" @ONLY CONTENT
"prefix=\${pcfiledir}/${ethpoc_pc_prefix}
Name: ethpoc-${room}
Description: ${PROJECT_DESCRIPTION}: ${room}
Version: ${PROJECT_VERSION}
Requires: ${modules}
Libs: -L\${prefix}/${CMAKE_INSTALL_LIBDIR} -lethpoc_${room}${flags}
Cflags: -I\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}/ethpoc${flags}
")
    install(FILES "${PROJECT_BINARY_DIR}/pkgconfig/ethpoc-${room}.pc"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT ${class})
endfunction()

# ethpoc_dev_package(<class> <summary> <needs> ROOMS...): one -dev package for each class of what the rooms need of others, so that nobody
# installs Boost to read a frame. `needs`: other classes. Rooms and classes stand behind those that they need.
function(ethpoc_dev_package class summary needs)
    foreach(room IN LISTS ARGN)
        ethpoc_room_files(${class} ${room})
    endforeach()
    get_property(debian GLOBAL PROPERTY "ethpoc_debian_of_${class}")
    foreach(other IN LISTS needs)
        list(APPEND debian "libethpoc-${other}-dev (= ${PROJECT_VERSION})")
    endforeach()
    list(REMOVE_DUPLICATES debian)
    list(JOIN debian ", " debian)
    string(TOUPPER "${class}" upper)
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME "libethpoc-${class}-dev" PARENT_SCOPE)
    set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION libdevel PARENT_SCOPE)
    set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "${debian}" PARENT_SCOPE)
    set(CPACK_COMPONENT_${upper}_DESCRIPTION "Library for C++23: ${summary}.\nHeaders, static libraries, and files for CMake and pkg-config." PARENT_SCOPE)
    set_property(GLOBAL APPEND PROPERTY ethpoc_packages "${class}|libethpoc-${class}-dev")
endfunction()
ethpoc_dev_package(wire "RLP, frames and messages" "" rlp wire)
ethpoc_dev_package(record "recorded sessions and captures" wire record)
ethpoc_dev_package(http "a server for pages and figures" wire http)
ethpoc_dev_package(chain "blocks, state and sync" wire chain sync show)
ethpoc_dev_package(peer "the peer and the conformance tester" "record;http;chain" peer conform)
set_property(GLOBAL APPEND PROPERTY ethpoc_packages "tools|ethpoc")

get_property(ethpoc_rooms GLOBAL PROPERTY ethpoc_rooms)
get_property(ethpoc_room_table GLOBAL PROPERTY ethpoc_room_table)
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/ethpocConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/ethpocConfig.cmake" INSTALL_DESTINATION "${ethpoc_cmake_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ethpocConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ethpocConfig.cmake" "${PROJECT_BINARY_DIR}/ethpocConfigVersion.cmake"
    DESTINATION "${ethpoc_cmake_dir}" COMPONENT wire)

install(TARGETS ethpoc RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tools)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/README.md"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT tools)
# The pages that the README points to, at the same place beside it.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT tools
    FILES_MATCHING PATTERN "*.md" PATTERN "*.svg" PATTERN "*.png" PATTERN "course" EXCLUDE)
# Below /usr settings belong to /etc; below any other prefix they stay below it, so that a trial install touches nothing else.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(ethpoc_etc "/etc/ethpoc")
else()
    set(ethpoc_etc "${CMAKE_INSTALL_SYSCONFDIR}/ethpoc")
endif()
install(FILES "${PROJECT_SOURCE_DIR}/config/ethpoc.toml" DESTINATION "${ethpoc_etc}" COMPONENT tools)
# What clients of 2014 are known to do otherwise, for `ethpoc conform --expect`.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/conform/expect" DESTINATION "${CMAKE_INSTALL_DATADIR}/ethpoc" COMPONENT tools)
# A dashboard for what --metrics tells.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/config/grafana" DESTINATION "${CMAKE_INSTALL_DATADIR}/ethpoc" COMPONENT tools)
# Captures, the tools that read them, and the lessons: their paths to each other are those of the source tree.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/samples" DESTINATION "${CMAKE_INSTALL_DATADIR}/ethpoc" COMPONENT tools
    FILES_MATCHING PATTERN "*.pcap" PATTERN "*.jsonl" PATTERN "README.md" PATTERN "__pycache__" EXCLUDE)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/tools/wireshark" "${PROJECT_SOURCE_DIR}/tools/kaitai"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/ethpoc/tools" COMPONENT tools USE_SOURCE_PERMISSIONS)
install(FILES "${PROJECT_SOURCE_DIR}/tests/sessions/go-p07-live.jsonl" "${PROJECT_SOURCE_DIR}/tests/sessions/go-p33-live.jsonl"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/ethpoc/tests/sessions" COMPONENT tools) # lesson 8 replays them
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/course" DESTINATION "${CMAKE_INSTALL_DATADIR}/ethpoc/docs" COMPONENT tools)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    # What the policy of Debian asks of each package.
    execute_process(COMMAND gzip -9nc "${PROJECT_SOURCE_DIR}/config/packaging/changelog"
        OUTPUT_FILE "${PROJECT_BINARY_DIR}/changelog.gz" COMMAND_ERROR_IS_FATAL ANY)
    get_property(ethpoc_packages GLOBAL PROPERTY ethpoc_packages)
    foreach(package IN LISTS ethpoc_packages)
        string(REGEX MATCH "^(.*)[|](.*)$" _ "${package}")
        set(folder "${CMAKE_INSTALL_DATADIR}/doc/${CMAKE_MATCH_2}")
        install(FILES "${PROJECT_SOURCE_DIR}/config/packaging/copyright" "${PROJECT_BINARY_DIR}/changelog.gz"
            DESTINATION "${folder}" COMPONENT ${CMAKE_MATCH_1})
    endforeach()
endif()
configure_file("${PROJECT_SOURCE_DIR}/config/packaging/ethpoc.service"
    "${PROJECT_BINARY_DIR}/ethpoc.service" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/ethpoc.service" DESTINATION "lib/systemd/system" COMPONENT tools)

if(PROJECT_IS_TOP_LEVEL)
    set(CPACK_GENERATOR DEB)
    set(CPACK_PACKAGE_NAME ethpoc)
    set(CPACK_PACKAGE_VENDOR "the ethpoc authors")
    set(CPACK_PACKAGE_CONTACT "the ethpoc authors <ethpoc@ethpoc.invalid>")
    set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "peer and tools for the Ethereum network of 2014")
    set(CPACK_COMPONENT_TOOLS_DESCRIPTION
        "Speaks every version of the token-framed protocol from PoC-1 to PoC-8.\nWith a conformance tester, sample captures, lessons, a dissector for\nWireshark and a Kaitai Struct definition.")
    set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
    set(CPACK_STRIP_FILES ON)
    set(CPACK_COMPONENTS_ALL tools wire record http chain peer)
    set(CPACK_DEB_COMPONENT_INSTALL ON)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
    set(CPACK_DEBIAN_PACKAGE_SECTION net)
    set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME ethpoc)
    # An edited settings file survives an upgrade.
    file(WRITE "${PROJECT_BINARY_DIR}/conffiles" "/etc/ethpoc/ethpoc.toml\n")
    set(CPACK_DEBIAN_TOOLS_PACKAGE_CONTROL_EXTRA "${PROJECT_BINARY_DIR}/conffiles")
    # Who asked for everything gets everything.
    set(CPACK_DEBIAN_PEER_PACKAGE_PROVIDES "libethpoc-dev (= ${PROJECT_VERSION})")
    set(CPACK_DEBIAN_PEER_PACKAGE_REPLACES "libethpoc-dev")
    set(CPACK_DEBIAN_PEER_PACKAGE_CONFLICTS "libethpoc-dev")
    include(CPack)
endif()
