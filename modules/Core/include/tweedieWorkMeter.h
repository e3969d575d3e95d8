// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieWorkMeter_h
#define tweedieWorkMeter_h

#include <array>
#include <chrono>
#include <cstdint>

namespace tweedie
{
/** What a reconstruction is made of, beside its own arithmetic: calls of a network with their derivatives, and of
 * operators, i.e. A x, A^H y, A^H A x, a change to or from the basis of its decomposition, and a proximal step or draw
 * that it makes in closed form. A call for a batch is one. The time to make a numerical decomposition counts, too. */
enum class WorkKind
{
  Network,
  Operator
};

struct Work
{
  std::int64_t calls = 0;
  double seconds = 0.0; ///< of the host: no measure where a device runs behind it
};

/** Counts, for as long as it lives, the work that its thread does in WorkSpans. Of meters inside each other the
 * innermost counts. */
class WorkMeter
{
public:
  WorkMeter();
  ~WorkMeter();
  WorkMeter(const WorkMeter &) = delete;
  WorkMeter & operator=(const WorkMeter &) = delete;

  const Work &
  Of(WorkKind kind) const
  {
    return m_Work[static_cast<std::size_t>(kind)];
  }

private:
  friend class WorkSpan;

  std::array<Work, 2> m_Work;
  bool m_IsBusy = false; ///< inside a span
  WorkMeter * m_Outer;
};

/** One call, from construction to destruction. A call made by another one is part of it. Without a meter nothing is
 * done, and no clock is read. */
class WorkSpan
{
public:
  /** calls: what it counts as; 0: only its time. */
  explicit WorkSpan(WorkKind kind, std::int64_t calls = 1);
  ~WorkSpan();
  WorkSpan(const WorkSpan &) = delete;
  WorkSpan & operator=(const WorkSpan &) = delete;

private:
  WorkMeter * m_Meter; ///< null: not counted
  WorkKind m_Kind;
  std::int64_t m_Calls;
  std::chrono::steady_clock::time_point m_Begin;
};
} // namespace tweedie

#endif
