// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoilPictures.h"

#include "tweedieImagePart.h"
#include "tweedieMRIClassical.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr std::int64_t mostCoils = 4; // a row of six pictures

Volume
Magnitudes(const MRIScan & scan, const char * method, const char * combine)
{
  MRIClassicalOptions options;
  options.method = method;
  options.combine = combine;
  return ImagePart(ReconstructClassical(scan, options).mean, "magnitude");
}

MRIScan
OneCoil(const MRIScan & scan, std::int64_t coil)
{
  MRIScan one = scan;
  one.kspace = VolumeFromTensor(TensorView(scan.kspace).narrow(0, coil, 1), scan.kspace.GetGrid());
  one.sensitivities = {};
  return one;
}
} // namespace

CoilPictures
PicturesOfCoils(const MRIScan & scan, bool withSense)
{
  CoilPictures result;
  const std::int64_t coils = scan.kspace.Channels();
  if (coils < 2)
  {
    return result;
  }
  const std::int64_t shown = std::min(coils, mostCoils);
  for (std::int64_t coil = 0; coil < shown; ++coil)
  {
    result.pictures.push_back(
        {"coil " + std::to_string(coil + 1), Magnitudes(OneCoil(scan, coil), "zero-filled", "rss"), false});
  }
  result.pictures.push_back({"root of sum of squares", Magnitudes(scan, "zero-filled", "rss"), false});
  result.caption = "Images of " + std::to_string(shown) + " of " + std::to_string(coils) +
                   " coils and the root of the sum of squares of all, from the measured samples alone";
  if (withSense && !scan.sensitivities.IsEmpty())
  {
    result.pictures.push_back({"sense", Magnitudes(scan, "sense", "sense"), false});
    result.caption += ", and SENSE of the same data";
  }
  result.caption += ".";
  return result;
}
} // namespace tweedie
