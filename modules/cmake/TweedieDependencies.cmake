# Finds the packages that Tweedie is built on; every one is a Debian 12 package.
include(TweedieExternals)
find_package(nlohmann_json 3.9 REQUIRED)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)

add_library(tweedie_flags INTERFACE)
target_compile_features(tweedie_flags INTERFACE cxx_std_17)
target_compile_options(tweedie_flags INTERFACE -Wall -Wextra -Wshadow
                                               $<$<BOOL:${TWEEDIE_WARNINGS_AS_ERRORS}>:-Werror>)
# Newer compilers guess about memory after inlining, and guess wrong about LibTorch's and the standard library's headers.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  target_compile_options(tweedie_flags INTERFACE -Wno-error=array-bounds -Wno-error=stringop-overflow
                                                 -Wno-error=maybe-uninitialized -Wno-error=dangling-reference)
endif()
