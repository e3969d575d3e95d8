// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTProblem_h
#define tweedieCTProblem_h

#include "tweedieCTClassical.h"
#include "tweedieCTModel.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tweedie
{
/** The scan as batches, and what methods are told. */
struct CTProblem
{
  const CTScan & scan;
  const CTModel & model;
  const CTClassicalOptions & options;
  at::Tensor counts;  ///< or undefined
  at::Tensor lines;   ///< clamped
  at::Tensor weights; ///< inverse variances; ones where no photons are known
  std::function<void(std::int64_t, std::int64_t)> report;

  std::int64_t
  Iterations(std::int64_t usual) const
  {
    return options.iterations.value_or(usual);
  }
  /** That were measured, per entry: what their weighted squares sum up to. */
  at::Tensor Rays() const;
};

struct CTSolution
{
  at::Tensor image;
  std::int64_t iterations = 0;
  std::vector<std::string> warnings;
  at::Tensor variance{}; ///< of a Gaussian posterior, like the image; undefined: none
  at::Tensor samples{};  ///< [n, ...] images; undefined: none
  std::map<std::string, double> figures{};
};

/** tweedieGaussianFieldRows.cxx */
CTSolution SolveGaussianFieldOf(const CTProblem & problem);
} // namespace tweedie

#endif
