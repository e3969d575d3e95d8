// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDrawRecorder_h
#define tweedieDrawRecorder_h

#include "tweedieReferenceSampler.h"

#include <chrono>

namespace tweedie
{
/** Streams 0 .. chains - 1. */
RandomStreams ChainStreams(std::uint64_t seed, std::int64_t chains);

/** The loop around a sampler: burn-in, thinning, progress, a check that all is finite. */
class DrawRecorder
{
public:
  DrawRecorder(std::string task, const ReferenceSamplerOptions & options, const ProgressCallback & progress);

  /** Another step is to be done. */
  bool
  Wants() const
  {
    return m_Step < m_Steps;
  }
  bool
  Tunes() const
  {
    return m_Step < m_Options.burnIn;
  }
  /** Takes the images [chains, n] after a step. */
  void Add(const at::Tensor & images);

  /** With draws and report. */
  ReferenceDraws Result() const;

private:
  std::string m_Task;
  const ReferenceSamplerOptions & m_Options;
  const ProgressCallback & m_Progress;
  std::int64_t m_Step = 0;
  std::int64_t m_Steps;
  std::vector<at::Tensor> m_Draws;
  std::chrono::steady_clock::time_point m_Begin = std::chrono::steady_clock::now();
};
} // namespace tweedie

#endif
