# Run with -P: installs the build into a folder, builds this project against it, and runs what came out.
file(REMOVE_RECURSE "${WORK}")

function(must)
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT result EQUAL 0)
        list(JOIN ARGV " " command)
        message(FATAL_ERROR "failed (${result}): ${command}\n${output}")
    endif()
endfunction()

must("${CMAKE_COMMAND}" --install "${BUILD}" --config "${CONFIG}" --prefix "${WORK}/prefix")
must("${CMAKE_COMMAND}" -S "${SOURCE}" -B "${WORK}/build" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_BUILD_TYPE=${CONFIG}"
    "-DETHPOC_EXPECTED_VERSION=${VERSION}")
must("${CMAKE_COMMAND}" --build "${WORK}/build")
foreach(room IN ITEMS rlp wire record chain sync show http peer conform)
    must("${WORK}/build/consumer_${room}")
endforeach()

# rlp and wire need the C++ library only: the examples are built where nothing else can be found.
set(nothing_else "")
foreach(package IN ITEMS Threads SQLite3 ZLIB Boost spdlog tomlplusplus PkgConfig CLI11 nlohmann_json)
    list(APPEND nothing_else "-DCMAKE_DISABLE_FIND_PACKAGE_${package}=ON")
endforeach()
must("${CMAKE_COMMAND}" -S "${SOURCE}/../../examples" -B "${WORK}/examples" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_BUILD_TYPE=${CONFIG}" ${nothing_else})
must("${CMAKE_COMMAND}" --build "${WORK}/examples")
# What the example prints is what docs/library.md says of it.
execute_process(COMMAND "${WORK}/examples/decode_struct" OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
string(STRIP "${printed}" printed)
string(REPLACE "\n" "\n    " printed "    ${printed}")
file(READ "${SOURCE}/../../docs/library.md" page)
string(FIND "${page}" "${printed}" found)
if(found EQUAL -1)
    message(FATAL_ERROR "docs/library.md does not have what examples/decode_struct prints:\n${printed}")
endif()
must("${WORK}/examples/split_frames")
# The probe dials the tiny peer, whose first line says where it listens.
must("${WORK}/examples/tiny_peer" 0 COMMAND sh -c
    "IFS=': ' read -r listening on host port && exec '${WORK}/examples/probe' \"$host\" \"$port\"")

# A room that is not there is named with the package that brings it.
function(must_fail said)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
    string(REGEX REPLACE "[ \n]+" " " output "${output}")
    string(FIND "${output}" "${said}" found)
    if(result EQUAL 0 OR found EQUAL -1)
        message(FATAL_ERROR "no word of \"${said}\" (${result}):\n${output}")
    endif()
endfunction()
file(GLOB wire_room "${WORK}/prefix/lib*/cmake/ethpoc/ethpoc_wire*.cmake" "${WORK}/prefix/lib*/*/cmake/ethpoc/ethpoc_wire*.cmake")
foreach(file IN LISTS wire_room)
    file(RENAME "${file}" "${file}.away")
endforeach()
must_fail("libethpoc-wire-dev" "${CMAKE_COMMAND}" --fresh -S "${SOURCE}/../../examples" -B "${WORK}/examples" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-DCMAKE_CXX_COMPILER=${COMPILER}")
foreach(file IN LISTS wire_room)
    file(RENAME "${file}.away" "${file}")
endforeach()

# pkg-config knows each room, from wherever the tree stands.
find_program(pkg_config pkg-config)
if(pkg_config)
    file(GLOB pc_file "${WORK}/prefix/lib*/pkgconfig/ethpoc-wire.pc" "${WORK}/prefix/lib*/*/pkgconfig/ethpoc-wire.pc")
    cmake_path(GET pc_file PARENT_PATH pc_folder)
    set(pkg "${CMAKE_COMMAND}" -E env "PKG_CONFIG_PATH=${pc_folder}" "${pkg_config}")
    foreach(room IN ITEMS rlp wire record chain sync show http peer conform)
        must(${pkg} --print-errors --exists "ethpoc-${room}")
    endforeach()
    execute_process(COMMAND ${pkg} --cflags --libs ethpoc-wire OUTPUT_VARIABLE flags
        OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    must("${COMPILER}" -std=c++23 "${SOURCE}/../../examples/split_frames.cpp" ${flags} -o "${WORK}/by_pkg_config")
    must("${WORK}/by_pkg_config")
endif()

# An absolute path of the build tree in an installed file would break on every other machine.
file(GLOB installed "${WORK}/prefix/lib*/cmake/ethpoc/*.cmake" "${WORK}/prefix/lib*/*/cmake/ethpoc/*.cmake")
foreach(file IN LISTS installed)
    file(READ "${file}" text)
    string(FIND "${text}" "${BUILD}" found)
    if(NOT found EQUAL -1)
        message(FATAL_ERROR "${file} names the build folder")
    endif()
endforeach()
if(NOT installed)
    message(FATAL_ERROR "no package files were installed")
endif()
