# What an outside project needs: find_package(Tweedie).
include(CMakePackageConfigHelpers)

configure_package_config_file(
  modules/cmake/TweedieConfig.cmake.in "${PROJECT_BINARY_DIR}/TweedieConfig.cmake"
  INSTALL_DESTINATION ${TWEEDIE_INSTALL_CMAKEDIR}
  PATH_VARS TWEEDIE_INSTALL_INCLUDEDIR TWEEDIE_INSTALL_DATADIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/TweedieConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/TweedieConfig.cmake" "${PROJECT_BINARY_DIR}/TweedieConfigVersion.cmake"
              modules/cmake/TweedieExternals.cmake DESTINATION ${TWEEDIE_INSTALL_CMAKEDIR})
install(EXPORT TweedieTargets NAMESPACE Tweedie:: DESTINATION ${TWEEDIE_INSTALL_CMAKEDIR})

if(TARGET tweedie)
  install(TARGETS tweedie RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY data/priors DESTINATION ${TWEEDIE_INSTALL_DATADIR} FILES_MATCHING PATTERN "*.safetensors")
install(DIRECTORY data/presets DESTINATION ${TWEEDIE_INSTALL_DATADIR} FILES_MATCHING PATTERN "*.json")
install(FILES data/README.md DESTINATION ${TWEEDIE_INSTALL_DATADIR})
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
