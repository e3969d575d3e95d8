// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieWaveletKernels_h
#define tweedieWaveletKernels_h

#include <cstdint>

namespace tweedie
{
/** A part of a plane [height][width][parts] whose rows are `stride` numbers apart. */
struct WaveletPlane
{
  std::int64_t height;
  std::int64_t width;
  std::int64_t parts; ///< 1 real, 2 complex
  std::int64_t stride;
};

/** One level, in place, along x and then along y; scratch: height * width * parts numbers. */
void AnalyzeLevel(const WaveletPlane & plane, float * x, float * scratch);
void AnalyzeLevel(const WaveletPlane & plane, double * x, double * scratch);

/** Its inverse: along y and then along x. */
void SynthesizeLevel(const WaveletPlane & plane, float * x, float * scratch);
void SynthesizeLevel(const WaveletPlane & plane, double * x, double * scratch);
} // namespace tweedie

#endif
