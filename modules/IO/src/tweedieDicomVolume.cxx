// SPDX-License-Identifier: Apache-2.0
#include "tweedieChildProcess.h"
#include "tweedieDicomPixels.h"
#include "tweedieDicomSeries.h"
#include "tweedieError.h"
#include "tweedieVector3.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <sys/mman.h>

namespace tweedie
{
namespace
{
constexpr double leastShift = 0.1; // pixels; less is taken for rounded positions
constexpr double pi = 3.14159265358979323846;
constexpr std::uint64_t bytesPerSecond = std::uint64_t(1) << 20U; // far below what any codec does

/** Memory that a child writes and its parent reads. */
std::shared_ptr<void>
SharedMemory(const std::string & where, std::size_t bytes)
{
  void * memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
  {
    throw DataError(where + ": " + std::to_string(bytes >> 20U) + " MiB of memory needed; required as many");
  }
  return {memory, [bytes](void * address) { munmap(address, bytes); }};
}

/** The largest magnitude that the bits of an image can stand for. */
double
LargestValue(const DicomImage & image)
{
  const double words = std::ldexp(1.0, static_cast<int>(image.pixels.bitsStored));
  const double low = image.pixels.isSigned ? -words / 2.0 : 0.0;
  return std::max(std::abs(image.intercept + image.slope * low),
                  std::abs(image.intercept + image.slope * (low + words - 1.0)));
}

class Decoder
{
public:
  Decoder(const DicomSeries & series, float * values) : m_Series(series), m_Values(values) {}

  void
  Run()
  {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    for (std::size_t k = 0; k < m_Series.frames.size(); ++k)
    {
      if (!m_Series.frames[k].isFilled)
      {
        ReadSlice(m_Series.frames[k], m_Series.isComplex ? 2 : 1, m_Values + At(k));
      }
      if (m_Series.isComplex)
      {
        const DicomImage & image = ReadSlice(m_Series.partners.at(k), 2, m_Values + At(k) + 1);
        m_PhaseRange = std::max(m_PhaseRange, LargestValue(image));
      }
    }
    FillSlices();
    ReplacePadding();
    if (m_Series.isPolar)
    {
      FromPolar();
    }
  }

private:
  /** Of an image against the grid, in pixels. */
  struct Shift
  {
    double x = 0.0;
    double y = 0.0;
    bool isNone = false; ///< and the image is as large as a slice
  };

  std::size_t
  Pixels() const
  {
    return static_cast<std::size_t>(m_Series.grid.size.y * m_Series.grid.size.x);
  }
  std::size_t
  At(std::size_t slice) const
  {
    return slice * Pixels() * (m_Series.isComplex ? 2 : 1);
  }
  std::size_t
  Count() const
  {
    return At(m_Series.frames.size());
  }
  const DicomImage & ReadSlice(const DicomFrame & frame, std::size_t stride, float * values);
  Shift ShiftOf(const DicomImage & image) const;
  void Place(const DicomImage & image, const Shift & shift, std::size_t stride, float * values) const;
  void Look(const float * values, std::size_t stride);
  void FillSlices();
  void ReplacePadding();
  void FromPolar();

  const DicomSeries & m_Series;
  float * m_Values;
  std::unique_ptr<DicomPixels> m_File;
  std::vector<float> m_Frame;
  float m_Lowest = std::numeric_limits<float>::infinity(); ///< of what is no padding
  bool m_HasGaps = false;                                  ///< padding, or outside of an image
  double m_PhaseRange = 0.0;                               ///< the largest that the partners' numbers can become
};

const DicomImage &
Decoder::ReadSlice(const DicomFrame & frame, std::size_t stride, float * values)
{
  if (!m_File || m_File->Path() != frame.path)
  {
    m_File = std::make_unique<DicomPixels>(frame.path);
  }
  const DicomImage & image = m_File->Image(frame.frame);
  const Shift shift = ShiftOf(image);
  if (shift.isNone && stride == 1)
  {
    m_File->Read(frame.frame, values);
  }
  else
  {
    m_Frame.resize(static_cast<std::size_t>(image.pixels.rows * image.pixels.columns));
    m_File->Read(frame.frame, m_Frame.data());
    Place(image, shift, stride, values);
  }
  Look(values, stride);
  return image;
}

/** At a slice while it is at hand: a volume is larger than what a processor remembers. */
void
Decoder::Look(const float * values, std::size_t stride)
{
  constexpr std::size_t lanes = 8; // side by side, as processors have them
  std::array<float, lanes> lowest{};
  lowest.fill(std::numeric_limits<float>::infinity());
  unsigned gaps = 0;
  const std::size_t whole = stride == 1 ? Pixels() / lanes * lanes : 0;
  for (std::size_t i = 0; i < whole; i += lanes)
  {
    for (std::size_t lane = 0; lane < lanes; ++lane)
    {
      const float value = values[i + lane];
      lowest[lane] = value < lowest[lane] ? value : lowest[lane];
      gaps |= value != value ? 1U : 0U;
    }
  }
  for (std::size_t i = whole; i < Pixels(); ++i)
  {
    const float value = values[stride * i];
    lowest[0] = value < lowest[0] ? value : lowest[0];
    gaps |= value != value ? 1U : 0U;
  }
  m_Lowest = std::min(m_Lowest, *std::min_element(lowest.begin(), lowest.end()));
  m_HasGaps = m_HasGaps || gaps != 0;
}

Decoder::Shift
Decoder::ShiftOf(const DicomImage & image) const
{
  const Grid & grid = m_Series.grid;
  const Vector3 from = AddScaled(image.position, -1.0, grid.origin);
  const auto & d = grid.direction;
  const double alongX = Dot(from, {d[0], d[3], d[6]}) / grid.spacing.x;
  const double alongY = Dot(from, {d[1], d[4], d[7]}) / grid.spacing.y;
  const bool isWhole = image.pixels.rows == grid.size.y && image.pixels.columns == grid.size.x;
  const double x = isWhole && std::abs(alongX) <= leastShift ? 0.0 : alongX;
  const double y = isWhole && std::abs(alongY) <= leastShift ? 0.0 : alongY;
  return {x, y, isWhole && x == 0.0 && y == 0.0};
}

/** Onto the grid of the volume, from which the slices of a tilted gantry are shifted. */
void
Decoder::Place(const DicomImage & image, const Shift & shift, std::size_t stride, float * values) const
{
  const Grid & grid = m_Series.grid;
  const std::int64_t rows = image.pixels.rows;
  const std::int64_t columns = image.pixels.columns;
  const auto sample = [&](std::int64_t y, std::int64_t x)
  {
    const bool isInside = y >= 0 && x >= 0 && y < rows && x < columns;
    return isInside ? m_Frame[static_cast<std::size_t>(y * columns + x)] : std::numeric_limits<float>::quiet_NaN();
  };
  const auto mix = [](float a, float b, double weight)
  {
    return weight == 0.0
               ? a
               : static_cast<float>((1.0 - weight) * static_cast<double>(a) + weight * static_cast<double>(b));
  };
  for (std::int64_t y = 0; y < grid.size.y; ++y)
  {
    const double v = static_cast<double>(y) - shift.y;
    const auto y0 = static_cast<std::int64_t>(std::floor(v));
    for (std::int64_t x = 0; x < grid.size.x; ++x)
    {
      const double u = static_cast<double>(x) - shift.x;
      const auto x0 = static_cast<std::int64_t>(std::floor(u));
      const double wx = u - static_cast<double>(x0);
      const double wy = v - static_cast<double>(y0);
      const float low = mix(sample(y0, x0), wx == 0.0 ? 0.0F : sample(y0, x0 + 1), wx);
      const float high = wy == 0.0 ? 0.0F : mix(sample(y0 + 1, x0), wx == 0.0 ? 0.0F : sample(y0 + 1, x0 + 1), wx);
      values[stride * static_cast<std::size_t>(y * grid.size.x + x)] = mix(low, high, wy);
    }
  }
}

void
Decoder::FillSlices()
{
  const auto & frames = m_Series.frames;
  for (std::size_t k = 0; k < frames.size(); ++k)
  {
    if (!frames[k].isFilled)
    {
      continue;
    }
    const std::size_t before = k - 1;
    std::size_t after = k;
    while (frames.at(after).isFilled)
    {
      ++after;
    }
    for (std::size_t i = 0; i < Pixels(); ++i)
    {
      const float step = (m_Values[At(after) + i] - m_Values[At(before) + i]) / static_cast<float>(after - before);
      m_Values[At(k) + i] = m_Values[At(before) + i] + step;
    }
  }
}

void
Decoder::ReplacePadding()
{
  const float lowest = std::isfinite(m_Lowest) && !m_Series.isComplex ? m_Lowest : 0.0F;
  for (std::size_t i = 0; m_HasGaps && i < Count(); ++i)
  {
    m_Values[i] = std::isnan(m_Values[i]) ? lowest : m_Values[i];
  }
}

/** Phases come in radian, in thousandths of one, or with half a turn as 4096; what a file can hold tells which. */
void
Decoder::FromPolar()
{
  if (m_PhaseRange > 4097.0)
  {
    throw DataError("phase images: given values up to " + std::to_string(m_PhaseRange) +
                    "; required radian, thousandths of it, or -4096 to 4095");
  }
  const double unit = m_PhaseRange <= 3.2 ? 1.0 : m_PhaseRange <= 3200.0 ? 1e-3 : pi / 4096.0;
  for (std::size_t i = 0; i < Count(); i += 2)
  {
    const double magnitude = static_cast<double>(m_Values[i]);
    const double phase = unit * static_cast<double>(m_Values[i + 1]);
    m_Values[i] = static_cast<float>(magnitude * std::cos(phase));
    m_Values[i + 1] = static_cast<float>(magnitude * std::sin(phase));
  }
}
} // namespace

Volume
ReadDicomVolume(const DicomSeries & series)
{
  const std::string where = "DICOM series " + series.seriesUid;
  if (series.frames.empty() || series.grid.size.z != static_cast<std::int64_t>(series.frames.size()) ||
      (series.isComplex && series.partners.size() != series.frames.size()))
  {
    throw DataError(where + ": given " + std::to_string(series.frames.size()) + " frames; required one for each slice");
  }
  const Volume::Element element = series.isComplex ? Volume::Element::Complex : Volume::Element::Real;
  const std::size_t bytes =
      static_cast<std::size_t>(series.grid.NumberOfVoxels()) * sizeof(float) * (series.isComplex ? 2 : 1);
  const std::shared_ptr<void> memory = SharedMemory(where, bytes);
  auto * const values = static_cast<float *>(memory.get());
  ChildLimits limits;
  limits.memory += bytes;
  limits.seconds += bytes / bytesPerSecond;
  RunInChild(
      where, limits, [&](const auto &) { Decoder(series, values).Run(); }, [](const std::string &) {});
  Volume volume(series.grid, element, 1, values, memory);
  volume.RequireFinite(where.c_str());
  return volume;
}
} // namespace tweedie
