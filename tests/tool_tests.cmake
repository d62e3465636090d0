# The tools around the program: the page, the Wireshark dissector, the Kaitai Struct definitions. Each *.test.mjs is one
# test, run by node; what cannot run here (no node, no tshark, no browser, no npm) is skipped. Included by CMakeLists.txt.
find_program(ETHPOC_BASH bash)
file(GLOB tool_tests CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}"
    "web/*.test.mjs" "wireshark/*.test.mjs" "kaitai/*.test.mjs")
foreach(file IN LISTS tool_tests)
    string(REGEX REPLACE "^(.*)/(.*)[.]test[.]mjs$" "tools: \\1 \\2" name "${file}")
    if(ETHPOC_BASH)
        add_test(NAME "${name}"
            COMMAND "${ETHPOC_BASH}" "${CMAKE_CURRENT_SOURCE_DIR}/web/node_tests.sh" "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
        set_tests_properties("${name}" PROPERTIES
            SKIP_RETURN_CODE 77 TIMEOUT 300 PROCESSORS 2 LABELS tools ENVIRONMENT "ETHPOC=$<TARGET_FILE:ethpoc>")
    endif()
endforeach()

# The tables of the page and the dissector are those of wire/*.def.
ethpoc_add_script_test("tools: tables" "${PROJECT_SOURCE_DIR}/tools/tables.py" --check)

# The characters that are not shown as they are come from the tables of Unicode.
ethpoc_add_script_test("tools: unprintable" "${PROJECT_SOURCE_DIR}/tools/unprintable.py" --check)

# What the lessons of docs/course, the README and docs/*.md tell people to type prints what stands there, and their links lead
# somewhere.
ethpoc_add_script_test("program: the course" "${CMAKE_CURRENT_SOURCE_DIR}/course/run.py" "$<TARGET_FILE:ethpoc>")
set_tests_properties("program: the course" PROPERTIES COST 40)
ethpoc_add_script_test("tools: ./dev builds and asks" "${CMAKE_CURRENT_SOURCE_DIR}/shell/dev.py")
ethpoc_add_script_test("tools: links between pages" "${CMAKE_CURRENT_SOURCE_DIR}/docs/links.py")
ethpoc_add_script_test("tools: doxygen" "${CMAKE_CURRENT_SOURCE_DIR}/docs/reference.py")
ethpoc_add_script_test("program: first steps" "${CMAKE_CURRENT_SOURCE_DIR}/docs/first_steps.py" "$<TARGET_FILE:ethpoc>")
ethpoc_add_script_test("program: the picture of the demo" "${CMAKE_CURRENT_SOURCE_DIR}/pictures/terminal.py" "$<TARGET_FILE:ethpoc>"
    --check "${PROJECT_SOURCE_DIR}/docs/pictures/demo.svg")

# A sync through `ethpoc tap`: what the tap tells and records is what the dialler says and hears.
ethpoc_add_script_test("program: tap" "${CMAKE_CURRENT_SOURCE_DIR}/tap/tap.py" "$<TARGET_FILE:ethpoc>")

# Messages sent by name with `ethpoc send`, and what comes back.
ethpoc_add_script_test("program: send" "${CMAKE_CURRENT_SOURCE_DIR}/send/send.py" "$<TARGET_FILE:ethpoc>")

# Bytes in every shape in which people paste them: the same bytes come back, or a refusal.
# A third of the pairs of a shape and a sample; all of them: tests/paste/paste.py build/release/ethpoc
ethpoc_add_script_test("tools: paste" "${CMAKE_CURRENT_SOURCE_DIR}/paste/paste.py" "$<TARGET_FILE:ethpoc>" --every 3)
set_tests_properties("tools: paste" PROPERTIES COST 60)

# A running node as its operator sees it: control socket, `ethpoc peers`, SIGHUP, what systemd is told, metrics, health.
ethpoc_add_script_test("program: a crowd of peers" "${CMAKE_CURRENT_SOURCE_DIR}/crowd/crowd.py" "$<TARGET_FILE:ethpoc>"
    --idle 300 --busy 100 --churn 3000 --seconds 2)
# It looks at memory, as "hostile peers" does.
set_tests_properties("program: a crowd of peers" PROPERTIES
    ENVIRONMENT "ASAN_OPTIONS=quarantine_size_mb=4:thread_local_quarantine_size_kb=64")
ethpoc_add_script_test("program: operations" "${CMAKE_CURRENT_SOURCE_DIR}/operations/operations.py" "$<TARGET_FILE:ethpoc>")
ethpoc_add_script_test("program: metrics as Prometheus reads them"
    "${CMAKE_CURRENT_SOURCE_DIR}/operations/promtool.py" "$<TARGET_FILE:ethpoc>")
ethpoc_add_script_test("tools: systemd unit" "${CMAKE_CURRENT_SOURCE_DIR}/operations/service.py"
    "${PROJECT_SOURCE_DIR}/config/packaging/ethpoc.service")

# The contract of the command line: every line of it has an entry that tries it.
ethpoc_add_script_test("program: contract" "${CMAKE_CURRENT_SOURCE_DIR}/contract/contract.py" "$<TARGET_FILE:ethpoc>")
ethpoc_test_waits("program: contract" 20)

# What bash, zsh and fish complete, and the pages of the manual: every subcommand and option, as `ethpoc help --json` has them.
ethpoc_add_script_test("program: completion and manual"
    "${CMAKE_CURRENT_SOURCE_DIR}/shell/shell.py" "$<TARGET_FILE:ethpoc>")
