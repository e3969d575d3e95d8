// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationTest_h
#define tweedieRestorationTest_h

#include "tweedieProgramTest.h"

#include <string>
#include <vector>

namespace tweedie
{
namespace test
{
/** The program's flags for image restoration. */
class Restoration : public ProgramTest
{
protected:
  static std::vector<std::string>
  Degrade(const std::string & task, const std::string & output, const std::vector<std::string> & more = {})
  {
    std::vector<std::string> words{"simulate", "restoration", "--image", File("head.nii.gz"), "--slices", "1:4:3"};
    const std::vector<std::string> rest{"--task", task, "--kernel-size", "9", "--output", File(output)};
    words.insert(words.end(), rest.begin(), rest.end());
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static std::vector<std::string>
  Restore(const std::string & input, const std::vector<std::string> & more = {})
  {
    std::vector<std::string> words{
        "reconstruct", "restoration", File(input), "--output", File("out.nii.gz"), "--overwrite"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  /** As ExpectFailure, without a process of its own. */
  void
  ExpectFailureHere(const std::vector<std::string> & arguments, int exitCode, const std::string & text)
  {
    ExpectFailureOf([](const auto & words) { return TweedieHere(words); }, arguments, exitCode, text);
  }
};
} // namespace test
} // namespace tweedie

#endif
