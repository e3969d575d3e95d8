# Installs the build into a fresh folder, moves that folder, and uses it from an outside project.
function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE "${WORK}")
run(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${WORK}/first" --config "${CONFIG}")
file(RENAME "${WORK}/first" "${WORK}/prefix") # an install tree can be moved

file(GLOB_RECURSE texts "${WORK}/prefix/*.cmake" "${WORK}/prefix/*.h")
foreach(text IN LISTS texts)
  file(READ "${text}" content)
  foreach(path IN ITEMS "${BUILD}" "${SOURCE}" "${WORK}")
    string(FIND "${content}" "${path}" found)
    if(NOT found EQUAL -1)
      message(FATAL_ERROR "${text} names ${path}; required: nothing of the machine that built it")
    endif()
  endforeach()
endforeach()

function(build folder name)
  run(${CMAKE_COMMAND} -G ${GENERATOR} -S "${folder}" -B "${WORK}/${name}" "-DCMAKE_PREFIX_PATH=${WORK}/prefix"
      "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" "-DCMAKE_BUILD_TYPE=${CONFIG}"
      "-DCMAKE_CXX_FLAGS=${FLAGS}" "-DTorch_DIR=${Torch_DIR}" "-DITK_DIR=${ITK_DIR}")
  run(${CMAKE_COMMAND} --build "${WORK}/${name}")
endfunction()

build("${OUTSIDE}" build)
run("${WORK}/build/outside")

# The example that is a project of its own, on an MR image of the package python3-pydicom.
build("${SOURCE}/modules/Filters/examples/DICOMPipeline" pipeline)
set(series "/usr/lib/python3/dist-packages/pydicom/data/test_files/MR_small.dcm")
if(EXISTS "${series}")
  run("${WORK}/pipeline/DICOMPipeline" "${series}" 20 "${SOURCE}/data/priors/brain-t1-magnitude.safetensors"
      "${WORK}/result")
  run("${WORK}/prefix/bin/tweedie" info "${WORK}/result/mean")
else()
  message(STATUS "The example is not run: the package python3-pydicom is not installed")
endif()
