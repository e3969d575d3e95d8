# ITK's module macros are not installed with ITK, so an out-of-tree build cannot use them. The three below have the
# same names and signatures: the module files are written as ITK expects them and read by either build.

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
  install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tweedie FILES_MATCHING PATTERN "*.h"
          PATTERN "*.hxx")
endmacro()

# Adds the library of a module; dependencies named Tweedie* are our own modules, those named ITK* mean the ITK target.
function(itk_module_add_library name)
  add_library(${name} ${ARGN})
  add_library(Tweedie::${name} ALIAS ${name})
  target_include_directories(
    ${name} PUBLIC $<BUILD_INTERFACE:${${itk-module}_SOURCE_DIR}/include>
                   $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tweedie>)
  target_compile_features(${name} PUBLIC cxx_std_17)
  target_link_libraries(${name} PRIVATE $<BUILD_INTERFACE:tweedie_flags>)
  foreach(scope IN ITEMS PUBLIC PRIVATE)
    set(list ITK_MODULE_${itk-module}_DEPENDS)
    if(scope STREQUAL PRIVATE)
      set(list ITK_MODULE_${itk-module}_PRIVATE_DEPENDS)
    endif()
    foreach(dependency IN LISTS ${list})
      if(dependency MATCHES "^Tweedie")
        target_link_libraries(${name} ${scope} ${dependency})
      elseif(dependency MATCHES "^ITK")
        target_link_libraries(${name} ${scope} tweedie_itk)
      endif()
    endforeach()
  endforeach()
  set_target_properties(${name} PROPERTIES VERSION ${Tweedie_VERSION} SOVERSION ${Tweedie_VERSION_MAJOR}
                                           POSITION_INDEPENDENT_CODE ON)
  set_property(GLOBAL APPEND PROPERTY TWEEDIE_LIBRARIES ${name})
  install(TARGETS ${name} EXPORT TweedieTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()
