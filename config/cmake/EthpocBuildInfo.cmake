# config/build_info.hpp is answered by a generated source. A script writes it at each build, and touches it only when the
# commit has changed, so that nothing else is compiled again.

set(ethpoc_build_info "${PROJECT_BINARY_DIR}/generated/build_info.cpp")
add_custom_target(ethpoc_build_info_update
    COMMAND "${CMAKE_COMMAND}"
        "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}"
        "-DTEMPLATE=${PROJECT_SOURCE_DIR}/config/cmake/build_info.cpp.in"
        "-DOUTPUT=${ethpoc_build_info}"
        "-DVERSION=${PROJECT_VERSION}"
        "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
        "-DBUILD_TYPE=$<CONFIG>"
        -P "${PROJECT_SOURCE_DIR}/config/cmake/WriteBuildInfo.cmake"
    BYPRODUCTS "${ethpoc_build_info}"
    COMMENT "Looking at the commit"
    VERBATIM)
# It changes with each commit; nothing else should be compiled with it.
set_source_files_properties("${ethpoc_build_info}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
target_sources(ethpoc_config PRIVATE "${ethpoc_build_info}")
add_dependencies(ethpoc_config ethpoc_build_info_update)
target_include_directories(ethpoc_config PRIVATE "${PROJECT_SOURCE_DIR}")
