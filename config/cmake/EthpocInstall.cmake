# install(), find_package(ethpoc) and the Debian package.
include(CMakePackageConfigHelpers)

set(ethpoc_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/ethpoc")

# Headers go below include/ethpoc, so that `#include "rlp/decode.hpp"` reads the same inside and outside of this tree.
install(TARGETS ethpoc_rlp ethpoc_wire ethpoc_record ethpoc_chain ethpoc_sync ethpoc_show ethpoc_http ethpoc_peer
    ethpoc_conform
    EXPORT ethpocTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT dev
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT dev
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/ethpoc" COMPONENT dev)
install(EXPORT ethpocTargets NAMESPACE ethpoc:: DESTINATION "${ethpoc_cmake_dir}" COMPONENT dev)
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/ethpocConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/ethpocConfig.cmake" INSTALL_DESTINATION "${ethpoc_cmake_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ethpocConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ethpocConfig.cmake" "${PROJECT_BINARY_DIR}/ethpocConfigVersion.cmake"
    DESTINATION "${ethpoc_cmake_dir}" COMPONENT dev)

install(TARGETS ethpoc RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tools)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/README.md"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT tools)
# Below /usr settings belong to /etc; below any other prefix they stay below it, so that a trial install touches nothing else.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(ethpoc_etc "/etc/ethpoc")
else()
    set(ethpoc_etc "${CMAKE_INSTALL_SYSCONFDIR}/ethpoc")
endif()
install(FILES "${PROJECT_SOURCE_DIR}/config/ethpoc.toml" DESTINATION "${ethpoc_etc}" COMPONENT tools)
# What clients of 2014 are known to do otherwise, for `ethpoc conform --expect`.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/conform/expect" DESTINATION "${CMAKE_INSTALL_DATADIR}/ethpoc" COMPONENT tools)
# A dashboard for what --metrics tells.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/config/grafana" DESTINATION "${CMAKE_INSTALL_DATADIR}/ethpoc" COMPONENT tools)
configure_file("${PROJECT_SOURCE_DIR}/config/packaging/ethpoc.service"
    "${PROJECT_BINARY_DIR}/ethpoc.service" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/ethpoc.service" DESTINATION "lib/systemd/system" COMPONENT tools)

if(PROJECT_IS_TOP_LEVEL)
    set(CPACK_GENERATOR DEB)
    set(CPACK_PACKAGE_NAME ethpoc)
    set(CPACK_PACKAGE_VENDOR "the ethpoc authors")
    set(CPACK_PACKAGE_CONTACT "the ethpoc authors <ethpoc@localhost>")
    set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
    set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
    set(CPACK_STRIP_FILES ON)
    set(CPACK_COMPONENTS_ALL tools dev)
    set(CPACK_DEB_COMPONENT_INSTALL ON)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
    set(CPACK_DEBIAN_PACKAGE_SECTION net)
    set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME ethpoc)
    # An edited settings file survives an upgrade.
    file(WRITE "${PROJECT_BINARY_DIR}/conffiles" "/etc/ethpoc/ethpoc.toml\n")
    set(CPACK_DEBIAN_TOOLS_PACKAGE_CONTROL_EXTRA "${PROJECT_BINARY_DIR}/conffiles")
    set(CPACK_DEBIAN_DEV_PACKAGE_NAME libethpoc-dev)
    set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
    set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
        "libboost1.81-dev, libcrypto++-dev, libsecp256k1-dev, libsqlite3-dev, libspdlog-dev, libtomlplusplus-dev, zlib1g-dev")
    include(CPack)
endif()
