// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReconstructIntervals_h
#define tweedieReconstructIntervals_h

#include "tweedieIntervals.h"
#include "tweedieReconstructCommon.h"

#include <functional>
#include <string>

namespace tweedie
{
/** Calibrated intervals of a reconstruction, and where they go. */
struct ReconstructIntervals
{
  IntervalOptions options;
  std::string lower;
  std::string upper;

  void Visit(OptionVisitor & v);

  bool
  IsAsked() const
  {
    return !options.calibration.empty() || !options.roi.empty();
  }
};

/** Refuses what has no interval, and keeps samples where regions need them. After ShareOptions. */
void CheckIntervalFlags(CommandLine & line,
                        const ReconstructIntervals & intervals,
                        const MethodOptions & method,
                        const ReconstructFiles & files,
                        PosteriorOptions & posterior);

/** To be said before the work, with the other outputs. */
void AddIntervalOutputs(const ReconstructIntervals & intervals, Outputs & outputs);

/** Reads records and labels, before the work; facts: of the scan, asked only where a record is given. */
Intervals ReadReconstructIntervals(const ReconstructIntervals & intervals,
                                   const PosteriorOptions & posterior,
                                   const Grid & grid,
                                   const std::function<ProtocolFacts()> & facts);

/** Images, table and statements of an estimate in the units that are written. */
void AddIntervals(const ReconstructIntervals & files,
                  const Intervals & intervals,
                  VolumeEstimate & estimate,
                  ReconstructSource & source);
} // namespace tweedie

#endif
