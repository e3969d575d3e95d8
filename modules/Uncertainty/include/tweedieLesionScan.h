// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLesionScan_h
#define tweedieLesionScan_h

#include "tweedieCTModel.h"
#include "tweedieLesionInsert.h"
#include "tweedieMRIScan.h"
#include "tweedieScanStudy.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** A scan that takes inserts: into what was measured, not into an image.
 *
 * A signal is a sum of contrasts times Measured(insert), like the data of Study() (CT: in line integrals); undefined:
 * none. Images are [channel, z, y, x], double or complex double. */
class LesionScan
{
public:
  virtual ~LesionScan() = default;

  virtual const ScanStudy & Study() const = 0;
  virtual Grid ImageGrid() const = 0;

  /** Whether inserts are balls; else discs in a slice: of scans that are measured slice by slice. */
  virtual bool TakesBalls() const = 0;

  /** A u, by formulas and grids that are finer than the model's. */
  virtual at::Tensor Measured(const LesionInsert & insert) const = 0;

  /** What an estimate without noise from complete data would show of it: [z, y, x], double. */
  virtual at::Tensor Shown(const LesionInsert & insert) const = 0;

  /** Samples of the posterior, kept, of the data with that signal. */
  virtual VolumeEstimate
  Posterior(const at::Tensor & signal, const StudyRun & run, const ProgressCallback & progress) const = 0;

  virtual std::string ClassicalName() const = 0;

  /** The classical estimate of the data with that signal. */
  virtual VolumeEstimate Classical(const at::Tensor & signal) const = 0;

  /** The same of the data as they are with fresh noise (NoisyReplica). */
  virtual VolumeEstimate ClassicalReplica(std::int64_t seed, std::int64_t replica) const = 0;

  /** The same scan without some lines. */
  virtual std::unique_ptr<LesionScan> Without(const std::vector<std::int64_t> & lines) const = 0;
};

/** Signal over noise of an observer who knows the insert and all of the data: |W A u| of contrast 1 (Barrett and
 * Myers 2004: prewhitening matched filter). No method can see more of it. */
double InsertSignal(const GaussianLikelihood & data, const at::Tensor & measured);

/** The data of a scan with a signal. MRI: y + a. CT: line integrals l + a; counts with p = max(0, y - scatter) and
 * f = exp(-a):
 *
 *    y + (f - 1) p + (p f (1 - f))^(1/2) e,   e ~ N(0, 1), where f < 1
 *
 * which has mean and variance of the counts that pass with chance f (binomial), so that they stay Poisson. Where f > 1
 * there is nothing to be drawn: the noise is that of the fewer counts, larger by f^(1/2) than it should be. */
MRIScan ScanWithSignal(const MRIScan & scan, const at::Tensor & signal);
CTScan ScanWithSignal(const CTScan & scan, const CTModel & model, const at::Tensor & signal, std::int64_t seed);

/** classical: mri: sense, tv; ct: fbp, tv, pwls and the others of the table; empty: the first. Throws UsageError for
 * another method, or a scan that takes no insert. */
std::unique_ptr<LesionScan> MakeLesionScan(const ScanStudy & study, const std::string & classical);
} // namespace tweedie

#endif
