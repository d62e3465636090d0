# The doctest programs, the program itself, and the consumer of the installed tree. Included by tests/CMakeLists.txt.
find_package(doctest CONFIG REQUIRED)
include(doctest)
find_package(rapidcheck CONFIG REQUIRED)

# The main function, and what every test may use.
add_library(ethpoc_test_main STATIC support/main.cpp support/shared.cpp)
# Programs with a main of their own want what is in shared.cpp, and not main.cpp with it.
set_target_properties(ethpoc_test_main PROPERTIES UNITY_BUILD OFF)
target_include_directories(ethpoc_test_main PUBLIC "${PROJECT_SOURCE_DIR}")
target_compile_features(ethpoc_test_main PUBLIC cxx_std_23)
target_compile_definitions(ethpoc_test_main PUBLIC
    ETHPOC_SOURCE_DIR="${PROJECT_SOURCE_DIR}" ETHPOC_SHARED_DIR="${ETHPOC_SHARED_DIR}")
target_link_libraries(ethpoc_test_main PUBLIC doctest::doctest rapidcheck nlohmann_json::nlohmann_json PRIVATE ethpoc_flags)

# tests/support/*.cpp: fake peers, in-memory transport, chains with proof of work; so a test that links it gets peer/ and what
# is below. Tests of rlp, record, http and config do not need it and do not wait for it.
file(GLOB support_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/support/*.cpp")
list(REMOVE_ITEM support_sources
    "${CMAKE_CURRENT_SOURCE_DIR}/support/main.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/support/shared.cpp")
if(NOT support_sources)
    set(support_sources "${PROJECT_BINARY_DIR}/generated/support_empty.cpp")
    file(CONFIGURE OUTPUT "${support_sources}" CONTENT "namespace ethpoc {}\n")
endif()
add_library(ethpoc_test_support STATIC ${support_sources})
target_link_libraries(ethpoc_test_support
    PUBLIC ethpoc_test_main ethpoc::peer PkgConfig::SECP256K1 PRIVATE ethpoc_flags)

# ethpoc_add_tests(<folder> lib...)
function(ethpoc_add_tests folder)
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp")
    if(NOT sources OR folder IN_LIST ETHPOC_SKIP_TESTS)
        return()
    endif()
    add_executable(ethpoc_${folder}_tests ${sources})
    target_link_libraries(ethpoc_${folder}_tests PRIVATE ${ARGN} ethpoc_test_main ethpoc_flags)
    # What is tested is optimized, and looked at for undefined behaviour; the tests themselves only cost time for it (half of a
    # build with sanitizers).
    target_compile_options(ethpoc_${folder}_tests PRIVATE "$<$<CONFIG:Release>:-O1>")
    if(ETHPOC_SANITIZE)
        target_compile_options(ethpoc_${folder}_tests PRIVATE -O0)
    endif()
    if(ETHPOC_SANITIZE MATCHES "undefined")
        target_compile_options(ethpoc_${folder}_tests PRIVATE -fno-sanitize=undefined)
    endif()
    # A test that could not run says so with this exit code (tests/support/main.cpp); ctest counts it as skipped.
    doctest_discover_tests(ethpoc_${folder}_tests
        TEST_PREFIX "${folder}: "
        PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300 LABELS ${folder} PROCESSORS 2)
endfunction()

# PROCESSORS counts halves of a processor, as `./dev test` calls ctest: what computes has 2, which is one processor, and what mostly
# waits for time to pass has 1, so that two of those run where one other would. COST, in seconds, says what to begin with.
function(ethpoc_test_waits name cost)
    set_tests_properties("${name}" PROPERTIES PROCESSORS 1 COST ${cost})
endfunction()

ethpoc_add_tests(rlp ethpoc::rlp ethpoc::show)
ethpoc_add_tests(wire ethpoc_test_support ethpoc::show)
ethpoc_add_tests(record ethpoc::record)
ethpoc_add_tests(chain ethpoc_test_support SQLite::SQLite3)
ethpoc_add_tests(sync ethpoc_test_support SQLite::SQLite3)
ethpoc_add_tests(show ethpoc_test_support ethpoc::show)
ethpoc_add_tests(http ethpoc::http)
ethpoc_add_tests(peer ethpoc_test_support)
ethpoc_add_tests(conform ethpoc_test_support ethpoc::conform)
ethpoc_add_tests(sim ethpoc_test_support ethpoc::sim)
# Where the matrix of the tester's cases and a fake target's faults is kept, section by section (conform/MATRIX.md).
set_source_files_properties(conform/fake_matrix_test.cpp PROPERTIES
    COMPILE_DEFINITIONS "ETHPOC_MATRIX_DIR=\"${CMAKE_CURRENT_BINARY_DIR}/conform-matrix\"")
ethpoc_add_tests(config ethpoc::config)
ethpoc_add_tests(cmd ethpoc_test_support ethpoc_cmd)

set(rooms rlp wire record chain sync show http peer conform sim config cmd)
set(not_tests support contract consumer fuzz bench sessions chains vectors hostile kill output mining)
file(GLOB folders CONFIGURE_DEPENDS LIST_DIRECTORIES true RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" "*")
foreach(folder IN LISTS folders)
    if(IS_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/${folder}" AND NOT folder IN_LIST rooms AND NOT folder IN_LIST not_tests)
        ethpoc_add_tests(${folder} ethpoc_test_support ethpoc_cmd)
    endif()
endforeach()

# The program as a user sees it: exit codes and streams of the real process.
add_test(NAME "program: version" COMMAND ethpoc --version)
set_tests_properties("program: version" PROPERTIES PASS_REGULAR_EXPRESSION "^ethpoc ${PROJECT_VERSION} [(]commit [^ ]+, ")
add_test(NAME "program: a reader that leaves is not an error"
    COMMAND bash -c "set -o pipefail; '$<TARGET_FILE:ethpoc>' config show | head -n 1")

# Peers that break every rule, and a process that dies in the middle: against the real program, over loopback.
add_executable(ethpoc_make_chain kill/make_chain.cpp)
target_link_libraries(ethpoc_make_chain PRIVATE ethpoc_test_support ethpoc_flags)
# What floods it: tests/hostile/suite.py says how.
file(GLOB hostile_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/hostile/*.cpp")
add_executable(ethpoc_hostile_load ${hostile_sources})
target_link_libraries(ethpoc_hostile_load PRIVATE ethpoc_test_support ethpoc_flags)
find_package(Python3 3.10 COMPONENTS Interpreter QUIET)
function(ethpoc_add_script_test name)
    if(Python3_Interpreter_FOUND)
        add_test(NAME "${name}" COMMAND Python3::Interpreter -B ${ARGN})
    else()
        add_test(NAME "${name}" COMMAND "${CMAKE_COMMAND}" -E echo "skipped: there is no python3 (3.10 or newer)")
        set_tests_properties("${name}" PROPERTIES SKIP_REGULAR_EXPRESSION "^skipped:")
    endif()
    set_tests_properties("${name}" PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77 PROCESSORS 2)
endfunction()
# Reports of the conformance tester, read by the tools that others have for them.
add_executable(ethpoc_write_reports conform/reports/write_reports.cpp)
target_link_libraries(ethpoc_write_reports PRIVATE ethpoc_test_main ethpoc::conform ethpoc_flags)
ethpoc_add_script_test("tools: reports of the conformance tester" "${CMAKE_CURRENT_SOURCE_DIR}/conform/reports.py"
    "$<TARGET_FILE:ethpoc_write_reports>")
ethpoc_add_script_test("program: hostile peers"
    "${CMAKE_CURRENT_SOURCE_DIR}/hostile/hostile_peers.py" "$<TARGET_FILE:ethpoc>")
# It measures memory: what the address sanitizer keeps back of freed memory (256 MiB as it comes) must not count.
set_tests_properties("program: hostile peers" PROPERTIES
    ENVIRONMENT "ASAN_OPTIONS=quarantine_size_mb=4:thread_local_quarantine_size_kb=64")
ethpoc_add_script_test("program: one look for one conversation"
    "${CMAKE_CURRENT_SOURCE_DIR}/output/one_look.py" "$<TARGET_FILE:ethpoc>")
ethpoc_add_script_test("program: dial says why"
    "${CMAKE_CURRENT_SOURCE_DIR}/output/say_why.py" "$<TARGET_FILE:ethpoc>")
ethpoc_add_script_test("program: outputs that nobody reads"
    "${CMAKE_CURRENT_SOURCE_DIR}/output/unread.py" "$<TARGET_FILE:ethpoc>")
ethpoc_add_script_test("program: files that cannot be written" "${CMAKE_CURRENT_SOURCE_DIR}/output/write_files.py"
    "$<TARGET_FILE:ethpoc>")
# Some 900 calls of the program, each of which costs a sanitizer twenty times as much; 5 is prime to the pairs of each store.
set(stores_sample)
if(ETHPOC_SANITIZE)
    set(stores_sample --every 5)
endif()
ethpoc_add_script_test("program: stores that are damaged or of somebody else"
    "${CMAKE_CURRENT_SOURCE_DIR}/output/read_stores.py" "$<TARGET_FILE:ethpoc>" ${stores_sample})
set_tests_properties("program: stores that are damaged or of somebody else" PROPERTIES COST 50)
ethpoc_add_script_test("program: stores that are full, damaged or in use"
    "${CMAKE_CURRENT_SOURCE_DIR}/output/broken_stores.py" "$<TARGET_FILE:ethpoc>")
ethpoc_add_script_test("program: a chain that is followed and a verify that is ended"
    "${CMAKE_CURRENT_SOURCE_DIR}/output/follow_chain.py" "$<TARGET_FILE:ethpoc>" "$<TARGET_FILE:ethpoc_make_chain>")
set_tests_properties("program: outputs that nobody reads" PROPERTIES
    ENVIRONMENT "ASAN_OPTIONS=quarantine_size_mb=4:thread_local_quarantine_size_kb=64")
ethpoc_test_waits("program: outputs that nobody reads" 30)
set_tests_properties("program: stores that are full, damaged or in use" "program: files that cannot be written" PROPERTIES COST 30)

ethpoc_add_script_test("program: conform as people call it" "${CMAKE_CURRENT_SOURCE_DIR}/conform/program.py"
    "$<TARGET_FILE:ethpoc>")
ethpoc_test_waits("program: conform as people call it" 60)
ethpoc_test_waits("program: hostile peers" 55)

# Scenarios are many nodes for hours, which sanitizers make ten times as long; tests/sim/*.cpp are a few for minutes.
if(NOT ETHPOC_SANITIZE AND NOT ETHPOC_COVERAGE)
    ethpoc_add_script_test("program: scenarios of the simulator" "${CMAKE_CURRENT_SOURCE_DIR}/sim/scenarios.py"
        "$<TARGET_FILE:ethpoc>")
    # Our own peer, without an expectation file, in a few versions; all of them: tests/conform/own.py build/release/ethpoc
    ethpoc_add_script_test("program: our own peer keeps to the protocol" "${CMAKE_CURRENT_SOURCE_DIR}/conform/own.py"
        "$<TARGET_FILE:ethpoc>" --jobs 6 --versions 7 28 p2p2/eth49)
    # The peers that dial are asked one case after the other.
    ethpoc_test_waits("program: our own peer keeps to the protocol" 300)
    set_tests_properties("program: our own peer keeps to the protocol" PROPERTIES TIMEOUT 600)
endif()

# Every attack once, at default settings, with limits (docs/hostile.md); `./dev hostile` has more of each. Pongs are timed, so
# nothing runs beside it. Sanitizers are slow, and what they know of each byte is memory, too.
set(hostile_allowance)
set(fuzz_allowance)
if(ETHPOC_SANITIZE OR ETHPOC_COVERAGE)
    set(hostile_allowance --slow 5 --memory-limit 2147483648 --every 3)
    set(fuzz_allowance --memory-growth 134217728)
endif()
ethpoc_add_script_test("program: hostile frames by the thousand" "${CMAKE_CURRENT_SOURCE_DIR}/hostile/fuzz.py" --frames 50000
    --ethpoc "$<TARGET_FILE:ethpoc>" --load "$<TARGET_FILE:ethpoc_hostile_load>" ${fuzz_allowance})
ethpoc_add_script_test("program: hostile at default settings" "${CMAKE_CURRENT_SOURCE_DIR}/hostile/suite.py" --short
    --ethpoc "$<TARGET_FILE:ethpoc>" --load "$<TARGET_FILE:ethpoc_hostile_load>" ${hostile_allowance})
add_test(NAME "program: hostile attacks say every message" COMMAND ethpoc_hostile_load --check)
set_tests_properties("program: hostile attacks say every message" PROPERTIES PROCESSORS 2)
set_tests_properties("program: hostile at default settings" PROPERTIES RUN_SERIAL ON TIMEOUT 600
    ENVIRONMENT "ASAN_OPTIONS=quarantine_size_mb=4:thread_local_quarantine_size_kb=64")

ethpoc_add_script_test("program: killed in the middle of a sync"
    "${CMAKE_CURRENT_SOURCE_DIR}/kill/kill_during_sync.py" "$<TARGET_FILE:ethpoc>" "$<TARGET_FILE:ethpoc_make_chain>")

ethpoc_add_script_test("program: killed while mining and reorganising"
    "${CMAKE_CURRENT_SOURCE_DIR}/kill/kill_while_mining.py" "$<TARGET_FILE:ethpoc>")

# Blocks of our own: what a newcomer types, and what emulated clients and a network of three miners make of them. A sanitized miner is
# ten times as slow.
ethpoc_add_script_test("program: mining" "${CMAKE_CURRENT_SOURCE_DIR}/mining/mining.py" "$<TARGET_FILE:ethpoc>")
if(NOT ETHPOC_SANITIZE)
    ethpoc_add_script_test("program: mined blocks and emulated clients" "${CMAKE_CURRENT_SOURCE_DIR}/museum/matrix.py"
        --ethpoc "$<TARGET_FILE:ethpoc>" --scenario mined mining --only go-p49 --jobs 3)
    ethpoc_test_waits("program: mined blocks and emulated clients" 30)
endif()

# Two emulated clients of 2014, in both roles, and two nodes of our own that dial each other. They count milliseconds as the
# genuine ones did, so nothing runs beside them; the table of docs/clients.md is that of all clients and scenarios (tests/museum/matrix.py).
ethpoc_add_script_test("program: emulated clients of 2014" "${CMAKE_CURRENT_SOURCE_DIR}/museum/matrix.py"
    --ethpoc "$<TARGET_FILE:ethpoc>" --scenario meet found crossing --only cpp-0.3.10 go-p33 --hold 15 --jobs 12)
set_tests_properties("program: emulated clients of 2014" PROPERTIES RUN_SERIAL ON)

# What install() exports is enough for somebody else's project. Sanitized libraries would want a sanitized consumer.
if(NOT ETHPOC_SANITIZE AND NOT ETHPOC_COVERAGE AND PROJECT_IS_TOP_LEVEL)
    add_test(NAME "consumer: builds against the installed tree"
        COMMAND "${CMAKE_COMMAND}"
            "-DBUILD=${PROJECT_BINARY_DIR}"
            "-DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}/consumer"
            "-DWORK=${CMAKE_CURRENT_BINARY_DIR}/consumer"
            "-DCONFIG=$<CONFIG>"
            "-DGENERATOR=${CMAKE_GENERATOR}"
            "-DCOMPILER=${CMAKE_CXX_COMPILER}"
            "-DVERSION=${PROJECT_VERSION}"
            -P "${CMAKE_CURRENT_SOURCE_DIR}/consumer/run.cmake")
    set_tests_properties("consumer: builds against the installed tree" PROPERTIES TIMEOUT 300 PROCESSORS 2)
endif()
