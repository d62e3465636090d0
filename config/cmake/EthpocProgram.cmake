# The program: everything of cmd/ but main.cpp is a library, so that tests can call a subcommand without a process.

file(GLOB ethpoc_cmd_sources CONFIGURE_DEPENDS 
    "${PROJECT_SOURCE_DIR}/cmd/*.cpp" "${PROJECT_SOURCE_DIR}/cmd/view/*.cpp")
list(REMOVE_ITEM ethpoc_cmd_sources "${PROJECT_SOURCE_DIR}/cmd/main.cpp")
add_library(ethpoc_cmd STATIC ${ethpoc_cmd_sources})
target_include_directories(ethpoc_cmd PUBLIC "${PROJECT_SOURCE_DIR}")
target_compile_features(ethpoc_cmd PUBLIC cxx_std_23)
target_link_libraries(ethpoc_cmd
    PUBLIC ethpoc::conform ethpoc::sim ethpoc::peer ethpoc::http ethpoc::record ethpoc::show ethpoc::config nlohmann_json::nlohmann_json CLI11::CLI11
    PRIVATE ethpoc_flags)

include(EthpocEmbed)
# The first 202 blocks of PoC-3, recorded from Ethereum(++) 0.3.10: what `ethpoc demo` serves.
ethpoc_embed(ethpoc_cmd "${PROJECT_SOURCE_DIR}/cmd/data/poc3-chain.rlp" poc3_chain)

# The page of web/page in one file: what `ethpoc web` writes and serves. Needs no network.
file(GLOB ethpoc_page_sources CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/web/page/*.js" "${PROJECT_SOURCE_DIR}/web/page/*.css" "${PROJECT_SOURCE_DIR}/web/page/*.html")
add_custom_command(
    OUTPUT "${PROJECT_BINARY_DIR}/generated/web_page.html"
    COMMAND Python3::Interpreter "${PROJECT_SOURCE_DIR}/web/build.py" "${PROJECT_BINARY_DIR}/generated/web_page.html"
    DEPENDS "${PROJECT_SOURCE_DIR}/web/build.py" ${ethpoc_page_sources}
    VERBATIM)
ethpoc_embed(ethpoc_cmd "${PROJECT_BINARY_DIR}/generated/web_page.html" web_page)

add_executable(ethpoc "${PROJECT_SOURCE_DIR}/cmd/main.cpp")
target_link_libraries(ethpoc PRIVATE ethpoc_cmd ethpoc_flags)
