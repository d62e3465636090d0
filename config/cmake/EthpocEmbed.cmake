# ethpoc_embed(<target> <file> <name>): the bytes of a file as part of the program. Makes <name>.hpp with
#   namespace ethpoc::embedded { extern const std::span<const unsigned char> <name>; }
function(ethpoc_embed target file name)
    set(folder "${PROJECT_BINARY_DIR}/generated/embedded")
    set(script "${PROJECT_SOURCE_DIR}/config/cmake/embed_file.cmake")
    add_custom_command(
        OUTPUT "${folder}/${name}.cpp" "${folder}/${name}.hpp"
        COMMAND "${CMAKE_COMMAND}" "-DIN=${file}" "-DNAME=${name}" "-DFOLDER=${folder}" -P "${script}"
        DEPENDS "${file}" "${script}"
        VERBATIM)
    # Each has an array `bytes` of its own.
    set_source_files_properties("${folder}/${name}.cpp" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    target_sources(${target} PRIVATE "${folder}/${name}.cpp" "${folder}/${name}.hpp")
    target_include_directories(${target} PRIVATE "${PROJECT_BINARY_DIR}/generated")
endfunction()
