// SPDX-License-Identifier: Apache-2.0
#include "tweedieFunctionOperator.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>
#include <utility>

namespace tweedie
{
namespace
{
/** A function on each sample of a batch. Throws DataError where it returns another shape. */
at::Tensor
OfBatch(const std::string & what, const SampleFunction & function, const Shape & shape, const at::Tensor & batch)
{
  std::vector<at::Tensor> results;
  for (std::int64_t i = 0; i < batch.size(0); ++i)
  {
    const at::Tensor result = function(batch[i]);
    if (!result.defined() || result.sizes() != at::IntArrayRef(shape))
    {
      std::ostringstream text;
      text << what << ": returned " << (result.defined() ? result.sizes() : at::IntArrayRef()) << "; required "
           << at::IntArrayRef(shape);
      throw DataError(text.str());
    }
    if (result.is_complex() && !batch.is_complex())
    {
      throw DataError(what + ": returned complex numbers for real ones; required real ones, or an operator that is "
                             "said to be complex");
    }
    results.push_back(result.to(batch.options()));
  }
  return at::stack(results);
}
} // namespace

FunctionOperator::FunctionOperator(
    std::string name, Shape domain, Shape range, bool isComplex, SampleFunction forward, SampleFunction adjoint)
    : m_Name(std::move(name)), m_Domain(std::move(domain)), m_Range(std::move(range)), m_IsComplex(isComplex),
      m_Forward(std::move(forward)), m_Adjoint(std::move(adjoint))
{
  for (const Shape * shape : {&m_Domain, &m_Range})
  {
    for (const std::int64_t extent : *shape)
    {
      if (extent < 1)
      {
        throw UsageError("operator " + m_Name + ": given an extent of " + std::to_string(extent) +
                         "; required 1 or more");
      }
    }
  }
  if (m_Domain.empty() || m_Range.empty() || !m_Forward || !m_Adjoint)
  {
    throw UsageError("operator " + m_Name + ": required the shapes of x and y, and functions for A x and A^H y");
  }
}

at::Tensor
FunctionOperator::DoForward(const at::Tensor & x) const
{
  return OfBatch(m_Name + ", forward", m_Forward, m_Range, x);
}

at::Tensor
FunctionOperator::DoAdjoint(const at::Tensor & y) const
{
  return OfBatch(m_Name + ", adjoint", m_Adjoint, m_Domain, y);
}
} // namespace tweedie
