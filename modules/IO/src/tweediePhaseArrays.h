// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseArrays_h
#define tweediePhaseArrays_h

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** One data set of a file of patterns. */
struct PhaseArray
{
  std::string path;                 ///< inside of the file
  std::vector<std::int64_t> shape;  ///< empty: a scalar
  std::optional<std::string> units; ///< attribute
  bool isComplex = false;
  std::string text;            ///< of a text
  std::vector<double> numbers; ///< of what describes the patterns
  std::vector<float> pixels;   ///< of arrays of pixels; of a complex one two for each
};

/** What CXI, NXtomo and NeXus files say of patterns, by our names: data, mask, wavelength, energy, distance,
 * source-distance, pitch-x, pitch-y, corner, basis, centre-x, centre-y, saturation, image-key, angle, cxi-version,
 * definition, and of our own group description, codes, support. A mask is 1 where a pixel counts. */
using PhaseArrays = std::map<std::string, PhaseArray>;

/** Reads them in a child process. dataset: path of the patterns, or empty for the usual ones. Throws DataError
 * "path: ...". */
PhaseArrays ReadPhaseArrays(const std::string & path, const std::string & dataset);
} // namespace tweedie

#endif
