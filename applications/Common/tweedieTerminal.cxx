// SPDX-License-Identifier: Apache-2.0
#include "tweedieTerminal.h"

#include "tweedieError.h"

#include <algorithm>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tweedie
{
int
TerminalWidth(int descriptor)
{
  winsize size{};
  if (isatty(descriptor) == 0 || ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
  {
    return 100;
  }
  return std::clamp<int>(size.ws_col, 60, 120);
}

void
Print(const std::string & text)
{
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void
PrintError(const std::string & text)
{
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void
Warn(const std::string & text)
{
  const std::string line = "warning: " + OneLine(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}
} // namespace tweedie
