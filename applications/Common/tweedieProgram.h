// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieProgram_h
#define tweedieProgram_h

#include <string>
#include <vector>

namespace tweedie
{
/** The program: finds the command of the arguments (without the program's name), runs it, turns every exception into
 * one line on standard error, and returns the exit code (see ExitCode). */
int RunProgram(const std::vector<std::string> & arguments);
} // namespace tweedie

#endif
