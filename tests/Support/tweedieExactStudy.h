// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieExactStudy_h
#define tweedieExactStudy_h

#include "tweedieClosedFormProblems.h"
#include "tweedieScanStudy.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace tweedie
{
namespace test
{
/** Rows of a dense matrix as an operator on images [1, 1, side, side] with data [coils, lines, side]. */
class DenseScanOperator final : public LinearOperator
{
public:
  DenseScanOperator(at::Tensor matrix, Shape domain, Shape range)
      : m_Matrix(std::move(matrix)), m_Domain(std::move(domain)), m_Range(std::move(range))
  {
  }
  std::string
  Name() const override
  {
    return "DenseScanOperator";
  }
  Shape
  DomainShape() const override
  {
    return m_Domain;
  }
  Shape
  RangeShape() const override
  {
    return m_Range;
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return Shaped(at::matmul(x.reshape({x.size(0), -1}), m_Matrix.to(x.scalar_type()).transpose(0, 1)), m_Range);
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    return Shaped(at::matmul(y.reshape({y.size(0), -1}), m_Matrix.to(y.scalar_type())), m_Domain);
  }

private:
  static at::Tensor
  Shaped(const at::Tensor & x, const Shape & shape)
  {
    Shape sizes{x.size(0)};
    sizes.insert(sizes.end(), shape.begin(), shape.end());
    return x.reshape(sizes);
  }
  at::Tensor m_Matrix;
  Shape m_Domain;
  Shape m_Range;
};

/** What an exact study believes. */
struct ExactBelief
{
  double noise = 0.3;
  double coilError = 0.0;   ///< relative, of the second coil's map
  double noiseShare = 1.0;  ///< of its variance, what is not an allowance for the model
  double priorFactor = 1.0; ///< of the prior's standard deviation
};

/** A scan of two coils of an image of side x side pixels, by lines of a cosine transform along y, under a smooth
 * Gaussian prior: the posterior is exact, so that everything a validation says of it is known. */
class ExactStudy final : public ScanStudy
{
public:
  static constexpr std::int64_t side = 16;

  /** data [2, lines, side] of these lines. */
  ExactStudy(std::vector<std::int64_t> lines, const at::Tensor & data, const ExactBelief & belief)
      : m_Lines(std::move(lines)), m_Belief(belief), m_Matrix(Matrix(m_Lines, belief.coilError))
  {
    const auto op = std::make_shared<DenseScanOperator>(m_Matrix, Shape{1, 1, side, side}, Shape{2, LineCount(), side});
    m_Likelihood = std::make_shared<const GaussianLikelihood>(op, data.unsqueeze(0), belief.noise);
    const at::Tensor precision = at::linalg_inv(PriorCovariance() * (belief.priorFactor * belief.priorFactor)) +
                                 at::matmul(m_Matrix.transpose(0, 1), m_Matrix) / (belief.noise * belief.noise);
    m_Covariance = at::linalg_inv(precision);
    m_Mean = at::matmul(m_Covariance, at::matmul(m_Matrix.transpose(0, 1), data.reshape({-1, 1}))).squeeze(1) /
             (belief.noise * belief.noise);
  }

  /** Covariance of the prior: 0.8 exp(-d^2 / 8) + 0.05 I. */
  static at::Tensor
  PriorCovariance()
  {
    const at::Tensor at1 = at::arange(side, at::kDouble);
    const at::Tensor one = (-(at1.unsqueeze(0) - at1.unsqueeze(1)).square() / 8.0).exp();
    return 0.8 * at::kron(one, one) + 0.05 * at::eye(side * side, at::kDouble);
  }

  static at::Tensor
  DrawTruth(std::uint64_t seed)
  {
    const at::Tensor root = at::linalg_cholesky(PriorCovariance());
    return at::matmul(root, Normal(seed, {side * side, 1})).reshape({1, 1, 1, side, side});
  }

  /** A x + n of those lines, with the true maps. */
  static at::Tensor
  Measure(const at::Tensor & truth, const std::vector<std::int64_t> & lines, double noise, std::uint64_t seed)
  {
    const at::Tensor clean = at::matmul(Matrix(lines, 0.0), truth.reshape({-1, 1}));
    const at::Tensor noisy = clean + noise * Normal(seed, clean.sizes());
    return noisy.reshape({2, static_cast<std::int64_t>(lines.size()), side});
  }

  std::string
  Kind() const override
  {
    return "exact";
  }
  std::string
  LineName() const override
  {
    return "line";
  }
  std::string
  GroupName() const override
  {
    return "coil";
  }
  std::vector<std::int64_t>
  Lines() const override
  {
    return m_Lines;
  }
  VolumeEstimate
  Run(const StudyRun & run, const ProgressCallback & progress) const override
  {
    const at::Tensor root = at::linalg_cholesky(m_Covariance);
    const at::Tensor normal = Normal(static_cast<std::uint64_t>(run.seed) + 1000, {run.samples, side * side});
    const at::Tensor samples = (m_Mean + at::matmul(normal, root.transpose(0, 1))).reshape({-1, 1, side, side});
    Grid grid;
    grid.size.x = side;
    grid.size.y = side;
    VolumeEstimate estimate;
    estimate.samples = VolumeFromTensor(samples, grid);
    estimate.mean = VolumeFromTensor(samples.mean(0, true), grid);
    estimate.standardDeviation = VolumeFromTensor(samples.std(0, true, true), grid);
    if (progress)
    {
      progress({"exact", 1, 1, 0.0, 0.0, ""});
    }
    return estimate;
  }
  std::unique_ptr<ScanStudy>
  Without(const std::vector<std::int64_t> & lines) const override
  {
    std::vector<std::int64_t> kept, index;
    for (std::int64_t i = 0; i < LineCount(); ++i)
    {
      const std::int64_t line = m_Lines[static_cast<std::size_t>(i)];
      if (std::find(lines.begin(), lines.end(), line) == lines.end())
      {
        kept.push_back(line);
        index.push_back(i);
      }
    }
    const at::Tensor data = m_Likelihood->Data().squeeze(0).to(at::kDouble);
    return std::make_unique<ExactStudy>(kept, data.index_select(1, at::tensor(index, at::kLong)), m_Belief);
  }
  const GaussianLikelihood &
  Data() const override
  {
    return *m_Likelihood;
  }
  at::Tensor
  Images(const Volume & volume) const override
  {
    return TensorView(volume).reshape({-1, 1, 1, 1, side, side}).to(at::kDouble);
  }
  double
  NoiseShare() const override
  {
    return m_Belief.noiseShare;
  }
  at::Tensor
  InPriorUnits(const at::Tensor & images, const ModelCard &) const override
  {
    return images;
  }
  at::Tensor
  LineOfData() const override
  {
    return at::tensor(m_Lines, at::kLong).reshape({1, 1, LineCount(), 1});
  }
  at::Tensor
  GroupOfData() const override
  {
    return at::arange(2, at::kLong).reshape({1, 2, 1, 1});
  }
  std::string
  Units() const override
  {
    return "a.u.";
  }

private:
  std::int64_t
  LineCount() const
  {
    return static_cast<std::int64_t>(m_Lines.size());
  }

  /** [2 lines side, side side]: maps that fall along x and along y, then the cosine transform along y. */
  static at::Tensor
  Matrix(const std::vector<std::int64_t> & lines, double coilError)
  {
    const at::Tensor place = (at::arange(side, at::kDouble) + 0.5) / static_cast<double>(side);
    const at::Tensor k = at::tensor(lines, at::kDouble).unsqueeze(1);
    const at::Tensor scale =
        at::where(k.eq(0), at::full_like(k, 1.0), at::full_like(k, 2.0)) / static_cast<double>(side);
    const at::Tensor transform = scale.sqrt() * (M_PI * k * place.unsqueeze(0)).cos(); // [lines, side]
    const at::Tensor alongX = at::kron(transform, at::eye(side, at::kDouble));
    const at::Tensor first = (1.0 - 0.7 * place).unsqueeze(0).expand({side, side}).reshape({-1});
    const at::Tensor second = (0.3 + 0.7 * place).unsqueeze(1).expand({side, side}).reshape({-1});
    const at::Tensor wrong =
        1.0 + coilError * (2.0 * M_PI * place).sin().unsqueeze(1).expand({side, side}).reshape({-1});
    return at::cat({alongX * first, alongX * second * wrong});
  }

  std::vector<std::int64_t> m_Lines;
  ExactBelief m_Belief;
  at::Tensor m_Matrix;
  std::shared_ptr<const GaussianLikelihood> m_Likelihood;
  at::Tensor m_Covariance;
  at::Tensor m_Mean;
};
} // namespace test
} // namespace tweedie

#endif
