// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTerminal_h
#define tweedieTerminal_h

#include <string>

namespace tweedie
{
/** Columns of the terminal behind a file descriptor, 60 to 120; 100 where there is none. */
int TerminalWidth(int descriptor);

/** Writes a text to standard output as it is. */
void Print(const std::string & text);

/** The same to standard error, where standard output has data. */
void PrintError(const std::string & text);

/** "warning: text" as one line on standard error. */
void Warn(const std::string & text);
} // namespace tweedie

#endif
