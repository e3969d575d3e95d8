// SPDX-License-Identifier: Apache-2.0
#include "tweediePropagationOperator.h"

#include "tweedieCenteredFourier.h"
#include "tweedieCoefficient.h"
#include "tweedieError.h"
#include "tweediePropagationTransfer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <sstream>

namespace tweedie
{
struct PropagationOperator::Data
{
  Extent image;
  Extent padded;
  std::int64_t distances;
  Coefficient transfer; ///< as of PropagationTransfer
  bool isUnitary;
};

namespace
{
/** Raw memory of one application, and the loops over planes. */
template <typename T> struct Task
{
  using Complex = std::complex<T>;
  using TorchComplex = c10::complex<T>;

  Task(Extent imageExtent, Extent paddedExtent, const at::Tensor & transferOfAll)
      : image(imageExtent), padded(paddedExtent), pixels(image.rows * image.columns),
        points(padded.rows * padded.columns), distances(transferOfAll.size(0)),
        transfer(reinterpret_cast<const Complex *>(transferOfAll.template data_ptr<TorchComplex>())),
        forward(PlanePlan<T>(padded.rows, padded.columns, FourierDirection::Forward, true, true)),
        backward(PlanePlan<T>(padded.rows, padded.columns, FourierDirection::Backward, true, true))
  {
  }

  static Complex *
  Memory(const at::Tensor & x)
  {
    return reinterpret_cast<Complex *>(x.data_ptr<TorchComplex>());
  }

  /** The spectrum of an image; where it lies within the padded plane makes no difference to what is cut out. */
  void
  Analyze(const Complex * x, Complex * plane) const
  {
    std::fill_n(plane, points, Complex(0));
    BlockScale({plane, padded.columns}, {x, image.columns}, T(1), image);
    forward.Execute(plane, plane);
  }

  void
  Synthesize(Complex * plane, Complex * x) const
  {
    backward.Execute(plane, plane);
    BlockScale({x, image.columns}, {plane, padded.columns}, T(1) / static_cast<T>(points), image);
  }

  /** H(z_l) a */
  void
  Advance(std::int64_t l, const Complex * a, Complex * out) const
  {
    for (std::int64_t row = 0; row < padded.rows; ++row)
    {
      const std::int64_t first = row * padded.columns;
      BlockMultiply({out + first, padded.columns},
                    {Row(l, row), padded.columns},
                    {a + first, padded.columns},
                    {1, padded.columns});
    }
  }

  /** sum = conj(H(z_l)) a of the first distance, sum += it of others. */
  void
  AddRetarded(std::int64_t l, const Complex * a, Complex * sum) const
  {
    for (std::int64_t row = 0; row < padded.rows; ++row)
    {
      const std::int64_t first = row * padded.columns;
      BlockMultiplyConjugate({sum + first, padded.columns},
                             {Row(l, row), padded.columns},
                             {a + first, padded.columns},
                             T(1),
                             l > 0,
                             {1, padded.columns});
    }
  }

  /** H(z_l), row by row of the plane. */
  const Complex *
  Row(std::int64_t l, std::int64_t row) const
  {
    return transfer + (l * (padded.rows / 2 + 1) + std::min(row, padded.rows - row)) * padded.columns;
  }

  Extent image;
  Extent padded;
  std::int64_t pixels;
  std::int64_t points;
  std::int64_t distances;
  const Complex * transfer;
  FftwPlan<T> forward;
  FftwPlan<T> backward;
};

void
InThreads(std::int64_t count, const std::function<void(std::int64_t)> & body)
{
  const auto range = [&body](std::int64_t begin, std::int64_t end)
  {
    for (std::int64_t i = begin; i < end; ++i)
    {
      body(i);
    }
  };
  at::parallel_for(0, count, 1, range);
}

/** First the spectrum of each wave, once for all distances, then the distances. */
template <typename T>
at::Tensor
ForwardOnCpu(const Task<T> & task, const at::Tensor & x)
{
  using Complex = std::complex<T>;
  const std::int64_t batch = x.size(0);
  const at::Tensor spectra = at::empty({batch, task.points}, x.options());
  at::Tensor result = at::empty({batch, task.distances, 1, task.image.rows, task.image.columns}, x.options());
  const Complex * images = Task<T>::Memory(x);
  Complex * spectrum = Task<T>::Memory(spectra);
  Complex * waves = Task<T>::Memory(result);
  const auto analyze = [&](std::int64_t i)
  {
    const FftwBuffer<T> buffer(0, task.points);
    task.Analyze(images + i * task.pixels, buffer.Data());
    std::copy_n(buffer.Data(), task.points, spectrum + i * task.points);
  };
  InThreads(batch, analyze);
  const auto propagate = [&](std::int64_t i)
  {
    const FftwBuffer<T> buffer(0, task.points);
    task.Advance(i % task.distances, spectrum + i / task.distances * task.points, buffer.Data());
    task.Synthesize(buffer.Data(), waves + i * task.pixels);
  };
  InThreads(batch * task.distances, propagate);
  return result;
}

/** The distances in their order, so that the sum does not depend on threads. Where there are more threads than waves,
 * the spectra of all distances come first. */
template <typename T>
at::Tensor
AdjointOnCpu(const Task<T> & task, const at::Tensor & y)
{
  using Complex = std::complex<T>;
  const std::int64_t batch = y.size(0);
  const bool isAhead = batch < at::get_num_threads() && task.distances > 1;
  const at::Tensor spectra = at::empty({isAhead ? batch * task.distances : 0, task.points}, y.options());
  at::Tensor result = at::empty({batch, 1, 1, task.image.rows, task.image.columns}, y.options());
  const Complex * waves = Task<T>::Memory(y);
  Complex * spectrum = Task<T>::Memory(spectra);
  Complex * images = Task<T>::Memory(result);
  const auto analyze = [&](std::int64_t i)
  {
    const FftwBuffer<T> buffer(0, task.points);
    task.Analyze(waves + i * task.pixels, buffer.Data());
    std::copy_n(buffer.Data(), task.points, spectrum + i * task.points);
  };
  InThreads(spectra.size(0), analyze);
  const auto gather = [&](std::int64_t i)
  {
    const FftwBuffer<T> sum(0, task.points);
    const FftwBuffer<T> buffer(1, isAhead ? 0 : task.points);
    for (std::int64_t l = 0; l < task.distances; ++l)
    {
      const std::int64_t wave = i * task.distances + l;
      if (!isAhead)
      {
        task.Analyze(waves + wave * task.pixels, buffer.Data());
      }
      task.AddRetarded(l, isAhead ? spectrum + wave * task.points : buffer.Data(), sum.Data());
    }
    task.Synthesize(sum.Data(), images + i * task.pixels);
  };
  InThreads(batch, gather);
  return result;
}

void
RequireSampled(Extent image, const PropagationGeometry & geometry, const PropagationOptions & options)
{
  const double limit = SamplingLimit(image.rows, image.columns, geometry, options);
  double longest = 0.0;
  for (const double z : geometry.distances)
  {
    longest = std::max(longest, std::abs(z));
  }
  if (options.bandLimit || longest <= limit)
  {
    return;
  }
  std::ostringstream message;
  message << "propagation: given a distance of " << longest << " m; required at most " << limit
          << " m, the sampling limit N p^2 / lambda of this pitch and a padding of " << options.padding << "; ";
  const double padding = std::ceil(options.padding * longest / limit * 100.0) / 100.0; // infinite where limit is 0
  padding <= largestPadding ? message << "a padding of " << padding << " or the band limit would do"
                            : message << "the band limit would do";
  throw UsageError(message.str());
}
} // namespace

PropagationOperator::PropagationOperator(std::int64_t rows,
                                         std::int64_t columns,
                                         const PropagationGeometry & geometry,
                                         const PropagationOptions & options)
{
  const Extent image{rows, columns};
  const Extent padded = PaddedExtent(image, geometry, options);
  RequireSampled(image, geometry, options);
  const at::Tensor transfer = PropagationTransfer(padded, geometry, options);
  const bool isWhole =
      transfer.size(0) == 1 && padded.rows == rows && padded.columns == columns && transfer.ne(0.0).all().item<bool>();
  m_Data.reset(new Data{image, padded, transfer.size(0), Coefficient(transfer), isWhole});
}

PropagationOperator::~PropagationOperator() = default;

std::string
PropagationOperator::Name() const
{
  return "PropagationOperator";
}

Shape
PropagationOperator::DomainShape() const
{
  return {1, 1, m_Data->image.rows, m_Data->image.columns};
}

Shape
PropagationOperator::RangeShape() const
{
  return {m_Data->distances, 1, m_Data->image.rows, m_Data->image.columns};
}

bool
PropagationOperator::IsUnitary() const
{
  return m_Data->isUnitary;
}

bool
PropagationOperator::RequiresComplex() const
{
  return true;
}

at::Tensor
PropagationOperator::DoForward(const at::Tensor & x) const
{
  const at::Tensor transfer = m_Data->transfer.For(x);
  const Extent & padded = m_Data->padded;
  if (!x.device().is_cpu())
  {
    return PropagateByATen(x, transfer, padded);
  }
  return x.scalar_type() == at::kComplexFloat ? ForwardOnCpu(Task<float>(m_Data->image, padded, transfer), x)
                                              : ForwardOnCpu(Task<double>(m_Data->image, padded, transfer), x);
}

at::Tensor
PropagationOperator::DoAdjoint(const at::Tensor & y) const
{
  const at::Tensor transfer = m_Data->transfer.For(y);
  const Extent & padded = m_Data->padded;
  if (!y.device().is_cpu())
  {
    return PropagateBackByATen(y, transfer, padded);
  }
  return y.scalar_type() == at::kComplexFloat ? AdjointOnCpu(Task<float>(m_Data->image, padded, transfer), y)
                                              : AdjointOnCpu(Task<double>(m_Data->image, padded, transfer), y);
}
} // namespace tweedie
