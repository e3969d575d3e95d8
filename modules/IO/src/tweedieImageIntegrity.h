// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageIntegrity_h
#define tweedieImageIntegrity_h

#include <complex>
#include <cstdint>
#include <string>

namespace tweedie
{
// ITK's readers of NIfTI and MetaImage return whatever memory held when a file ends too early, and do not notice a
// damaged compressed stream. What follows finds out before they are asked.

/** Throws DataError unless the file is a NIfTI-1 one, compressed or not, that holds all its voxels and, if compressed,
 * has the checksum it states. */
void RequireWholeNifti(const std::string & path);

/** The same for MetaImage with data in the same file (others: the header alone). */
void RequireWholeMeta(const std::string & path);

/** Slope and intercept of a NIfTI file: value = slope * stored + intercept; slope 0 means 1 and 0. */
struct NiftiScaling
{
  double slope = 1.0;
  double intercept = 0.0;
};
NiftiScaling ReadNiftiScaling(const std::string & path);

/** The complex64 or complex128 voxels of a NIfTI file, scaled: both parts of a complex number by slope and intercept.
 * (ITK scales the first half of the numbers only.) count of them are written to values. */
void ReadComplexNifti(const std::string & path, std::complex<float> * values, std::int64_t count);
} // namespace tweedie

#endif
