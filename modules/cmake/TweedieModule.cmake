# ITK's module macros are not installed with ITK, so an out-of-tree build cannot use them. The three below have the
# same names and signatures: the module files are written as ITK expects them and read by either build.
include(GNUInstallDirs)
set(TWEEDIE_INSTALL_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR}/tweedie)
set(TWEEDIE_INSTALL_DATADIR ${CMAKE_INSTALL_DATADIR}/tweedie)
set(TWEEDIE_INSTALL_CMAKEDIR ${CMAKE_INSTALL_LIBDIR}/cmake/Tweedie)

macro(itk_module name)
  cmake_parse_arguments(_itk_module "ENABLE_SHARED;EXCLUDE_FROM_DEFAULT" "DESCRIPTION"
                        "DEPENDS;PRIVATE_DEPENDS;COMPILE_DEPENDS;TEST_DEPENDS" ${ARGN})
  set(itk-module ${name})
  set(itk-module-DESCRIPTION-${name} "${_itk_module_DESCRIPTION}")
  set(ITK_MODULE_${name}_DEPENDS ${_itk_module_DEPENDS})
  set(ITK_MODULE_${name}_PRIVATE_DEPENDS ${_itk_module_PRIVATE_DEPENDS})
endmacro()

macro(itk_module_impl)
  include(itk-module.cmake)
  add_subdirectory(src)
  get_target_property(_itk_module_type ${itk-module} TYPE)
  if(_itk_module_type STREQUAL "INTERFACE_LIBRARY")
    install(TARGETS ${itk-module} EXPORT TweedieTargets)
  endif()
  # Generated headers, where a module has some, lie in the build tree.
  foreach(_itk_module_include IN ITEMS "${${itk-module}_SOURCE_DIR}/include/" "${${itk-module}_BINARY_DIR}/include/")
    if(IS_DIRECTORY "${_itk_module_include}")
      install(DIRECTORY "${_itk_module_include}" DESTINATION ${TWEEDIE_INSTALL_INCLUDEDIR} FILES_MATCHING
              PATTERN "*.h" PATTERN "*.hxx")
    endif()
  endforeach()
endmacro()

# Links the dependencies of a module: Tweedie* are our own modules, ITK* mean the ITK target.
function(_tweedie_link_dependencies target scope)
  foreach(dependency IN LISTS ARGN)
    if(dependency MATCHES "^Tweedie")
      target_link_libraries(${target} ${scope} ${dependency})
    elseif(dependency MATCHES "^ITK")
      target_link_libraries(${target} ${scope} tweedie_itk)
    else()
      message(FATAL_ERROR "${itk-module}: dependency ${dependency}; required: a name starting with Tweedie or ITK")
    endif()
  endforeach()
endfunction()

# For a target most of whose files include <ATen/ATen.h>, which takes longer to read than they take to compile. Files with
# flags of their own set SKIP_PRECOMPILE_HEADERS.
function(tweedie_precompile_aten target)
  if(TWEEDIE_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} PRIVATE <ATen/ATen.h>)
    # What ccache asks for, beside CCACHE_SLOPPINESS=pch_defines,time_macros.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()

# Adds the library of the module that is being read, with its include folder, dependencies, flags and install rule.
function(itk_module_add_library name)
  add_library(${name} ${ARGN})
  string(REGEX REPLACE "^Tweedie" "" short ${name})
  add_library(Tweedie::${short} ALIAS ${name})
  target_include_directories(
    ${name} PUBLIC $<BUILD_INTERFACE:${${itk-module}_SOURCE_DIR}/include>
                   $<BUILD_INTERFACE:${${itk-module}_BINARY_DIR}/include>
                   $<INSTALL_INTERFACE:${TWEEDIE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${name} PUBLIC cxx_std_17)
  target_link_libraries(${name} PRIVATE $<BUILD_INTERFACE:tweedie_flags>)
  _tweedie_link_dependencies(${name} PUBLIC ${ITK_MODULE_${itk-module}_DEPENDS})
  _tweedie_link_dependencies(${name} PRIVATE ${ITK_MODULE_${itk-module}_PRIVATE_DEPENDS})
  set_target_properties(${name} PROPERTIES VERSION ${Tweedie_VERSION} SOVERSION ${Tweedie_VERSION_MAJOR}.${Tweedie_VERSION_MINOR}
                                           POSITION_INDEPENDENT_CODE ON EXPORT_NAME ${short})
  install(TARGETS ${name} EXPORT TweedieTargets
          LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()
