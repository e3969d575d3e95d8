// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNoUTurnAdaption_h
#define tweedieNoUTurnAdaption_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** Step size by dual averaging (Hoffman and Gelman 2014, section 3.2). */
class DualAveraging
{
public:
  explicit DualAveraging(double size)
  {
    Restart(size);
  }

  void Restart(double size);
  void Add(double rate);

  /** The last one tried, and the one to go on with. */
  double Size() const;
  double AveragedSize() const;

private:
  double m_Center = 0.0;
  double m_LogSize = 0.0;
  double m_LogAverage = 0.0;
  double m_Error = 0.0;
  double m_Count = 0.0;
};

/** Diagonal masses from the states of the burn-in, in windows that double: 75 steps for the step size alone, windows of
 * 25, 50, 100 ..., the last one up to 50 steps before the end. A short burn-in has one window in its middle. */
class MassWindows
{
public:
  explicit MassWindows(std::int64_t burnIn);

  /** True when a window ended with this state [chains, n] and InverseMass changed. */
  bool Add(const at::Tensor & state);

  /** Variances of the coordinates, drawn to 1e-3 as 5 draws would do, [n]; 1 before, [1]. */
  const at::Tensor &
  InverseMass() const
  {
    return m_InverseMass;
  }

private:
  std::int64_t m_Begin;
  std::int64_t m_Last;   ///< step where the last window ends
  std::int64_t m_End;    ///< of this window
  std::int64_t m_Length; ///< of this window
  std::int64_t m_Step = 0;
  double m_Count = 0.0;
  at::Tensor m_Sum;
  at::Tensor m_Squares;
  at::Tensor m_InverseMass;
};
} // namespace tweedie

#endif
