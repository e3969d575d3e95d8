// SPDX-License-Identifier: Apache-2.0
#include "tweedieSlicerCall.h"

#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieOptionTable.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
bool
IsOf(const std::string & flag, const std::string & name)
{
  return flag == "--" + name;
}

bool
IsSlicerFlag(const std::string & flag)
{
  return IsOf(flag, "slicer") || IsOf(flag, "returnparameterfile") || IsOf(flag, "processinformationaddress");
}
} // namespace

SlicerCall
TakeSlicerWords(std::vector<std::string> & words)
{
  const auto end = std::find(words.begin(), words.end(), "--");
  SlicerCall call;
  call.isOn = std::any_of(
      words.begin(), end, [](const std::string & word) { return IsSlicerFlag(word.substr(0, word.find('='))); });
  if (!call.isOn)
  {
    return call;
  }
  std::vector<std::string> flags, plain;
  for (auto word = words.begin(); word != end; ++word)
  {
    const auto equals = word->compare(0, 2, "--") == 0 ? std::min(word->find('='), word->size()) : 0;
    std::string flag = word->substr(0, equals);
    std::replace(flag.begin(), flag.end(), '_', '-');
    const bool takesValue = IsOf(flag, "arguments") || (IsSlicerFlag(flag) && !IsOf(flag, "slicer"));
    if (!takesValue)
    {
      if (!IsOf(flag, "slicer"))
      {
        flags.push_back(flag + word->substr(equals));
      }
      continue;
    }
    if (equals == word->size() && word + 1 == end)
    {
      throw UsageError(flag + ": no value given; required one");
    }
    const std::string value = equals < word->size() ? word->substr(equals + 1) : *++word;
    call.resultsFile = IsOf(flag, "returnparameterfile") ? value : call.resultsFile;
    const auto pieces = IsOf(flag, "arguments") ? SplitAtCommas(value) : std::vector<std::string>();
    plain.insert(plain.end(), pieces.begin(), pieces.end());
  }
  plain.insert(plain.end(), end, words.end()); // with its --
  flags.insert(flags.end(), plain.begin(), plain.end());
  words = flags;
  return call;
}

std::string
SlicerParameterName(const std::string & name)
{
  std::string text;
  bool isStart = false;
  for (const char c : name)
  {
    const bool isLower = c >= 'a' && c <= 'z';
    text += c == '-' ? std::string() : std::string(1, isStart && isLower ? static_cast<char>(c - 'a' + 'A') : c);
    isStart = c == '-';
  }
  return text;
}

void
WriteSlicerResults(const std::string & path, const std::vector<ResultFigure> & figures)
{
  std::string text;
  for (const ResultFigure & figure : figures)
  {
    if (figure.value && std::isfinite(*figure.value))
    {
      text += SlicerParameterName(figure.name) + " = " + NumberText(*figure.value) + "\n";
    }
  }
  WriteTextAtomically(path, text);
}
} // namespace tweedie
