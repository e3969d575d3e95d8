// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCoilPictures_h
#define tweedieCoilPictures_h

#include "tweedieEstimateReport.h"
#include "tweedieMRIScan.h"

#include <string>
#include <vector>

namespace tweedie
{
/** What stands beside a result in the report of a scan of several coils. */
struct CoilPictures
{
  std::vector<EstimatePicture> pictures; ///< none for a single coil
  std::string caption;
};

/** Images of up to four coils and the root of the sum of squares of all, each from the measured samples alone;
 * withSense: and SENSE of the same data. Throws as ReconstructClassical. */
CoilPictures PicturesOfCoils(const MRIScan & scan, bool withSense);
} // namespace tweedie

#endif
