// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFunctionOperator_h
#define tweedieFunctionOperator_h

#include "tweedieLinearOperator.h"

#include <functional>

namespace tweedie
{
/** A x or A^H y of one sample without the batch: [shape...] to [shape...]. */
using SampleFunction = std::function<at::Tensor(const at::Tensor &)>;

/** A linear operator that somebody else computes, sample by sample. Whether the two functions belong together is for
 * AdjointError to say. */
class FunctionOperator final : public LinearOperator
{
public:
  /** isComplex: takes complex input only. Throws UsageError for a shape without elements or a missing function. */
  FunctionOperator(
      std::string name, Shape domain, Shape range, bool isComplex, SampleFunction forward, SampleFunction adjoint);

  std::string
  Name() const override
  {
    return m_Name;
  }
  Shape
  DomainShape() const override
  {
    return m_Domain;
  }
  Shape
  RangeShape() const override
  {
    return m_Range;
  }
  bool
  RequiresComplex() const override
  {
    return m_IsComplex;
  }

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  std::string m_Name;
  Shape m_Domain;
  Shape m_Range;
  bool m_IsComplex;
  SampleFunction m_Forward;
  SampleFunction m_Adjoint;
};
} // namespace tweedie

#endif
