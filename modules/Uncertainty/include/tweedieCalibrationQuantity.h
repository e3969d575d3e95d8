// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCalibrationQuantity_h
#define tweedieCalibrationQuantity_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** One number per image [images, shape...] -> [images]; may use the data of the case. */
using CalibrationFunction = std::function<at::Tensor(const at::Tensor & images, std::int64_t number)>;

struct CalibrationQuantity
{
  std::string name;
  CalibrationFunction value;
};

/** Mean magnitude inside each mask [regions, shape...]; "region-1", ... */
std::vector<CalibrationQuantity> RegionMeans(const at::Tensor & masks);

/** Scalar products with random unit vectors: "functional-1", ... A complex element is two real ones. shape: of one
 * image. */
std::vector<CalibrationQuantity>
RandomFunctionals(std::int64_t count, at::IntArrayRef shape, bool isComplex, std::uint64_t seed);

/** |x|^2. */
CalibrationQuantity SquaredNorm();

/** log p(y | x) up to a constant of the case: without a quantity that depends on the data, calibration by simulation
 * cannot see a sampler that ignores them (Modrak et al. 2023). */
CalibrationQuantity LogLikelihoodQuantity(CalibrationFunction logLikelihood);

/** |x - r| for a point r that depends on the data and on chance only, not on the truth: TarpReference. */
CalibrationQuantity DistanceQuantity(std::function<at::Tensor(std::int64_t number)> reference);

/** The ranks of all quantities, case by case. */
class RankCollection
{
public:
  explicit RankCollection(std::vector<CalibrationQuantity> quantities, std::uint64_t seed = 0);

  /** The next case: truth [shape...] ~ prior, samples [n, shape...] of what the sampler makes of its data. n stays the
   * same. Throws DataError otherwise, or for a quantity that is not finite. */
  void Add(const at::Tensor & truth, const at::Tensor & samples);

  std::int64_t
  Cases() const
  {
    return m_Cases;
  }
  std::int64_t
  Samples() const
  {
    return m_Samples;
  }
  const std::vector<CalibrationQuantity> &
  Quantities() const
  {
    return m_Quantities;
  }

  /** Of quantity number `index`: [cases]. */
  at::Tensor Ranks(std::size_t index) const;

private:
  std::vector<CalibrationQuantity> m_Quantities;
  std::vector<std::vector<std::int64_t>> m_Ranks;
  std::uint64_t m_Seed;
  std::int64_t m_Cases = 0;
  std::int64_t m_Samples = 0;
};
} // namespace tweedie

#endif
