// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseInput_h
#define tweediePhaseInput_h

#include "tweediePhaseScan.h"

#include <array>
#include <optional>

namespace tweedie
{
/** What a filter is told of diffraction patterns beside images. */
struct PhaseInput
{
  PhaseScan scan;                                  ///< without its volumes, sizes and pitch
  std::optional<std::array<double, 2>> beamCentre; ///< x, y in pixels
  std::array<std::int64_t, 2> objectSize{};        ///< x, y in pixels; 0: not said
};

/** Grids of images, known before there are pixels. */
struct PhaseInputGrids
{
  Grid patterns;
  std::int64_t numberOfPatterns = 1;
  std::optional<Grid> codes;
  std::optional<Grid> support;
};

/** The scan with the grids of patterns and object, and without pixels. Throws DataError naming what is missing and what
 * would give it, or a length that is none. */
PhaseScan DescribePhase(const PhaseInput & input, const PhaseInputGrids & grids);

/** Zeros where the mask is zero and a number is none, or negative: whatever a dead pixel says. patterns become a copy
 * where anything is to change; nothing happens where the mask does not fit. */
void HideUnmeasured(Volume & patterns, const Volume & mask);
} // namespace tweedie

#endif
