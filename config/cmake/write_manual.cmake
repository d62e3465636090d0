# Writes the pages of the manual and the completions of the shells into OUT, as PROGRAM prints them: one page for the
# program, and one for each of COMMANDS (separated by commas).
file(MAKE_DIRECTORY "${OUT}/man1" "${OUT}/bash" "${OUT}/zsh" "${OUT}/fish")
function(print_into file)
    execute_process(COMMAND "${PROGRAM}" ${ARGN} OUTPUT_FILE "${OUT}/${file}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()
print_into(man1/ethpoc.1 man)
string(REPLACE "," ";" COMMANDS "${COMMANDS}")
foreach(command IN LISTS COMMANDS)
    print_into("man1/ethpoc-${command}.1" man ${command})
endforeach()
print_into(bash/ethpoc completion bash)
print_into(zsh/_ethpoc completion zsh)
print_into(fish/ethpoc.fish completion fish)
