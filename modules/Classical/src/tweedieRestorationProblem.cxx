// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationProblem.h"

#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double allowedMisfit = 0.01;
constexpr double leastScale = 1e-6; // of the residual's: a prior of variance 0 has no posterior
constexpr std::int64_t traceProbes = 8;

double
Seconds()
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/** Standard normal images [B, domain...], the same for every sample. */
at::Tensor
White(const LinearOperator & op, const at::Tensor & y, RandomStreams & random)
{
  const at::Tensor one = random.Normal(op.DomainShape(), y.scalar_type()).to(y.device());
  auto sizes = one.sizes().vec();
  sizes[0] = y.size(0);
  return one.expand(sizes).contiguous();
}

/** [B, domain...]. */
at::Tensor
Ones(const LinearOperator & op, const at::Tensor & y)
{
  auto sizes = op.DomainShape();
  sizes.insert(sizes.begin(), y.size(0));
  return at::ones(sizes, y.options());
}
} // namespace

RestorationProblem::RestorationProblem(const char * name,
                                       LinearOperatorPointer A,
                                       const at::Tensor & y,
                                       const at::Tensor & sigma,
                                       const RestorationClassicalOptions & given,
                                       const ProgressCallback & progress)
    : method(name), op(std::move(A)), options(given), m_Progress(progress), m_Start(Seconds())
{
  ValidateOptions(given);
  if (!op || !y.defined() || y.dim() != 5 || y.size(0) < 1 || !(y.is_floating_point() || y.is_complex()))
  {
    throw DataError(method + ": given no operator, or data without batch; required [batch, channel, z, y, x]");
  }
  const at::Tensor parts = y.is_complex() ? at::view_as_real(y.resolve_conj()) : y;
  if (!parts.isfinite().all().item<bool>() || !y.abs().gt(0).any().item<bool>())
  {
    throw DataError(method + ": given data with NaN or infinite values, or only zeros; required finite data");
  }
  // A random image is answered by zero, with probability one, only where A is.
  RandomStreams random(0, {0});
  const at::Tensor measured = op->Forward(White(*op, y, random)).abs().gt(0.0);
  data = y.detach().resolve_conj() * measured;
  samples = measured.flatten(1).sum(1, false, at::kDouble).cpu();
  if (sigma.defined())
  {
    const at::Tensor numbers = sigma.to(at::kCPU, at::kDouble);
    const bool fits = numbers.dim() <= 1 && (numbers.numel() == 1 || numbers.numel() == y.size(0));
    if (!fits || !numbers.gt(0.0).logical_and(numbers.isfinite()).all().item<bool>())
    {
      throw DataError(method + ": given a noise level of wrong size or not positive; required one number > 0, or one "
                               "per sample");
    }
    noise = numbers.expand({y.size(0)}).contiguous();
  }
}

at::Tensor
RestorationProblem::Noise() const
{
  if (!noise.defined())
  {
    throw DataError(method + ": given no noise level; required the standard deviation of a sample");
  }
  return noise;
}

at::Tensor
RestorationProblem::Expected() const
{
  return noise.defined() ? samples * noise.square() : at::Tensor();
}

at::Tensor
RestorationProblem::ConstantImage() const
{
  const at::Tensor ones = Ones(*op, data);
  const at::Tensor answer = op->Forward(ones);
  const at::Tensor squared = SampleDot(answer, answer).clamp_min(1e-300);
  const at::Tensor product = (answer.conj() * data).flatten(1).sum(1) / squared.to(data.options());
  std::vector<std::int64_t> one(static_cast<std::size_t>(ones.dim()), 1);
  one[0] = -1;
  return ones * product.reshape(one);
}

at::Tensor
RestorationProblem::PriorScale(const at::Tensor & residual, const at::Tensor & trace) const
{
  const at::Tensor found = SampleDot(residual, residual).cpu();
  const double parts = data.is_complex() ? 2.0 : 1.0;
  const at::Tensor explained = at::maximum(found - Expected(), leastScale * found.clamp_min(1e-300));
  return explained / (parts * trace.cpu());
}

at::Tensor
RestorationProblem::Passed() const
{
  RandomStreams random(0, {0});
  at::Tensor sum = at::zeros({data.size(0)}, at::kDouble);
  for (std::int64_t i = 0; i < traceProbes; ++i)
  {
    const at::Tensor answer = op->Forward(White(*op, data, random));
    sum += SampleDot(answer, answer).cpu();
  }
  const at::Tensor smooth = op->Forward(Ones(*op, data));
  return at::maximum(sum / (traceProbes * (data.is_complex() ? 2.0 : 1.0)), SampleDot(smooth, smooth).cpu());
}

void
RestorationProblem::Report(std::int64_t step, std::int64_t steps) const
{
  ProgressReport report;
  report.task = method;
  report.step = std::min(step, steps);
  report.steps = steps;
  report.elapsedSeconds = Seconds() - m_Start;
  if (m_Progress && !m_Progress(report))
  {
    throw Aborted(method + ": stopped at the user's wish");
  }
}

void
RestorationProblem::WarnOfMisfit(const std::vector<double> & squaredResidual, std::vector<std::string> & warnings) const
{
  const at::Tensor expected = Expected();
  for (std::size_t i = 0; expected.defined() && i < squaredResidual.size(); ++i)
  {
    const double fit = squaredResidual[i] / expected[static_cast<std::int64_t>(i)].item<double>();
    if (!(std::abs(fit - 1.0) <= allowedMisfit))
    {
      warnings.push_back(method + ": image " + std::to_string(i) + " has the data fit " + NumberText(fit) +
                         ": the noise level was not reached");
    }
  }
}
} // namespace tweedie
