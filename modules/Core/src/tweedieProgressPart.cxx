// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgressPart.h"

#include <algorithm>

namespace tweedie
{
ProgressCallback
ProgressOfPart(const ProgressCallback & progress, std::int64_t part, std::int64_t parts, const std::string & task)
{
  if (!progress)
  {
    return {};
  }
  constexpr std::int64_t fine = 1000; // of a part: parts may differ in their steps
  return [=](const ProgressReport & report)
  {
    ProgressReport whole = report;
    whole.task = task.empty() ? report.task : task;
    const std::int64_t inside = report.steps > 0 ? fine * report.step / report.steps : 0;
    whole.step = part * fine + std::min(inside, fine);
    whole.steps = parts * fine;
    return progress(whole);
  };
}
} // namespace tweedie
