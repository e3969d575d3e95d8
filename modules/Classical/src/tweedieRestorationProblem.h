// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationProblem_h
#define tweedieRestorationProblem_h

#include "tweedieRestorationClassical.h"

#include <string>

namespace tweedie
{
/** What every classical restoration gets, checked. Numbers per sample are [B], double, on the CPU. */
class RestorationProblem
{
public:
  RestorationProblem(const char * method,
                     LinearOperatorPointer op,
                     const at::Tensor & y,
                     const at::Tensor & noise,
                     const RestorationClassicalOptions & options,
                     const ProgressCallback & progress);

  /** sigma of each sample. Throws DataError where it is unknown. */
  at::Tensor Noise() const;
  /** (samples) sigma^2; undefined where the noise is unknown. */
  at::Tensor Expected() const;

  /** The constant image [B, domain...] that fits the data best. */
  at::Tensor ConstantImage() const;
  /** The factor a of each sample for which a prior covariance a Cov explains the data: trace = tr(A Cov A^H), of real
   * components, and residual = y - A m. */
  at::Tensor PriorScale(const at::Tensor & residual, const at::Tensor & trace) const;
  /** What images of variance 1 bring into the data: tr(A A^H), found from a few random ones, for white images; ||A
   * 1||^2 for smooth ones; the larger of them, for each sample. */
  at::Tensor Passed() const;

  /** Throws Aborted when the user stops. */
  void Report(std::int64_t step, std::int64_t steps) const;

  /** Says which samples are not at the noise level, where that is known. */
  void WarnOfMisfit(const std::vector<double> & squaredResidual, std::vector<std::string> & warnings) const;

  std::string method;
  LinearOperatorPointer op;
  at::Tensor data;    ///< [B, ...], zero where A never reaches
  at::Tensor samples; ///< [B]: numbers measured, complex ones counting once
  at::Tensor noise;   ///< [B] or undefined
  RestorationClassicalOptions options;

private:
  ProgressCallback m_Progress;
  double m_Start;
};

/** The rows of RestorationClassicalTable. */
RestorationClassicalResult RestoreByTotalVariation(const RestorationProblem & problem);
RestorationClassicalResult RestoreByAdmm(const RestorationProblem & problem);
RestorationClassicalResult RestoreByTikhonov(const RestorationProblem & problem);
RestorationClassicalResult RestoreByWiener(const RestorationProblem & problem);
RestorationClassicalResult RestoreByRichardsonLucy(const RestorationProblem & problem);
} // namespace tweedie

#endif
