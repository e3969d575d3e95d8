// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseIterations.h"

#include "tweedieError.h"
#include "tweediePhasePlane.h"
#include "tweedieRandom.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr std::array<const char *, 5> methods{"er", "hio", "oss", "raar", "difference-map"};
constexpr std::int64_t reports = 50; // of progress

void
RequireOptions(const PhaseIterationOptions & options)
{
  if (std::find(methods.begin(), methods.end(), options.method) == methods.end())
  {
    throw UsageError("phase retrieval: given the method '" + options.method +
                     "'; required er, hio, oss, raar or difference-map");
  }
  if (options.iterations < 1 || options.stages < 1 || options.shrinkWrap < 0 || !(options.beta > 0.0) ||
      !(options.beta <= 2.0) || !(options.finish >= 0.0) || !(options.finish <= 1.0))
  {
    throw UsageError("phase retrieval: given iterations or stages below 1, beta outside of 0 to 2, a last part outside "
                     "of 0 to 1 or a negative number of iterations; required numbers in range");
  }
}

void
RequireStarts(const at::Tensor & starts, const at::Tensor & support, const at::Tensor & amplitude, bool isReal)
{
  const bool fits = starts.defined() && starts.dim() == 5 && support.defined() && support.dim() == 2 &&
                    amplitude.dim() == 2 && starts.sizes().slice(3).equals(support.sizes()) && starts.size(1) == 1 &&
                    starts.size(2) == 1 && starts.is_complex() != isReal && starts.size(0) > 0 &&
                    support.size(0) <= amplitude.size(0) && support.size(1) <= amplitude.size(1);
  if (!fits)
  {
    std::ostringstream message;
    message << "phase retrieval: given starts ";
    starts.defined() ? message << starts.sizes() << " of type " << starts.scalar_type() : message << "of no tensor";
    throw DataError(message.str() + "; required [starts, 1, 1, y, x] of the support's size, " +
                    (isReal ? "real" : "complex") + ", not larger than the pattern");
  }
}

void
ForEachStart(std::int64_t starts, const std::function<void(std::int64_t)> & work)
{
  const auto several = [&](std::int64_t begin, std::int64_t end)
  {
    for (std::int64_t i = begin; i < end; ++i)
    {
      work(i);
    }
  };
  at::parallel_for(0, starts, 1, several);
}

template <typename TNumber, typename TTorch>
PhaseIterates
Run(const at::Tensor & amplitude,
    const at::Tensor & measured,
    const at::Tensor & support,
    const at::Tensor & starts,
    bool isNonNegative,
    const PhaseIterationOptions & options)
{
  using Plane = PhasePlane<TNumber>;
  using Real = typename Plane::Real;
  const MagnitudeProjector<TNumber> projector(amplitude, measured);
  const auto realType = at::toRealValueType(starts.scalar_type());
  const at::Tensor inside = support.to(at::kCPU, realType).contiguous();
  const at::Tensor from = starts.to(at::kCPU).contiguous();
  PhaseIterates result;
  result.image = at::empty_like(from);
  result.residual = at::empty({from.size(0)}, at::kDouble);
  const std::int64_t pixels = inside.numel();
  std::vector<Plane> planes;
  planes.reserve(static_cast<std::size_t>(from.size(0)));
  const auto * first = reinterpret_cast<const TNumber *>(from.template data_ptr<TTorch>());
  for (std::int64_t i = 0; i < from.size(0); ++i)
  {
    planes.emplace_back(projector,
                        options,
                        isNonNegative,
                        inside.template data_ptr<Real>(),
                        first + i * pixels,
                        inside.size(0),
                        inside.size(1));
  }
  for (std::int64_t part = 0; part < reports; ++part)
  {
    const std::int64_t begin = options.iterations * part / reports;
    const std::int64_t end = options.iterations * (part + 1) / reports;
    ForEachStart(from.size(0), [&](std::int64_t i) { planes[static_cast<std::size_t>(i)].Advance(begin, end); });
    if (options.progress && !options.progress(end, options.iterations))
    {
      throw Aborted("phase retrieval: stopped");
    }
  }
  auto * images = reinterpret_cast<TNumber *>(result.image.template data_ptr<TTorch>());
  double * residuals = result.residual.template data_ptr<double>();
  ForEachStart(from.size(0),
               [&](std::int64_t i) { residuals[i] = planes[static_cast<std::size_t>(i)].Finish(images + i * pixels); });
  result.transforms = planes.front().Transforms();
  if (!result.residual.isfinite().all().template item<bool>())
  {
    throw NumericalError("phase retrieval: an iterate left the finite numbers");
  }
  return result;
}
} // namespace

PhaseIterates
IteratePhases(const at::Tensor & amplitude,
              const at::Tensor & measured,
              const at::Tensor & support,
              const at::Tensor & starts,
              const PhaseConstraints & constraints,
              const PhaseIterationOptions & options)
{
  RequireOptions(options);
  RequireStarts(starts, support, amplitude, constraints.isReal);
  const WorkSpan span(WorkKind::Operator);
  const bool positive = constraints.isReal && constraints.isNonNegative;
  switch (starts.scalar_type())
  {
  case at::kFloat:
    return Run<float, float>(amplitude, measured, support, starts, positive, options);
  case at::kDouble:
    return Run<double, double>(amplitude, measured, support, starts, positive, options);
  case at::kComplexFloat:
    return Run<std::complex<float>, c10::complex<float>>(amplitude, measured, support, starts, positive, options);
  case at::kComplexDouble:
    return Run<std::complex<double>, c10::complex<double>>(amplitude, measured, support, starts, positive, options);
  default:
    throw DataError("phase retrieval: given starts of another type; required float or double precision");
  }
}

at::Tensor
RandomPhaseStarts(
    const at::Tensor & support, double energy, std::int64_t starts, std::uint64_t seed, at::ScalarType type)
{
  if (starts < 1)
  {
    throw UsageError("--starts: given " + std::to_string(starts) + "; required 1 or more");
  }
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(starts));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  RandomStreams random(seed, streams);
  const Shape shape{1, 1, support.size(0), support.size(1)};
  at::Tensor x = random.Uniform(shape, at::kDouble) * support.to(at::kCPU, at::kDouble);
  const at::Tensor norm = x.square().flatten(1).sum(1).sqrt().reshape({-1, 1, 1, 1, 1});
  x = x * (std::sqrt(energy) / norm);
  if (at::isComplexType(type))
  {
    constexpr double turn = 6.283185307179586;
    x = at::polar(x, random.Uniform(shape, at::kDouble) * turn);
  }
  return x.to(type);
}
} // namespace tweedie
