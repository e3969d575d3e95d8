// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCodeFlag_h
#define tweedieCodeFlag_h

#include "tweedieCommandLine.h"
#include "tweedieError.h"

#include <string>

namespace tweedie
{
/** Throws UsageError where a file that holds code, and is run, is named by a configuration or preset: only a word on
 * the command line shows that it is meant. */
inline void
RequireOnCommandLine(CommandLine & line, const std::string & flag, const std::string & path)
{
  if (!path.empty() && !line.IsGiven(flag))
  {
    throw UsageError("--" + flag + ": given " + path +
                     " by a configuration; required on the command line, because the "
                     "file is a program that will run");
  }
}
} // namespace tweedie

#endif
