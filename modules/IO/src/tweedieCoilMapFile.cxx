// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoilMapFile.h"

#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieImageFormat.h"

namespace tweedie
{
SetVolume
ReadCoilMaps(const std::string & path, const std::optional<std::int64_t> & sets)
{
  SetVolume result{ReadImage(path), sets.value_or(1)};
  if (IsBartPath(path))
  {
    result.sets = ReadBartDimensions(path)[BartArray::maps];
    if (sets && *sets != result.sets)
    {
      throw DataError(path + ": holds " + std::to_string(result.sets) + " set(s) of coil maps (dimension 4), given " +
                      std::to_string(*sets) + " by --map-sets; required the same number");
    }
  }
  const std::int64_t channels = result.volume.Channels();
  if (result.sets < 1 || channels % result.sets != 0)
  {
    throw DataError(path + ": coil maps of " + std::to_string(channels) + " channels for " +
                    std::to_string(result.sets) + " sets; required as many channels as sets x coils");
  }
  return result;
}

BartArray
BartFromSets(const Volume & volume, std::int64_t sets)
{
  BartArray array = BartFromVolume(volume);
  array.dimensions[BartArray::coil] /= sets;
  array.dimensions[BartArray::maps] = sets;
  return array;
}

void
WriteSets(const std::string & path, const Volume & volume, std::int64_t sets)
{
  IsBartPath(path) ? WriteBart(path, BartFromSets(volume, sets)) : WriteImage(path, volume);
}
} // namespace tweedie
