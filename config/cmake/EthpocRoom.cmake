# ethpoc_add_room(<folder> [PUBLIC lib...] [PRIVATE lib...]): one folder is one library, ethpoc::<folder>.
#
# The sources are globbed. That is safe here because a folder holds nothing but its room (tests live in tests/<room>), and
# CONFIGURE_DEPENDS looks again at each build, so that a new file is one file and no edit of this one.
function(ethpoc_add_room room)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "PUBLIC;PRIVATE")
    set(folder "${PROJECT_SOURCE_DIR}/${room}")
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
    file(GLOB headers CONFIGURE_DEPENDS "${folder}/*.hpp" "${folder}/*.def")
    if(NOT sources)
        # A library must have something to archive; a room that is headers only gets an empty unit.
        set(sources "${PROJECT_BINARY_DIR}/generated/${room}_empty.cpp")
        file(CONFIGURE OUTPUT "${sources}" CONTENT "namespace ethpoc {}\n")
    endif()

    add_library(ethpoc_${room} ${sources})
    add_library(ethpoc::${room} ALIAS ethpoc_${room})
    target_sources(ethpoc_${room} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${headers})
    target_compile_features(ethpoc_${room} PUBLIC cxx_std_23)
    set_target_properties(ethpoc_${room} PROPERTIES
        EXPORT_NAME ${room}
        VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
        VISIBILITY_INLINES_HIDDEN ON)
    if(NOT BUILD_SHARED_LIBS)
        # A shared library that links the static ones does not export our symbols by accident.
        set_target_properties(ethpoc_${room} PROPERTIES CXX_VISIBILITY_PRESET hidden)
    endif()
    # What a program that links the room stands on, for the package files of EthpocInstall.cmake.
    set(stands_on ${arg_PUBLIC} ${arg_PRIVATE})
    list(FILTER stands_on EXCLUDE REGEX "BUILD_INTERFACE")
    set_target_properties(ethpoc_${room} PROPERTIES ETHPOC_STANDS_ON "${stands_on}")
    target_link_libraries(ethpoc_${room} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE} "$<BUILD_INTERFACE:ethpoc_flags>")
endfunction()
