// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"

#include <algorithm>

namespace tweedie
{
std::string
OneLine(std::string text)
{
  const auto isControl = [](char c)
  {
    const auto code = static_cast<unsigned char>(c);
    return code < 0x20 || code == 0x7f;
  };
  std::replace_if(text.begin(), text.end(), isControl, ' ');
  return text;
}
} // namespace tweedie
