# What can be switched, and the flags that follow from it.

option(ETHPOC_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(ETHPOC_BUILD_BENCH "Build the benchmarks (Google Benchmark)" OFF)
option(ETHPOC_BUILD_FUZZ "Build the fuzz targets; with clang they are libFuzzer programs, else they replay files" OFF)
option(ETHPOC_WERROR "Warnings are errors" ${PROJECT_IS_TOP_LEVEL})
option(ETHPOC_COVERAGE "Instrument for gcov" OFF)
option(ETHPOC_USE_MOLD "Link with mold when it is there" ${PROJECT_IS_TOP_LEVEL})
option(ETHPOC_USE_CCACHE "Compile through ccache when it is there" ${PROJECT_IS_TOP_LEVEL})
set(ETHPOC_UNITY "OFF" CACHE STRING "Compile several files at once: OFF, tests (the test programs), all (the rooms, too)")
set(ETHPOC_SKIP_TESTS "" CACHE STRING "Folders of tests/ whose programs are not built, separated by semicolons")
set(ETHPOC_SANITIZE "" CACHE STRING "Sanitizers, separated by commas: address,undefined or thread")
set(ETHPOC_SHARED_DIR "${PROJECT_SOURCE_DIR}/../shared" CACHE PATH
    "Recorded sessions, chains and vectors that tests read when they are there; the environment's ETHPOC_SHARED wins")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND PROJECT_IS_TOP_LEVEL)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
endif()

if(PROJECT_IS_TOP_LEVEL)
    set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
    set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()
include(GNUInstallDirs)

if(ETHPOC_USE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(ETHPOC_CCACHE ccache)
    if(ETHPOC_CCACHE)
        set(CMAKE_CXX_COMPILER_LAUNCHER "${ETHPOC_CCACHE}")
    endif()
endif()

# Most of the time of a file goes into the headers and templates that its neighbours include, too; several in one unit pay for
# them once. It hides a missing #include, and a name that is local to a file must be unique in its room. So the product is
# shipped and worked on file by file, and `./dev tidy` asks each file again of what it finds in several; what is built only to be run
# once (.ci/run) is not. tests/CMakeLists.txt has the other half.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
if(ETHPOC_UNITY STREQUAL "all")
    set(CMAKE_UNITY_BUILD ON)
endif()

# Carries our compile and link flags to our own targets only. It is not exported: a project that uses the installed libraries
# chooses its own.
add_library(ethpoc_flags INTERFACE)

set(ethpoc_warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND ethpoc_warnings -Wduplicated-cond -Wlogical-op -Wuseless-cast)
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # g++ 12 sees an overlap in `"0x" + std::string` that is not there (GCC bug 105651).
        # It also believes that assigning to an empty std::optional<std::string> reads the old string (GCC bug 80635); the
        # sanitizers and clang-tidy look for the real thing.
        list(APPEND ethpoc_warnings -Wno-restrict -Wno-maybe-uninitialized)
    endif()
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # clang counts changes of sign as conversions, g++ does not; one meaning of the flag for both.
    list(APPEND ethpoc_warnings -Wno-sign-conversion)
endif()
if(ETHPOC_WERROR)
    list(APPEND ethpoc_warnings -Werror)
endif()
target_compile_options(ethpoc_flags INTERFACE ${ethpoc_warnings})

# Checked containers while developing; hardening that costs little in what is shipped.
set(ethpoc_release "$<OR:$<CONFIG:Release>,$<CONFIG:RelWithDebInfo>>")
target_compile_definitions(ethpoc_flags INTERFACE "$<$<NOT:${ethpoc_release}>:_GLIBCXX_ASSERTIONS>")
target_compile_options(ethpoc_flags INTERFACE "$<${ethpoc_release}:-fstack-protector-strong>")
if(NOT ETHPOC_SANITIZE AND NOT ETHPOC_COVERAGE)
    target_compile_options(ethpoc_flags INTERFACE "$<${ethpoc_release}:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
endif()
target_link_options(ethpoc_flags INTERFACE "$<${ethpoc_release}:LINKER:-z,relro,-z,now>")

if(ETHPOC_SANITIZE)
    set(ethpoc_sanitize -fsanitize=${ETHPOC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_compile_options(ethpoc_flags INTERFACE ${ethpoc_sanitize})
    target_link_options(ethpoc_flags INTERFACE ${ethpoc_sanitize})
    if(ETHPOC_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # Asio uses atomic_thread_fence, which g++ reports as unsupported under this sanitizer.
        target_compile_options(ethpoc_flags INTERFACE -Wno-tsan)
    endif()
endif()

if(ETHPOC_BUILD_FUZZ AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # The libraries must report what they reached, or the fuzzer is blind.
    target_compile_options(ethpoc_flags INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(ethpoc_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(ETHPOC_COVERAGE)
    target_compile_options(ethpoc_flags INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(ethpoc_flags INTERFACE --coverage)
endif()

if(ETHPOC_USE_MOLD)
    find_program(ETHPOC_MOLD mold)
    if(ETHPOC_MOLD)
        target_link_options(ethpoc_flags INTERFACE -fuse-ld=mold)
    endif()
endif()
