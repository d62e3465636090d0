# Run with -P: fills build_info.cpp.in. A build outside a git checkout may name its commit in ETHPOC_COMMIT.
set(COMMIT "$ENV{ETHPOC_COMMIT}")
if(NOT COMMIT)
    execute_process(
        COMMAND git -C "${SOURCE_DIR}" describe --always --dirty --abbrev=9 --exclude=*
        OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(failed OR NOT COMMIT)
        set(COMMIT "unknown")
    endif()
endif()
configure_file("${TEMPLATE}" "${OUTPUT}" @ONLY)
