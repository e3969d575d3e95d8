// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScanProtocol_h
#define tweedieScanProtocol_h

#include "tweedieCTPosterior.h"
#include "tweedieCTScan.h"
#include "tweedieCalibrationProtocol.h"
#include "tweedieMRIScan.h"
#include "tweediePhasePosterior.h"
#include "tweediePhaseScan.h"
#include "tweediePosteriorOptions.h"

#include <optional>
#include <string>

namespace tweedie
{
/** The shortest text that is read as that number again. */
std::string PlainNumber(double value);

/** What calibrated scales depend on, as it shows in a scan; numbers with what they may differ by from those that a
 * simulation states. Noise of MRI is that of a sample over the 99.9th percentile of the sense image: within 25 %. */
ProtocolFacts ScanFacts(const MRIScan & scan, const std::optional<double> & noise);
ProtocolFacts ScanFacts(const CTScan & scan, double modelDeviation);
ProtocolFacts ScanFacts(const PhaseScan & scan);

/** Size, and size and spacing of the pixels, of an image. */
ProtocolFact PixelsFact(const Grid & image);
ProtocolFacts GridFacts(const Grid & image);

/** How a posterior is drawn: method, steps, samples, the SHA-256 of the prior, and of all other settings that results
 * depend on. */
ProtocolFacts PosteriorFacts(PosteriorOptions options, const std::string & priorDigest);

/** One list after another. */
ProtocolFacts operator+(ProtocolFacts a, const ProtocolFacts & b);
} // namespace tweedie

#endif
