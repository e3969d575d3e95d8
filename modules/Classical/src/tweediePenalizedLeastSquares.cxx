// SPDX-License-Identifier: Apache-2.0
#include "tweediePenalizedLeastSquares.h"

#include "tweedieError.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

namespace tweedie
{
namespace
{
void
RequireArguments(const LinearOperatorPointer & A,
                 const at::Tensor & y,
                 const at::Tensor & weights,
                 const at::Tensor & beta,
                 const PenalizedLeastSquaresOptions & options)
{
  if (!A || !y.defined() || y.dim() != 5 || y.size(0) < 1)
  {
    throw DataError(
        "penalised least squares: given no operator, or data without batch; required [B, channel, view, row, "
        "column]");
  }
  const bool fits = beta.defined() && beta.dim() <= 1 && (beta.numel() == 1 || beta.numel() == y.size(0));
  if (!fits || !beta.ge(0.0).logical_and(beta.isfinite()).all().item<bool>())
  {
    throw DataError(
        "penalised least squares: given a beta of wrong size, negative or not finite; required one number >= "
        "0, or one per sample");
  }
  options.penalty.Require();
  if (A->RequiresComplex() || options.iterations < 1 || !(options.tolerance >= 0.0))
  {
    throw UsageError("penalised least squares: given " + A->Name() + ", " + std::to_string(options.iterations) +
                     " iterations to a gap of " + std::to_string(options.tolerance) +
                     "; required a real operator, at least 1 and at least 0");
  }
  if (A->DomainShape().size() != 4 || !y.is_floating_point() || !y.isfinite().all().item<bool>())
  {
    throw DataError(
        "penalised least squares: given data that are not real and finite, or no image of channel, z, y, x; "
        "required both");
  }
  if (weights.defined() && !weights.ge(0).logical_and(weights.isfinite()).all().item<bool>())
  {
    throw DataError(
        "penalised least squares: given weights that are negative or not finite; required finite ones >= 0");
  }
}

/** An image and what is known of Phi there. */
struct Place
{
  at::Tensor image;
  at::Tensor lines; ///< A x
  at::Tensor phi;   ///< [B], double
};

/** Phi and its surrogates. */
class Objective
{
public:
  Objective(const LinearOperatorPointer & A,
            const at::Tensor & y,
            const at::Tensor & weights,
            const at::Tensor & beta,
            const PenalizedLeastSquaresOptions & options)
      : m_A(A), m_Data(y), m_Weights(weights), m_Beta(beta), m_Options(options)
  {
    std::vector<std::int64_t> sizes = A->DomainShape();
    sizes.insert(sizes.begin(), y.size(0));
    const at::Tensor ones = at::ones(sizes, y.options());
    m_Curvature =
        A->Adjoint(A->Forward(ones) * m_Weights) + PerSample(m_Beta, ones) * RoughnessCurvature(ones, options.penalty);
    m_Inverse = at::where(m_Curvature.gt(0), m_Curvature.reciprocal(), at::zeros_like(m_Curvature));
    m_Least = 0.5e-12 * SampleSums(m_Weights * y.square());
  }

  Place
  At(const at::Tensor & image) const
  {
    const at::Tensor lines = m_A->Forward(image);
    return {image, lines, DataTerm(lines) + m_Beta * MeasureRoughness(image, m_Options.penalty).value};
  }
  at::Tensor
  SquaredResidual(const at::Tensor & lines) const
  {
    return SampleSums(m_Weights * (lines - m_Data).square());
  }
  /** The minimum of the surrogate around z, and a lower bound of min Phi. */
  std::pair<Place, at::Tensor>
  Step(const at::Tensor & z, const at::Tensor & lines) const
  {
    const RoughnessAt roughness = MeasureRoughness(z, m_Options.penalty);
    const at::Tensor gradient = m_A->Adjoint((lines - m_Data) * m_Weights) + PerSample(m_Beta, z) * roughness.gradient;
    const at::Tensor moved = z - gradient * m_Inverse;
    Place place = At(m_Options.nonNegative ? moved.clamp_min(0.0) : moved);
    const at::Tensor down = m_Options.nonNegative ? gradient.clamp_max(0.0) : gradient;
    const at::Tensor reach =
        (SampleSums(down.square() * m_Inverse) * SampleSums(place.image.square() * m_Curvature)).sqrt();
    at::Tensor bound = DataTerm(lines) + m_Beta * roughness.value - reach;
    bound = m_Options.nonNegative ? bound - SampleSums(gradient.clamp_min(0.0) * z) : bound;
    return {place, bound};
  }
  at::Tensor
  RelativeGap(const at::Tensor & phi, const at::Tensor & bound) const
  {
    const at::Tensor gap = (phi - bound).clamp_min(0.0);
    return at::where(gap.eq(0.0), gap, gap / at::maximum(phi, m_Least));
  }
  /** <a, b> in the norm of the surrogates. */
  at::Tensor
  Inner(const at::Tensor & a, const at::Tensor & b) const
  {
    return SampleSums(a * b * m_Curvature);
  }

private:
  at::Tensor
  DataTerm(const at::Tensor & lines) const
  {
    return 0.5 * SquaredResidual(lines);
  }

  LinearOperatorPointer m_A;
  at::Tensor m_Data;
  at::Tensor m_Weights;
  at::Tensor m_Beta;
  const PenalizedLeastSquaresOptions & m_Options;
  at::Tensor m_Curvature; ///< d
  at::Tensor m_Inverse;
  at::Tensor m_Least; ///< the unit of a gap where data are fitted exactly
};

at::Tensor
StartImage(const LinearOperator & A, const at::Tensor & y, const PenalizedLeastSquaresOptions & options)
{
  std::vector<std::int64_t> sizes = A.DomainShape();
  sizes.insert(sizes.begin(), y.size(0));
  if (!options.start.defined())
  {
    return at::zeros(sizes, y.options());
  }
  if (options.start.dim() != 5 || options.start.sizes().slice(1) != at::IntArrayRef(sizes).slice(1))
  {
    throw DataError("penalised least squares: given a start image of another shape than " + A.Name() + "'s domain");
  }
  const at::Tensor start = options.start.to(y.options()).expand(sizes).contiguous();
  return options.nonNegative ? start.clamp_min(0.0) : start;
}

/** Where `choice`, a; elsewhere b. */
at::Tensor
Choose(const at::Tensor & choice, const at::Tensor & a, const at::Tensor & b)
{
  return at::where(PerSample(choice, a), a, b);
}

/** The images on their way to the minimum. */
class Descent
{
public:
  Descent(const Objective & objective, const at::Tensor & start, double slack)
      : m_Objective(objective), m_Slack(slack), m_Best(objective.At(start)), m_Ahead(m_Best),
        m_Momentum(at::ones_like(m_Best.phi)), m_Gap(at::full_like(m_Best.phi, INFINITY))
  {
  }

  /** One iteration for the samples whose gap is above the tolerance. */
  void
  Iterate(double tolerance)
  {
    const at::Tensor active = m_Gap.gt(tolerance);
    const auto [next, bound] = m_Objective.Step(m_Ahead.image, m_Ahead.lines);
    const at::Tensor isLower = next.phi.le(m_Best.phi + m_Slack * m_Best.phi.abs());
    const at::Tensor taken = active.logical_and(isLower);
    const at::Tensor step = next.image - m_Best.image;
    const at::Tensor isUphill = m_Objective.Inner(m_Ahead.image - next.image, step).gt(0.0);
    const at::Tensor again = isLower.logical_not().logical_or(isUphill);
    const at::Tensor grown = 0.5 * (1.0 + (1.0 + 4.0 * m_Momentum.square()).sqrt());
    const at::Tensor share = at::where(again, at::zeros_like(grown), (m_Momentum - 1.0) / grown);
    m_Momentum = at::where(again, at::ones_like(grown), grown);
    const at::Tensor before = m_Best.lines;
    m_Best = {Choose(taken, next.image, m_Best.image),
              Choose(taken, next.lines, m_Best.lines),
              at::where(taken, next.phi, m_Best.phi)};
    m_Ahead = {m_Best.image + PerSample(share, step) * step,
               m_Best.lines + PerSample(share, before) * (next.lines - before),
               {}};
    m_Gap = at::where(active, m_Objective.RelativeGap(m_Best.phi, bound), m_Gap);
  }
  const Place &
  Best() const
  {
    return m_Best;
  }
  const at::Tensor &
  Gap() const
  {
    return m_Gap;
  }

private:
  const Objective & m_Objective;
  double m_Slack;
  Place m_Best;
  Place m_Ahead;
  at::Tensor m_Momentum;
  at::Tensor m_Gap;
};

std::vector<double>
Numbers(const at::Tensor & perSample)
{
  const at::Tensor host = perSample.to(at::kCPU, at::kDouble).contiguous();
  return {host.data_ptr<double>(), host.data_ptr<double>() + host.numel()};
}
} // namespace

PenalizedLeastSquaresResult
SolvePenalizedLeastSquares(const LinearOperatorPointer & A,
                           const at::Tensor & y,
                           const at::Tensor & weights,
                           const at::Tensor & beta,
                           const PenalizedLeastSquaresOptions & options)
{
  RequireArguments(A, y, weights, beta, options);
  const at::NoGradGuard noGradient;
  const at::Tensor w = weights.defined() ? weights.to(y.options()) : at::ones({}, y.options());
  const at::Tensor betas = beta.to(y.device(), at::kDouble).expand({y.size(0)}).contiguous();
  const Objective objective(A, y, w, betas, options);
  // Sums of many rounded terms: what rounding adds to Phi is no rise.
  const double slack = y.scalar_type() == at::kDouble ? 1e-15 : 1e-7;
  Descent descent(objective, StartImage(*A, y, options), slack);
  PenalizedLeastSquaresResult result;
  while (result.iterations < options.iterations && descent.Gap().gt(options.tolerance).any().item<bool>())
  {
    descent.Iterate(options.tolerance);
    ++result.iterations;
    if (!descent.Best().phi.isfinite().all().item<bool>() || descent.Gap().isnan().any().item<bool>())
    {
      throw NumericalError("penalised least squares: the sum of squares after " + std::to_string(result.iterations) +
                           " iterations is not finite; required finite data and operator");
    }
    if (options.progress && !options.progress(result.iterations, descent.Gap().max().item<double>()))
    {
      throw Aborted("penalised least squares: stopped after " + std::to_string(result.iterations) + " iterations");
    }
  }
  result.image = descent.Best().image;
  result.relativeGap = Numbers(descent.Gap());
  result.squaredResidual = Numbers(objective.SquaredResidual(descent.Best().lines));
  return result;
}

at::Tensor
DataCurvature(const LinearOperator & A, const at::Tensor & weights, const Axes<double> & spacing)
{
  const at::Tensor sums = A.Adjoint(weights);
  const at::Tensor seen = sums.gt(0).flatten(1).sum(1).clamp_min(1).to(at::kDouble);
  return SampleSums(sums) / seen * RoughnessPenalty{{}, spacing}.LeastSpacing();
}
} // namespace tweedie
