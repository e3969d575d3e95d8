// SPDX-License-Identifier: Apache-2.0
// Series of images whose places, planes and times agree, nearly agree, or do not.
#include "tweedieDicomImage.h"
#include "tweedieDicomOrder.h"
#include "tweedieFuzz.h"

#include <cmath>
#include <fuzzer/FuzzedDataProvider.h>
#include <limits>

namespace
{
using tweedie::DicomImage;

double
Number(FuzzedDataProvider & data)
{
  static const double special[] = {0.0,
                                   1.0,
                                   -1.0,
                                   1e-300,
                                   1e300,
                                   -1e300,
                                   1e-9,
                                   std::numeric_limits<double>::max(),
                                   std::numeric_limits<double>::denorm_min()};
  return data.ConsumeBool() ? data.ConsumeFloatingPointInRange<double>(-1000.0, 1000.0)
                            : data.PickValueInArray(special);
}

DicomImage
Next(FuzzedDataProvider & data, DicomImage image)
{
  image.position[2] += data.ConsumeBool() ? 2.5 : Number(data);
  image.instanceNumber += data.ConsumeIntegralInRange<int>(-1, 2);
  switch (data.ConsumeIntegralInRange<int>(0, 11))
  {
  case 0:
    image.position[data.ConsumeIntegralInRange<std::size_t>(0, 2)] = Number(data);
    break;
  case 1:
    image.orientation[data.ConsumeIntegralInRange<std::size_t>(0, 5)] = Number(data);
    break;
  case 2:
    image.spacing[data.ConsumeIntegralInRange<std::size_t>(0, 1)] = Number(data);
    break;
  case 3:
    image.pixels.rows = data.ConsumeIntegralInRange<int>(1, 65535);
    break;
  case 4:
    image.thickness = Number(data);
    break;
  case 5:
    image.temporal = data.ConsumeIntegral<std::int64_t>();
    break;
  case 6:
    image.acquisition = data.ConsumeIntegralInRange<int>(0, 2);
    break;
  case 7:
    image.part = data.PickValueInArray({"", "M", "P", "R", "I"});
    break;
  case 8:
    image.imageType = data.ConsumeRandomLengthString(20);
    break;
  case 9:
    image.hasPlace = data.ConsumeBool();
    break;
  case 10:
    image.slope = Number(data);
    break;
  default:
    break;
  }
  return image;
}
} // namespace

int
LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size)
{
  using namespace tweedie;
  FuzzedDataProvider data(bytes, size);
  DicomImage image;
  image.path = "file";
  image.modality = data.ConsumeBool() ? "CT" : "MR";
  image.hasPlace = true;
  image.orientation = {1.0, 0.0, 0.0, 0.0, 1.0, 0.0};
  image.spacing = {0.5, 0.5};
  image.pixels.rows = image.pixels.columns = 4;
  image.pixels.bitsAllocated = image.pixels.bitsStored = 16;
  DicomReadOptions options;
  options.fillMissing = data.ConsumeBool();
  options.resampleTilt = data.ConsumeBool();
  std::vector<DicomImage> images;
  while (data.remaining_bytes() > 0 && images.size() < 64)
  {
    image = Next(data, image);
    images.push_back(image);
  }
  fuzz::Hold(
      [&]
      {
        std::size_t count = 0;
        // On the way that all images take.
        for (const DicomGroup & group : GroupDicom(HeaderFromMessage(ToMessage({true, images})).images))
        {
          count += group.images.size() + group.partners.size();
          const DicomListing::Entry entry = VolumeOf(group, options);
          const bool isWhole = entry.series.frames.size() == static_cast<std::size_t>(entry.series.grid.size.z);
          fuzz::Require(isWhole || !entry.problems.empty());
        }
        fuzz::Require(count == images.size());
      });
  return 0;
}
