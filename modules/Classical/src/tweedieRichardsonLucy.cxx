// SPDX-License-Identifier: Apache-2.0
#include "tweedieRichardsonLucy.h"

#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <string>

namespace tweedie
{
namespace
{
constexpr std::int64_t impulses = 16;
constexpr double rounding = 1e-5; // of the largest answer: transforms in single precision leave as much below zero

/** Throws where a direction of A answers impulses at random places, or ones, with a number below zero. */
void
RequireNonNegative(const LinearOperator & op, const Shape & shape, bool isForward, const at::TensorOptions & type)
{
  std::vector<std::int64_t> sizes = shape;
  sizes.insert(sizes.begin(), op.BatchSize());
  const std::int64_t count = c10::multiply_integers(shape);
  const at::Tensor places = RandomStreams(0, {0}).Uniform({impulses}, at::kDouble).mul(count).to(at::kLong).view({-1});
  for (std::int64_t i = 0; i <= impulses; ++i)
  {
    at::Tensor probe = i == impulses ? at::ones(sizes, type) : at::zeros(sizes, type);
    if (i < impulses)
    {
      probe.view({op.BatchSize(), -1}).select(1, places[i].item<std::int64_t>()).fill_(1.0);
    }
    const at::Tensor answer = isForward ? op.Forward(probe) : op.Adjoint(probe);
    const double least = answer.min().item<double>();
    if (!(least >= -rounding * answer.abs().max().item<double>()))
    {
      throw UsageError("Richardson-Lucy: given " + op.Name() + ", which answers ones and zeros with " +
                       std::to_string(least) + "; required an operator without negative weights");
    }
  }
}

void
RequireArguments(const LinearOperatorPointer & op, const at::Tensor & y, const RichardsonLucyOptions & options)
{
  if (!op || !y.defined() || y.dim() < 1 || y.is_complex() || !y.is_floating_point())
  {
    throw DataError("Richardson-Lucy: given no operator, or data that are not real; required real [batch, range...]");
  }
  if (!y.ge(0).logical_and(y.isfinite()).all().item<bool>())
  {
    throw DataError("Richardson-Lucy: given data that are negative or not finite; required finite and >= 0");
  }
  if (options.iterations < 1 || !(options.background >= 0.0))
  {
    throw UsageError("Richardson-Lucy: given " + std::to_string(options.iterations) +
                     " iterations and a background of " + std::to_string(options.background) +
                     "; required at least 1, and 0 or more");
  }
  if (op->RequiresComplex())
  {
    throw UsageError("Richardson-Lucy: given " + op->Name() +
                     ", which is complex; required an operator without "
                     "negative weights");
  }
  RequireNonNegative(*op, op->DomainShape(), true, y.options());
  RequireNonNegative(*op, op->RangeShape(), false, y.options());
}

/** The state of all samples; one that is done no longer changes. */
class Iteration
{
public:
  Iteration(const LinearOperator & op, const at::Tensor & y, const RichardsonLucyOptions & options)
      : m_Operator(op), m_Data(y), m_Options(options)
  {
    m_Weight = op.Adjoint(at::ones_like(y)).clamp_min(0.0);
    const at::Tensor left = SampleSums(y - options.background).clamp_min(0.0) / SampleSums(m_Weight);
    // Never zero, which would be for ever: at least a little of the data's mean.
    const at::Tensor least = 1e-3 * SampleSums(y) / SampleSums(m_Weight);
    m_Image =
        at::ones_like(m_Weight) * PerSample(at::maximum(left, least).nan_to_num(0.0, 0.0), m_Weight).to(y.options());
    m_Active = at::ones({y.size(0)}, at::kBool).to(y.device());
    m_Iterations = at::zeros({y.size(0)}, at::kLong).to(y.device());
    Predict();
  }

  /** False when nothing is left to do. */
  bool
  Step()
  {
    if (m_Options.expected.defined())
    {
      const at::Tensor squared = SampleSums((m_Expected - m_Data).square());
      m_Active = m_Active.logical_and(squared.gt(m_Options.expected.to(squared.options())));
    }
    if (!m_Active.any().item<bool>())
    {
      return false;
    }
    const at::Tensor ratio = at::where(m_Expected.gt(0.0), m_Data / m_Expected, at::zeros_like(m_Data));
    const at::Tensor factor = m_Operator.Adjoint(ratio).clamp_min(0.0) / m_Weight;
    const at::Tensor next = m_Image * at::where(m_Weight.gt(0.0), factor, at::ones_like(factor));
    m_Image = at::where(PerSample(m_Active, m_Image), next, m_Image);
    m_Iterations = m_Iterations + m_Active.to(at::kLong);
    Predict();
    return true;
  }

  RichardsonLucyResult
  Result() const
  {
    const at::Tensor logarithm = at::where(m_Data.gt(0.0), m_Expected.log(), at::zeros_like(m_Data));
    const at::Tensor value =
        SampleSums(m_Expected.to(at::kDouble) - m_Data.to(at::kDouble) * logarithm).cpu().contiguous();
    const at::Tensor counts = m_Iterations.cpu().contiguous();
    const double * values = value.data_ptr<double>();
    const std::int64_t * numbers = counts.data_ptr<std::int64_t>();
    return {m_Image, {values, values + value.numel()}, {numbers, numbers + counts.numel()}};
  }

private:
  void
  Predict()
  {
    m_Expected = m_Operator.Forward(m_Image).clamp_min(0.0) + m_Options.background;
  }

  const LinearOperator & m_Operator;
  at::Tensor m_Data;
  const RichardsonLucyOptions & m_Options;
  at::Tensor m_Weight; // A^T 1
  at::Tensor m_Image;
  at::Tensor m_Expected; // A x + b
  at::Tensor m_Active;   // [B]
  at::Tensor m_Iterations;
};
} // namespace

RichardsonLucyResult
RichardsonLucy(const LinearOperatorPointer & A, const at::Tensor & y, const RichardsonLucyOptions & options)
{
  RequireArguments(A, y, options);
  const at::NoGradGuard noGradient;
  Iteration iteration(*A, y.detach(), options);
  for (std::int64_t i = 0; i < options.iterations && iteration.Step(); ++i)
  {
    if (options.progress && !options.progress(i + 1))
    {
      throw Aborted("Richardson-Lucy: stopped after " + std::to_string(i + 1) + " iterations");
    }
  }
  RichardsonLucyResult result = iteration.Result();
  if (!result.image.isfinite().all().item<bool>())
  {
    throw NumericalError("Richardson-Lucy: the image is not finite; required a finite operator");
  }
  return result;
}
} // namespace tweedie
