// SPDX-License-Identifier: Apache-2.0
#include "tweedieFourierSliceData.h"
#include "tweediePlaneLoop.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
const char * const name = "FourierSliceProjector";

void
RequireOptions(std::int64_t channels, const FourierSliceOptions & options)
{
  if (options.width < 4 || options.width > 16 || options.width % 2 != 0)
  {
    throw UsageError(std::string(name) + ": given a window of width " + std::to_string(options.width) +
                     "; required an even one from 4 to 16");
  }
  if (channels < 1)
  {
    throw UsageError(std::string(name) + ": given " + std::to_string(channels) + " channels; required at least one");
  }
}

/** Calls work(image, slice, projections) for each slice of each batch entry and channel: elements of [batch, channel,
 * z, y, x] and [batch, channel, view, row, column]. */
template <typename TWork>
void
ForEachSlice(const at::Tensor & images, const at::Tensor & projections, const TWork & work)
{
  const std::int64_t slices = images.size(2);
  const std::int64_t pixels = images.size(3) * images.size(4);
  const std::int64_t values = projections.size(2) * projections.size(3) * projections.size(4);
  ForEachPlane(images.size(0) * images.size(1) * slices,
               [&](std::int64_t p) { work(p * pixels, p % slices, p / slices * values); });
}

template <typename T>
void
Project(const FourierSliceEngine<T> & engine, const at::Tensor & x, const at::Tensor & y)
{
  const T * from = x.data_ptr<T>();
  T * to = y.data_ptr<T>();
  ForEachSlice(x,
               y,
               [&](std::int64_t image, std::int64_t slice, std::int64_t projections)
               { engine.Forward(from + image, slice, to + projections); });
}

template <typename T>
void
Smear(const FourierSliceEngine<T> & engine, const at::Tensor & y, const at::Tensor & x)
{
  const T * from = y.data_ptr<T>();
  T * to = x.data_ptr<T>();
  ForEachSlice(x,
               y,
               [&](std::int64_t image, std::int64_t slice, std::int64_t projections)
               { engine.Adjoint(from + projections, slice, to + image); });
}

std::vector<std::int64_t>
WithBatch(std::int64_t batch, Shape shape)
{
  shape.insert(shape.begin(), batch);
  return shape;
}
} // namespace

FourierSliceProjector::FourierSliceProjector(const CTGeometry & geometry,
                                             const CTDetector & detector,
                                             const Grid & grid,
                                             std::int64_t channels,
                                             const FourierSliceOptions & options)
{
  RequireOptions(channels, options);
  auto data = std::make_unique<Data>();
  data->grid = grid;
  data->detector = detector;
  data->channels = channels;
  data->options = options;
  data->views = SliceViewsOf(geometry, detector, grid, name);
  if (options.periodicDetector)
  {
    if (!data->views.coversGrid)
    {
      throw UsageError(std::string(name) + ": given a periodic detector that does not see the whole grid; required one "
                                           "that does, or no period");
    }
    data->views.period = detector.columns;
  }
  if (options.toeplitzNormal)
  {
    data->normal = ToeplitzNormalOperator::Of(*data);
  }
  m_Data = std::move(data);
}

FourierSliceProjector::~FourierSliceProjector() = default;

std::string
FourierSliceProjector::Name() const
{
  return name;
}

Shape
FourierSliceProjector::DomainShape() const
{
  const auto & size = m_Data->grid.size;
  return {m_Data->channels, size.z, size.y, size.x};
}

Shape
FourierSliceProjector::RangeShape() const
{
  return {m_Data->channels,
          static_cast<std::int64_t>(m_Data->views.views.size()),
          m_Data->detector.rows,
          m_Data->detector.columns};
}

at::Tensor
FourierSliceProjector::DoForward(const at::Tensor & x) const
{
  return ApplyToParts(x,
                      [this](const at::Tensor & images)
                      {
                        // Zeros: a row beside the grid belongs to no slice.
                        at::Tensor y = at::zeros(WithBatch(images.size(0), RangeShape()), images.options());
                        images.scalar_type() == at::kFloat ? Project(m_Data->Engine<float>(), images, y)
                                                           : Project(m_Data->Engine<double>(), images, y);
                        return y;
                      });
}

at::Tensor
FourierSliceProjector::DoAdjoint(const at::Tensor & y) const
{
  return ApplyToParts(y,
                      [this](const at::Tensor & projections)
                      {
                        at::Tensor x = at::empty(WithBatch(projections.size(0), DomainShape()), projections.options());
                        projections.scalar_type() == at::kFloat ? Smear(m_Data->Engine<float>(), projections, x)
                                                                : Smear(m_Data->Engine<double>(), projections, x);
                        return x;
                      });
}

at::Tensor
FourierSliceProjector::DoNormal(const at::Tensor & x) const
{
  return m_Data->normal ? m_Data->normal->DoForward(x) : DoAdjoint(DoForward(x));
}
} // namespace tweedie
