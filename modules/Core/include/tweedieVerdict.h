// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieVerdict_h
#define tweedieVerdict_h

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** How a check ended. */
enum class VerdictState
{
  Passed,
  Warned,   ///< outside what is good, inside what can be worked with
  Failed,   ///< outside what can be believed
  NotTested ///< and the statement says why
};

/** One check of a result: what was measured, where it should lie, and what that means for the reader. */
struct Verdict
{
  std::string key;   ///< lower-case-hyphen: the name in JSON, "residual-of-samples"
  std::string label; ///< for people: "Residual of the samples"
  VerdictState state = VerdictState::NotTested;
  double value = std::numeric_limits<double>::quiet_NaN();
  std::string unit;
  double low = -std::numeric_limits<double>::infinity(); ///< passed: low <= value <= high
  double high = std::numeric_limits<double>::infinity();
  std::optional<double> pValue; ///< of a test whose level is shared among all of a report
  std::string statement;        ///< one sentence in plain words
};

/** "passed", "warned", "failed", "not tested". */
const char * ToString(VerdictState state);

/** Passed where low <= value <= high, else failed; NotTested for a value that is not a number. */
Verdict JudgeRange(Verdict verdict);

/** An array of one object per verdict, null for what is not finite or not there. */
std::string VerdictsJson(const std::vector<Verdict> & verdicts);
} // namespace tweedie

#endif
