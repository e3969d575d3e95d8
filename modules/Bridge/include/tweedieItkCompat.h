// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieItkCompat_h
#define tweedieItkCompat_h

#include <itkMacro.h>

// The one place where ITK versions (5.2 to 5.4) are told apart: what newer ones have is defined here for older ones,
// and the other files use the newer spelling.

#ifndef itkOverrideGetNameOfClassMacro // since ITK 5.4
#define itkOverrideGetNameOfClassMacro(thisClass)                                                                      \
  const char * GetNameOfClass() const override                                                                         \
  {                                                                                                                    \
    return #thisClass;                                                                                                 \
  }                                                                                                                    \
  ITK_MACROEND_NOOP_STATEMENT
#endif

#ifndef ITK_MACROEND_NOOP_STATEMENT
#define ITK_MACROEND_NOOP_STATEMENT static_assert(true, "")
#endif

#endif
