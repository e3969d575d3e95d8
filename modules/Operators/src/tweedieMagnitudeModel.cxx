// SPDX-License-Identifier: Apache-2.0
#include "tweedieMagnitudeModel.h"

#include "tweedieError.h"
#include "tweedieMagnitudeKernels.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <vector>

namespace tweedie
{
namespace
{
/** Power iteration ends below the norm; so much more is safe after its iterations. */
constexpr double safety = 1.02;

/** The gradient of a real image has no imaginary part. */
at::Tensor
Like(const at::Tensor & x, const at::Tensor & wave)
{
  return x.is_complex() ? wave : at::real(wave);
}

template <typename T>
void
MisfitOnCpu(const at::Tensor & u, const at::Tensor & amplitude, const at::Tensor & weights)
{
  constexpr std::int64_t grain = 1 << 14; // some tens of microseconds
  auto * waves = reinterpret_cast<std::complex<T> *>(u.data_ptr<c10::complex<T>>());
  const T * b = amplitude.data_ptr<T>();
  const T * w = weights.data_ptr<T>();
  const auto part = [&](std::int64_t begin, std::int64_t end)
  { MagnitudeMisfit(waves + begin, b + begin, w + begin, end - begin); };
  at::parallel_for(0, u.numel(), grain, part);
}

/** w (b u / |u| - u); amplitude and weights are contiguous, of the shape and precision of u. */
at::Tensor
Misfit(const at::Tensor & u, const at::Tensor & amplitude, const at::Tensor & weights)
{
  if (!u.device().is_cpu())
  {
    return (PhaseFactor(u) * amplitude - u) * weights;
  }
  const at::Tensor result = u.contiguous();
  u.scalar_type() == at::kComplexFloat ? MisfitOnCpu<float>(result, amplitude, weights)
                                       : MisfitOnCpu<double>(result, amplitude, weights);
  return result;
}
} // namespace

at::Tensor
PhaseFactor(const at::Tensor & u)
{
  const at::Tensor factor = at::sgn(u);
  return at::where(factor.eq(0.0), at::ones_like(u), factor);
}

at::Tensor
WaveOf(const LinearOperator & A, const at::Tensor & x)
{
  return A.Forward(x.is_complex() ? x : x.to(at::toComplexType(x.scalar_type())));
}

at::Tensor
AmplitudeResidual(const at::Tensor & u, const at::Tensor & amplitude, const at::Tensor & measured)
{
  const at::Tensor error = (u.abs() - amplitude).abs() * measured;
  return error.flatten(1).sum(1).to(at::kDouble) / (amplitude * measured).sum().to(at::kDouble);
}

MagnitudeModel::MagnitudeModel(LinearOperatorPointer A,
                               MagnitudeKind kind,
                               const at::Tensor & majorant,
                               std::int64_t steps)
    : m_Operator(std::move(A)), m_Kind(kind), m_Majorant(majorant), m_Steps(steps)
{
  if (!m_Operator || steps < 1)
  {
    throw UsageError("MagnitudeModel: given no operator, or no steps; required both");
  }
  if (!m_Majorant.defined() && kind == MagnitudeKind::Amplitude)
  {
    const double norm = SpectralNorm(*m_Operator) * safety;
    m_Majorant = at::scalar_tensor(norm * norm, at::kDouble);
  }
}

std::string
MagnitudeModel::Name() const
{
  return "MagnitudeModel of " + m_Operator->Name();
}

Shape
MagnitudeModel::DomainShape() const
{
  return m_Operator->DomainShape();
}

Shape
MagnitudeModel::RangeShape() const
{
  return m_Operator->RangeShape();
}

std::int64_t
MagnitudeModel::BatchSize() const
{
  return m_Operator->BatchSize();
}

ForwardModelPointer
MagnitudeModel::Select(const at::Tensor & index) const
{
  if (BatchSize() == 1)
  {
    return shared_from_this();
  }
  const bool isShared = !m_Majorant.defined() || m_Majorant.dim() == 0 || m_Majorant.size(0) == 1;
  const at::Tensor majorant = isShared ? m_Majorant : m_Majorant.index_select(0, index.to(m_Majorant.device()));
  return std::make_shared<const MagnitudeModel>(
      std::dynamic_pointer_cast<const LinearOperator>(m_Operator->Select(index)), m_Kind, majorant, m_Steps);
}

NumberKind
MagnitudeModel::DomainNumbers() const
{
  return NumberKind::Either;
}

NumberKind
MagnitudeModel::RangeNumbers() const
{
  return NumberKind::Real;
}

at::Tensor
MagnitudeModel::DoApply(const at::Tensor & x) const
{
  const at::Tensor size = WaveOf(*m_Operator, x).abs();
  return m_Kind == MagnitudeKind::Amplitude ? size : size.square();
}

at::Tensor
MagnitudeModel::DoVjp(const at::Tensor & x, const at::Tensor & v) const
{
  const at::Tensor u = WaveOf(*m_Operator, x);
  const at::Tensor factor = m_Kind == MagnitudeKind::Amplitude ? at::sgn(u) : u * 2.0; // sgn(0) = 0
  return Like(x, m_Operator->Adjoint(factor * v));
}

at::Tensor
MagnitudeModel::Proximal(const at::Tensor & y,
                         const at::Tensor & weights,
                         const at::Tensor & center,
                         const at::Tensor & variance) const
{
  if (m_Kind == MagnitudeKind::Intensity)
  {
    return {};
  }
  const WorkSpan span(WorkKind::Operator);
  const auto real = at::toRealValueType(center.scalar_type());
  std::vector<std::int64_t> range = RangeShape();
  range.insert(range.begin(), center.size(0));
  const auto whole = [&](const at::Tensor & t) { return t.to(real).expand(range).contiguous(); };
  const at::Tensor amplitude = whole(y.clamp_min(0.0));
  const at::Tensor w = whole(weights);
  const at::Tensor r2 = variance.to(real);
  const at::Tensor largest = w.flatten(1).amax(1).reshape({-1, 1, 1, 1, 1});
  const at::Tensor share = 1.0 + r2 * largest * m_Majorant.to(r2.options());
  const at::Tensor root = share.flatten(1).amax(1).sqrt().reshape({-1, 1, 1, 1, 1});
  const at::Tensor momentum = (root - 1.0) / (root + 1.0); // Nesterov 2004, eq. 2.2.11
  at::Tensor x = center;
  at::Tensor ahead = center;
  for (std::int64_t i = 0; i < m_Steps; ++i)
  {
    const at::Tensor u = WaveOf(*m_Operator, ahead);
    const at::Tensor error = Misfit(u.is_alias_of(ahead) ? u.clone() : u, amplitude, w);
    const at::Tensor next = ahead + (Like(x, m_Operator->Adjoint(error)) * r2 + center - ahead) / share;
    const at::Tensor move = next - x;
    // Uphill of where it looked from: momentum has carried too far and starts anew.
    const at::Tensor uphill = at::real(((ahead - next).conj() * move).flatten(1).sum(1)).gt(0.0);
    const at::Tensor kept = at::where(uphill.reshape({-1, 1, 1, 1, 1}), at::zeros_like(momentum), momentum);
    x = next;
    ahead = next + move * kept;
  }
  return x;
}
} // namespace tweedie
