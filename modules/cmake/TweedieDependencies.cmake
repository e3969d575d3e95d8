# Finds the packages that Tweedie is built on; every one is a Debian 12 package.
include(GNUInstallDirs)

# Debian's LibTorch announces itself in lower-case variables that CMake's own find module misses.
find_package(Torch REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(FFTW3F REQUIRED IMPORTED_TARGET fftw3f)
pkg_check_modules(FFTW3 REQUIRED IMPORTED_TARGET fftw3)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.9 REQUIRED)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)
find_package(
  ITK 5.2 REQUIRED
  COMPONENTS ITKCommon ITKImageFilterBase ITKImageIntensity ITKIOImageBase ITKIONIFTI ITKIONRRD ITKIOMeta ITKIOPNG)

# LibTorch and ITK carry their include folders in variables; one interface target each keeps them SYSTEM,
# so that -Werror applies to our code alone.
add_library(tweedie_torch INTERFACE)
target_include_directories(tweedie_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(tweedie_torch INTERFACE ${TORCH_LIBRARIES})

add_library(tweedie_itk INTERFACE)
target_include_directories(tweedie_itk SYSTEM INTERFACE ${ITK_INCLUDE_DIRS})
target_link_libraries(tweedie_itk INTERFACE ${ITK_LIBRARIES})

add_library(tweedie_fftw INTERFACE)
target_link_libraries(tweedie_fftw INTERFACE PkgConfig::FFTW3F PkgConfig::FFTW3 fftw3f_threads fftw3_threads
                                             Threads::Threads)

add_library(tweedie_flags INTERFACE)
target_compile_features(tweedie_flags INTERFACE cxx_std_17)
target_compile_options(tweedie_flags INTERFACE -Wall -Wextra -Wshadow
                                               $<$<BOOL:${TWEEDIE_WARNINGS_AS_ERRORS}>:-Werror>)
