# SPDX-License-Identifier: Apache-2.0
# For a source tree of ITK: Modules/Remote/Tweedie.remote.cmake. Fetched with -DModule_Tweedie=ON, built with
# -DModule_TweedieFilters=ON; which repository is fetched from, TWEEDIE_REPOSITORY says (ITK 5.2 to 5.4).
set(TWEEDIE_REPOSITORY "" CACHE STRING "Repository of Tweedie, for git")
set(TWEEDIE_TAG "main" CACHE STRING "Commit of it; a release names one by its hash")
mark_as_advanced(TWEEDIE_REPOSITORY TWEEDIE_TAG)
if(Module_Tweedie AND NOT TWEEDIE_REPOSITORY)
  message(FATAL_ERROR "Module_Tweedie: given without TWEEDIE_REPOSITORY; required the address of its repository")
endif()
# Compliance level 2: tested on one platform, with documentation and continuous integration of its own.
itk_fetch_module(
  Tweedie
  "Posterior mean and checked uncertainty for computational imaging, with diffusion priors."
  MODULE_COMPLIANCE_LEVEL 2
  GIT_REPOSITORY "${TWEEDIE_REPOSITORY}"
  GIT_TAG "${TWEEDIE_TAG}")
