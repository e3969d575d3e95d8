// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieProgram_h
#define tweedieProgram_h

#include <string>
#include <vector>

namespace tweedie
{
/** The program: finds the command of the arguments (without the program's name), runs it, turns every exception into
 * one line on standard error, and returns the exit code (see ExitCode). program: the path that it was called by; a link
 * that is named after a command, tweedie-simulate-mri or TweedieSimulateMRI, is that command. */
int RunProgram(const std::vector<std::string> & arguments, const std::string & program = "");
} // namespace tweedie

#endif
