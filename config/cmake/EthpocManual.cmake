# The manual and the completions of the shells, printed by the program itself and installed where man(1), bash, zsh and
# fish look for them. A program for another machine cannot be run here; then there are none.
if(CMAKE_CROSSCOMPILING)
    return()
endif()
set(ethpoc_manual_dir "${PROJECT_BINARY_DIR}/generated/manual")
file(STRINGS "${PROJECT_SOURCE_DIR}/cmd/commands.def" ethpoc_commands REGEX "^COMMAND\\(")
list(TRANSFORM ethpoc_commands REPLACE "^COMMAND\\(([a-z]+),.*" "\\1")
list(JOIN ethpoc_commands "," ethpoc_commands)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/cmd/commands.def")
# A package of Debian has its pages packed; elsewhere somebody may want to read them as they are.
set(ethpoc_compress OFF)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(ethpoc_compress ON)
endif()
add_custom_command(
    OUTPUT "${ethpoc_manual_dir}/fish/ethpoc.fish"
    COMMAND "${CMAKE_COMMAND}" "-DPROGRAM=$<TARGET_FILE:ethpoc>" "-DOUT=${ethpoc_manual_dir}"
            "-DCOMMANDS=${ethpoc_commands}" "-DCOMPRESS=${ethpoc_compress}" -P "${CMAKE_CURRENT_LIST_DIR}/write_manual.cmake"
    DEPENDS ethpoc "${CMAKE_CURRENT_LIST_DIR}/write_manual.cmake"
    COMMENT "Writing the manual and the completions"
    VERBATIM)
add_custom_target(ethpoc_manual ALL DEPENDS "${ethpoc_manual_dir}/fish/ethpoc.fish")
install(DIRECTORY "${ethpoc_manual_dir}/man1" DESTINATION "${CMAKE_INSTALL_MANDIR}" COMPONENT tools)
install(FILES "${ethpoc_manual_dir}/bash/ethpoc"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" COMPONENT tools)
# Packages and users have folders of their own below /usr, as Debian's policy for zsh and fish says.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(ethpoc_vendor "vendor-completions")
else()
    set(ethpoc_vendor "site-functions")
endif()
install(FILES "${ethpoc_manual_dir}/zsh/_ethpoc" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/${ethpoc_vendor}" COMPONENT tools)
install(FILES "${ethpoc_manual_dir}/fish/ethpoc.fish"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" COMPONENT tools)
