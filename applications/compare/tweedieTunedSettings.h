// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTunedSettings_h
#define tweedieTunedSettings_h

#include "tweedieOptions.h"

#include <cstdint>
#include <functional>
#include <string>

namespace tweedie
{
/** Visits options with the settings that tweedie tune found for a method on a task: the preset tuned-TASK-METHOD of
 * data/presets, tuned with --limit-calls calls (0: without a limit, as classical methods). Returns the preset's name;
 * empty, and nothing visited, where there is none for so many calls: steps found for one number are wrong for another.
 */
std::string VisitTunedSettings(const std::string & task,
                               const std::string & method,
                               std::int64_t calls,
                               const std::function<void(OptionVisitor &)> & visit);

template <typename TOptions>
std::string
UseTunedSettings(const std::string & task, const std::string & method, std::int64_t calls, TOptions & options)
{
  return VisitTunedSettings(task, method, calls, [&options](OptionVisitor & v) { options.Visit(v); });
}
} // namespace tweedie

#endif
