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
