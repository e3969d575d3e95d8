// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCompareOptions_h
#define tweedieCompareOptions_h

#include "tweedieOptions.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** What is compared. */
struct CompareFiles
{
  std::vector<std::string> images;
  std::string reference;
  std::vector<std::string> std;
  std::string mask;
  std::string output;
  std::string featureNetwork;
  bool isFidUnbiased = false;

  void Visit(OptionVisitor & v);
};

/** What is said about it. */
struct CompareTexts
{
  std::vector<std::string> names;
  std::optional<std::int64_t> samples;
  std::string title;
  std::string description;
  std::string units = "a.u.";
  std::vector<double> window;
  std::string sliceNumbers;
  std::optional<std::int64_t> slice;

  void Visit(OptionVisitor & v);
};
} // namespace tweedie

#endif
