// SPDX-License-Identifier: Apache-2.0
#include "tweedieSuggestion.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace tweedie
{
namespace
{
std::string
Folded(const std::string & word)
{
  std::string folded;
  for (const unsigned char c : word)
  {
    folded += c == '_' ? '-' : static_cast<char>(std::tolower(c));
  }
  return folded;
}

/** Optimal string alignment distance. */
std::size_t
EditDistance(const std::string & a, const std::string & b)
{
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
  {
    for (std::size_t j = 0; j <= b.size(); ++j)
    {
      if (i == 0 || j == 0)
      {
        d[i][j] = i + j;
        continue;
      }
      const std::size_t replaced = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
      {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}
} // namespace

std::string
NearestWord(const std::string & word, const std::vector<std::string> & candidates)
{
  const std::string given = Folded(word);
  std::string nearest;
  std::size_t smallest = std::max<std::size_t>(1, given.size() / 3) + 1;
  for (const auto & candidate : candidates)
  {
    const std::string other = Folded(candidate);
    const std::size_t shorter = std::min(given.size(), other.size());
    // Three letters, because a shorter beginning fits too many words.
    const bool isBeginning = shorter >= 3 && given.compare(0, shorter, other, 0, shorter) == 0;
    const std::size_t distance =
        isBeginning ? std::min<std::size_t>(1, EditDistance(given, other)) : EditDistance(given, other);
    if (distance < smallest)
    {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string
DidYouMean(const std::string & word, const std::vector<std::string> & candidates)
{
  const std::string nearest = NearestWord(word, candidates);
  return nearest.empty() ? "" : "; did you mean " + nearest + "?";
}
} // namespace tweedie
