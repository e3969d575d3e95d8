// SPDX-License-Identifier: Apache-2.0
// What a file of diffraction patterns may say, after the child process that parses it: shapes, units, numbers.
#include "tweedieFuzz.h"
#include "tweedieImageFile.h"
#include "tweediePhaseArrays.h"
#include "tweediePhaseHdf5.h"

#include <array>
#include <cstring>

namespace tweedie
{
namespace
{
PhaseArrays theArrays;

/** Bytes as numbers, zeros when they are used up. */
class Bytes
{
public:
  Bytes(const std::uint8_t * bytes, std::size_t size) : m_Bytes(bytes), m_End(bytes + size) {}

  bool
  IsEmpty() const
  {
    return m_Bytes == m_End;
  }
  std::uint8_t
  Next()
  {
    return IsEmpty() ? 0 : *m_Bytes++;
  }
  /** Small whole numbers, and now and then anything at all. */
  double
  Number()
  {
    const std::uint8_t byte = Next();
    if (byte < 250)
    {
      return static_cast<double>(byte % 125) * (byte < 125 ? 1.0 : 1e-3);
    }
    std::array<std::uint8_t, sizeof(double)> raw{};
    for (auto & b : raw)
    {
      b = Next();
    }
    double value = 0.0;
    std::memcpy(&value, raw.data(), sizeof(value));
    return value;
  }
  std::string
  Text()
  {
    const std::size_t length = std::min<std::size_t>(Next() * 8U, static_cast<std::size_t>(m_End - m_Bytes));
    m_Bytes += length;
    return fuzz::Text(m_Bytes - length, length);
  }

private:
  const std::uint8_t * m_Bytes;
  const std::uint8_t * m_End;
};

constexpr std::array<const char *, 18> keys{"mask",
                                            "wavelength",
                                            "energy",
                                            "distance",
                                            "source-distance",
                                            "pitch-x",
                                            "pitch-y",
                                            "corner",
                                            "basis",
                                            "centre-x",
                                            "centre-y",
                                            "saturation",
                                            "image-key",
                                            "angle",
                                            "cxi-version",
                                            "codes",
                                            "support",
                                            "data"};
constexpr std::array<const char *, 8> units{"m", "mm", "um", "pixel", "keV", "J", "", "furlong"};

bool
HasPixels(const std::string & key)
{
  return key == "data" || key == "mask" || key == "codes" || key == "support";
}

/** As many values as the shape says, which ReadPhaseArrays sees to. */
void
AddArray(const std::string & key, Bytes & bytes)
{
  PhaseArray array;
  array.path = "/" + key;
  const std::uint8_t kind = bytes.Next();
  std::size_t count = 1;
  for (int i = 0; i < (kind & 7) % 5; ++i)
  {
    array.shape.push_back(1 + bytes.Next() % 5);
    count *= static_cast<std::size_t>(array.shape.back());
  }
  if (kind & 0x10U)
  {
    array.units = units[bytes.Next() % units.size()];
  }
  array.isComplex = HasPixels(key) && (kind & 0x20U) != 0;
  for (std::size_t i = 0; i < count * (array.isComplex ? 2 : 1); ++i)
  {
    const double value = bytes.Number();
    HasPixels(key)
        ? array.pixels.push_back(key == "mask" ? (value > 1.0 ? 1.0F : 0.0F)
                                               : static_cast<float>(value > 1e30 || value < -1e30 ? 7.0 : value))
        : array.numbers.push_back(value);
  }
  theArrays[key] = array;
}

void
Read(Bytes & bytes)
{
  theArrays.clear();
  PhaseReadOptions options;
  const std::uint8_t flags = bytes.Next();
  options.experiment = std::array<const char *, 4>{"file", "fourier", "coded", "near-field"}[flags % 4];
  options.perObject = (flags & 4U) ? std::optional<std::int64_t>(1 + flags / 16) : std::nullopt;
  if (flags & 8U)
  {
    options.objectSize = {2, 2};
    options.countsPerUnit = 3.0;
    options.beamCentre = {1, 1};
  }
  AddArray("data", bytes);
  if (flags & 16U)
  {
    theArrays["description"].path = "/description";
    theArrays["description"].text = bytes.Text();
  }
  if (flags & 32U)
  {
    theArrays["definition"].text = "NXtomo";
  }
  while (!bytes.IsEmpty())
  {
    AddArray(keys[bytes.Next() % keys.size()], bytes);
  }
  const PhaseScan scan = CompletePhaseScan(ReadPhaseHdf5("patterns.h5", options), options, "patterns.h5");
  fuzz::Require(scan.patterns.Data()[0] >= 0.0F && scan.wavelength > 0.0 && scan.object.spacing.x > 0.0);
}
} // namespace

PhaseArrays
ReadPhaseArrays(const std::string &, const std::string &)
{
  return theArrays;
}

Volume
ReadImage(const std::string & path)
{
  throw DataError(path + ": not read here; required no image");
}
} // namespace tweedie

int
LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size)
{
  tweedie::Bytes input(bytes, size);
  tweedie::fuzz::Hold([&] { tweedie::Read(input); });
  return 0;
}
