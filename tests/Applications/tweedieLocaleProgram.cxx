// SPDX-License-Identifier: Apache-2.0
// The program inside of another that uses the user's locale, as viewers, Python and desktops do; tweedie alone does
// not.
#include "tweedieProgram.h"

#include <clocale>
#include <cstdio>
#include <locale>

int
main(int argc, char ** argv)
{
  if (std::setlocale(LC_ALL, "") == nullptr)
  {
    std::fputs("no such locale\n", stderr);
    return 99;
  }
  std::locale::global(std::locale(""));
  return tweedie::RunProgram({argv + 1, argv + argc});
}
