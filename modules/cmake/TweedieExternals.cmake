# The packages behind Tweedie's libraries as targets of fixed names: tweedie_torch, tweedie_itk, tweedie_fftw,
# tweedie_dcmtk, tweedie_gdcm, tweedie_haru, tweedie_hdf5.
# Read by our own build and, installed, by find_package(Tweedie). Each package is looked for inside a function, so that
# variables such as ITK_LIBRARIES of a project that uses us keep the value that project gave them.

# The LibTorch of a Python package, TWEEDIE_TORCH_FOLDER. Its own CMake file asks for CUDA's compiler where it was built
# with one, which the processor's part does not need.
function(_tweedie_take_torch folder)
  file(STRINGS "${folder}/version.py" version REGEX "^__version__")
  string(REGEX MATCH "[0-9]+\\.[0-9]+" version "${version}")
  set(libraries)
  foreach(name IN ITEMS torch torch_cpu c10)
    find_library(library ${name} PATHS "${folder}/lib" NO_DEFAULT_PATH NO_CACHE REQUIRED)
    list(APPEND libraries "${library}")
    unset(library)
  endforeach()
  add_library(tweedie_torch INTERFACE IMPORTED)
  target_include_directories(tweedie_torch SYSTEM INTERFACE "${folder}/include" "${folder}/include/torch/csrc/api/include")
  target_link_libraries(tweedie_torch INTERFACE ${libraries})
  target_link_options(tweedie_torch INTERFACE "LINKER:--no-as-needed,-lstdc++,--as-needed") # as below
  if(version VERSION_GREATER_EQUAL 2.10)
    target_compile_features(tweedie_torch INTERFACE cxx_std_20)
  endif()
  message(STATUS "Found Torch ${version}: ${folder}")
endfunction()

# LibTorch and ITK carry their include folders in variables. Targets keep them SYSTEM, so that -Werror is for our code.
function(_tweedie_find_torch)
  if(TWEEDIE_TORCH_FOLDER)
    _tweedie_take_torch("${TWEEDIE_TORCH_FOLDER}")
    return()
  endif()
  find_package(Torch REQUIRED)
  if(TORCH_CXX_FLAGS MATCHES "_GLIBCXX_USE_CXX11_ABI=0")
    message(FATAL_ERROR "Torch: ${Torch_DIR} is built for the old C++ library interface, which ITK cannot be linked "
                        "with; required: a LibTorch of the kind 'cxx11 ABI'")
  endif()
  add_library(tweedie_torch INTERFACE IMPORTED)
  set_target_properties(tweedie_torch PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${TORCH_INCLUDE_DIRS}"
                                                 INTERFACE_INCLUDE_DIRECTORIES "${TORCH_INCLUDE_DIRS}"
                                                 INTERFACE_LINK_LIBRARIES "${TORCH_LIBRARIES}")
  # LibTorch 2 of the Python packages exports some of std::filesystem, and what it exports crashes: the C++ library
  # comes first.
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND Torch_VERSION VERSION_GREATER_EQUAL 2)
    set_target_properties(tweedie_torch PROPERTIES INTERFACE_LINK_OPTIONS "LINKER:--no-as-needed,-lstdc++,--as-needed")
  endif()
  message(STATUS "Found Torch ${Torch_VERSION}: ${Torch_DIR}")
endfunction()

# Components are listed, because ITK links all it has otherwise. ITK's own ITK_USE_FILE is not used: it edits the
# flags of every target; TweedieIO registers the image formats that it supports.
function(_tweedie_find_itk)
  set(CMAKE_MESSAGE_LOG_LEVEL WARNING) # Debian's GDCM names a page of programs that are packaged apart from it
  find_package(ITK 5.2 REQUIRED COMPONENTS ITKCommon ITKImageFilterBase ITKImageIntensity ITKIOImageBase ITKIONIFTI
                                           ITKIONRRD ITKIOMeta ITKIOPNG ITKExpat)
  add_library(tweedie_itk INTERFACE IMPORTED)
  set_target_properties(tweedie_itk PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${ITK_INCLUDE_DIRS}"
                                               INTERFACE_INCLUDE_DIRECTORIES "${ITK_INCLUDE_DIRS}"
                                               INTERFACE_LINK_LIBRARIES "${ITK_LIBRARIES}")
  set(CMAKE_MESSAGE_LOG_LEVEL STATUS)
  message(STATUS "Found ITK ${ITK_VERSION_MAJOR}.${ITK_VERSION_MINOR}.${ITK_VERSION_PATCH}: ${ITK_DIR}")
endfunction()

# FFTW has no CMake file in Debian, and pkg-config does not know its threads libraries.
function(_tweedie_find_fftw)
  find_package(PkgConfig REQUIRED)
  find_package(Threads REQUIRED)
  pkg_check_modules(FFTW3F REQUIRED IMPORTED_TARGET fftw3f)
  pkg_check_modules(FFTW3 REQUIRED IMPORTED_TARGET fftw3)
  find_library(TWEEDIE_FFTW3F_THREADS fftw3f_threads REQUIRED HINTS ${FFTW3F_LIBRARY_DIRS})
  find_library(TWEEDIE_FFTW3_THREADS fftw3_threads REQUIRED HINTS ${FFTW3_LIBRARY_DIRS})
  mark_as_advanced(TWEEDIE_FFTW3F_THREADS TWEEDIE_FFTW3_THREADS)
  add_library(tweedie_fftw INTERFACE IMPORTED)
  target_link_libraries(tweedie_fftw INTERFACE ${TWEEDIE_FFTW3F_THREADS} ${TWEEDIE_FFTW3_THREADS} PkgConfig::FFTW3F
                                               PkgConfig::FFTW3 Threads::Threads)
endfunction()

# Files, codecs, multi-frame objects, associations.
function(_tweedie_find_dcmtk)
  find_package(DCMTK 3.6 REQUIRED CONFIG)
  add_library(tweedie_dcmtk INTERFACE IMPORTED)
  target_link_libraries(tweedie_dcmtk INTERFACE DCMTK::dcmpmap DCMTK::dcmseg DCMTK::dcmtls DCMTK::dcmnet DCMTK::dcmjpls
                                                DCMTK::dcmjpeg DCMTK::dcmdata)
  message(STATUS "Found DCMTK ${DCMTK_MAJOR_VERSION}.${DCMTK_MINOR_VERSION}.${DCMTK_BUILD_VERSION}: ${DCMTK_DIR}")
endfunction()

# JPEG 2000, which DCMTK does not decode. ITK has found it already.
function(_tweedie_find_gdcm)
  set(CMAKE_MESSAGE_LOG_LEVEL WARNING)
  find_package(GDCM 3.0 REQUIRED CONFIG)
  add_library(tweedie_gdcm INTERFACE IMPORTED)
  target_include_directories(tweedie_gdcm SYSTEM INTERFACE "${GDCM_INCLUDE_DIRS}")
  target_link_libraries(tweedie_gdcm INTERFACE gdcmMSFF)
  set(CMAKE_MESSAGE_LOG_LEVEL STATUS)
  message(STATUS "Found GDCM ${GDCM_VERSION}: ${GDCM_DIR}")
endfunction()

# Writes PDF. No CMake file in Debian.
function(_tweedie_find_haru)
  find_path(TWEEDIE_HARU_INCLUDE_DIR hpdf.h REQUIRED)
  find_library(TWEEDIE_HARU_LIBRARY hpdf REQUIRED)
  mark_as_advanced(TWEEDIE_HARU_INCLUDE_DIR TWEEDIE_HARU_LIBRARY)
  add_library(tweedie_haru INTERFACE IMPORTED)
  target_include_directories(tweedie_haru SYSTEM INTERFACE "${TWEEDIE_HARU_INCLUDE_DIR}")
  target_link_libraries(tweedie_haru INTERFACE "${TWEEDIE_HARU_LIBRARY}")
endfunction()

# Diffraction patterns. The C library alone.
function(_tweedie_find_hdf5)
  find_package(HDF5 1.10.7 QUIET REQUIRED COMPONENTS C)
  add_library(tweedie_hdf5 INTERFACE IMPORTED)
  target_include_directories(tweedie_hdf5 SYSTEM INTERFACE "${HDF5_C_INCLUDE_DIRS}")
  target_compile_definitions(tweedie_hdf5 INTERFACE ${HDF5_C_DEFINITIONS})
  target_link_libraries(tweedie_hdf5 INTERFACE ${HDF5_C_LIBRARIES})
  message(STATUS "Found HDF5 ${HDF5_VERSION}: ${HDF5_C_INCLUDE_DIRS}")
endfunction()

foreach(_tweedie_package IN ITEMS torch itk fftw dcmtk gdcm haru hdf5)
  if(NOT TARGET tweedie_${_tweedie_package})
    cmake_language(CALL _tweedie_find_${_tweedie_package})
  endif()
endforeach()
unset(_tweedie_package)
