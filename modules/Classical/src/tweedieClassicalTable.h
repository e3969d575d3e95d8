// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClassicalTable_h
#define tweedieClassicalTable_h

#include "tweedieLinearOperator.h"
#include "tweedieMRIClassical.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace tweedie
{
/** What every method gets: the scan as tensors, batch entry = slice. */
struct ClassicalProblem
{
  LinearOperatorPointer model;                ///< none for several coils without maps
  LinearOperatorPointer transform;            ///< of the coils' images along a trajectory; none for Cartesian data
  at::Tensor density;                         ///< along a trajectory, for zero-filled: [readout, sample]
  at::Tensor data;                            ///< [slice, coil, 1, y, x]
  at::Tensor mask;                            ///< [1 or slice, 1, 1, y, x], zeros and ones
  at::Tensor samples;                         ///< [slice], double: measured complex numbers
  double sumOfSquares = 1.0;                  ///< MRILargestGain
  std::optional<double> largestEigenvalue;    ///< not below those of A^H A; absent: not known
  std::array<double, 3> edges{1.0, 1.0, 1.0}; ///< of a voxel along z, y, x
  std::optional<double> noise;
  const MRIClassicalOptions & options;
  /** (done, of) in any unit; throws Aborted when the user stops. */
  std::function<void(std::int64_t, std::int64_t)> report;
};

struct ClassicalSolution
{
  at::Tensor image; ///< [slice, 1 or set, 1, y, x], complex
  std::int64_t iterations = 0;
  std::int64_t batches = 1; ///< of slices, one after the other
  std::vector<std::string> warnings;
  at::Tensor variance{}; ///< of a Gaussian posterior, like the image; undefined: none
  at::Tensor samples{};  ///< [n, slice, 1, 1, y, x]; undefined: none
  std::map<std::string, double> figures{};
};

/** One file each; see ReconstructClassical. */
ClassicalSolution ReconstructZeroFilled(const ClassicalProblem & problem);
ClassicalSolution ReconstructRegularizedSense(const ClassicalProblem & problem);
ClassicalSolution ReconstructTotalVariation(const ClassicalProblem & problem);
ClassicalSolution ReconstructWavelet(const ClassicalProblem & problem);
ClassicalSolution ReconstructGrappa(const ClassicalProblem & problem);
ClassicalSolution ReconstructGaussianField(const ClassicalProblem & problem);

/** Complete k-space [slice, coil, 1, y, x] as one image: sum_c conj(S[c]) F^H y[c], or the root of the sum of squares,
 * as the options say. Throws DataError where maps are missing. */
at::Tensor CombineCoils(const ClassicalProblem & problem, const at::Tensor & kspace);

struct ClassicalMethod
{
  ClassicalMethodInfo info;
  ClassicalSolution (*reconstruct)(const ClassicalProblem &);
};

/** Throws UsageError for an unknown name. */
const ClassicalMethod & FindClassicalMethod(const std::string & name);
} // namespace tweedie

#endif
