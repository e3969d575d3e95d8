// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionTest.h"

#include "tweedieError.h"
#include "tweedieExactStudy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace tweedie
{
namespace
{
using test::ExactBelief;
using test::ExactStudy;

constexpr double noise = 0.05;

std::vector<std::int64_t>
AllLines()
{
  std::vector<std::int64_t> lines(ExactStudy::side);
  std::iota(lines.begin(), lines.end(), std::int64_t{0});
  return lines;
}

/** What the samplers of a test do with an insert. */
enum class Sampler
{
  Exact,
  IgnoresInserts
};

/** Of the model: [numbers, pixels]. */
at::Tensor
MatrixOf(const ScanStudy & study)
{
  const std::int64_t n = ExactStudy::side * ExactStudy::side;
  const at::Tensor every = at::eye(n, at::kDouble).reshape({n, 1, 1, ExactStudy::side, ExactStudy::side});
  return study.Data().Model().Apply(every).reshape({n, -1}).transpose(0, 1).to(at::kDouble).contiguous();
}

/** Discs in the exact study, whose posterior has the mean m + K y. */
class ExactLesionScan final : public LesionScan
{
public:
  ExactLesionScan(std::vector<std::int64_t> lines, at::Tensor data, const ExactBelief & belief, Sampler sampler)
      : m_Lines(std::move(lines)), m_Data(std::move(data)), m_Belief(belief), m_Sampler(sampler),
        m_Study(m_Lines, m_Data, belief)
  {
    const at::Tensor a = MatrixOf(m_Study);
    const at::Tensor transposed = a.transpose(0, 1);
    // The ridge only matters where lines are missing.
    const at::Tensor normal = at::matmul(transposed, a) + 1e-6 * at::eye(a.size(1), at::kDouble);
    m_Inverse = at::linalg_solve(normal, transposed);
  }
  const ScanStudy &
  Study() const override
  {
    return m_Study;
  }
  Grid
  ImageGrid() const override
  {
    Grid grid;
    grid.size.x = ExactStudy::side;
    grid.size.y = ExactStudy::side;
    return grid;
  }
  bool
  TakesBalls() const override
  {
    return false;
  }
  at::Tensor
  Measured(const LesionInsert & insert) const override
  {
    return m_Study.Data().Model().Apply(Shown(insert).unsqueeze(0).unsqueeze(0));
  }
  at::Tensor
  Shown(const LesionInsert & insert) const override
  {
    return InsertPixels(insert, ImageGrid());
  }
  VolumeEstimate
  Posterior(const at::Tensor & signal, const StudyRun & run, const ProgressCallback & progress) const override
  {
    return With(m_Sampler == Sampler::Exact ? signal : at::Tensor(), m_Belief).Run(run, progress);
  }
  std::string
  ClassicalName() const override
  {
    return "least-squares";
  }
  VolumeEstimate
  Classical(const at::Tensor & signal) const override
  {
    return LeastSquares(signal.defined() ? m_Data + signal.squeeze(0) : m_Data);
  }
  VolumeEstimate
  ClassicalReplica(std::int64_t seed, std::int64_t replica) const override
  {
    const auto stream = static_cast<std::uint64_t>(100 * seed + replica);
    return LeastSquares(m_Data + test::Normal(stream, m_Data.sizes()) * noise);
  }
  std::unique_ptr<LesionScan>
  Without(const std::vector<std::int64_t> & lines) const override
  {
    std::vector<std::int64_t> kept;
    std::copy_if(m_Lines.begin(),
                 m_Lines.end(),
                 std::back_inserter(kept),
                 [&](std::int64_t line) { return std::find(lines.begin(), lines.end(), line) == lines.end(); });
    const at::Tensor data = m_Data.index_select(1, at::tensor(kept, at::kLong));
    return std::make_unique<ExactLesionScan>(kept, data, m_Belief, m_Sampler);
  }

private:
  VolumeEstimate
  LeastSquares(const at::Tensor & data) const
  {
    const at::Tensor image = at::matmul(m_Inverse, data.to(at::kDouble).reshape({-1, 1}));
    VolumeEstimate estimate;
    estimate.mean = VolumeFromTensor(image.reshape({1, 1, ExactStudy::side, ExactStudy::side}), ImageGrid());
    return estimate;
  }
  ExactStudy
  With(const at::Tensor & signal, const ExactBelief & belief) const
  {
    return ExactStudy(m_Lines, signal.defined() ? m_Data + signal.squeeze(0) : m_Data, belief);
  }

  std::vector<std::int64_t> m_Lines;
  at::Tensor m_Data;
  ExactBelief m_Belief;
  Sampler m_Sampler;
  ExactStudy m_Study;
  at::Tensor m_Inverse; ///< of the classical method
};

/** Of an object that fills the image, about a mean of 5. */
ExactLesionScan
ScanOf(double priorFactor, Sampler sampler = Sampler::Exact)
{
  ExactBelief belief;
  belief.noise = noise;
  belief.priorFactor = priorFactor;
  const at::Tensor data = ExactStudy::Measure(ExactStudy::DrawTruth(1) + 5.0, AllLines(), noise, 2);
  return ExactLesionScan(AllLines(), data, belief, sampler);
}

LesionOptions
Options()
{
  LesionOptions options;
  options.diameters = {3.0};
  options.contrasts = "-20snr";
  options.at = {7.4, 8.2, 0.0};
  options.samples = 64;
  return options;
}

/** w^T K A u / w^T u, K = P A^T (A P A^T + S)^-1: what a Gaussian posterior's mean keeps of an insert. */
double
KnownRecovery(const ExactLesionScan & scan, const LesionInsert & insert, double priorFactor)
{
  const at::Tensor a = MatrixOf(scan.Study());
  const at::Tensor pat = at::matmul(ExactStudy::PriorCovariance() * priorFactor * priorFactor, a.transpose(0, 1));
  const at::Tensor s = at::matmul(a, pat) + noise * noise * at::eye(a.size(0), at::kDouble);
  const at::Tensor u = scan.Shown(insert).reshape({-1, 1});
  const at::Tensor kept = at::matmul(pat, at::linalg_solve(s, at::matmul(a, u)));
  const at::Tensor region = InsertRegion(insert, scan.ImageGrid()).reshape({-1, 1});
  return ((region * kept).sum() / (region * u).sum()).item<double>();
}

const LesionRow &
RowOf(const LesionResult & result, bool isClassical)
{
  return *std::find_if(
      result.rows.begin(), result.rows.end(), [&](const LesionRow & row) { return row.isClassical == isClassical; });
}

VerdictState
StateOf(const LesionResult & result, const std::string & key)
{
  const auto found = std::find_if(
      result.verdicts.begin(), result.verdicts.end(), [&](const Verdict & verdict) { return verdict.key == key; });
  return found == result.verdicts.end() ? VerdictState::NotTested : found->state;
}

TEST(LesionTest, RecoveryOfAGaussianPosteriorIsItsShrinkage)
{
  for (const double factor : {1.0, 0.05})
  {
    const ExactLesionScan scan = ScanOf(factor);
    const LesionResult result = TestLesions(scan, Options());
    const LesionRow & row = RowOf(result, false);
    const double known = KnownRecovery(scan, {row.center, 3.0, 1.0, false}, factor);
    EXPECT_NEAR(row.score.recovery, known, 2e-5); // images are kept in single precision
    EXPECT_NEAR(row.signal, 20.0, 1e-9);
    EXPECT_LT(row.contrast, 0.0);
    EXPECT_NEAR(RowOf(result, true).score.recovery, 1.0, 1e-3); // of a ridge of 1e-6, in single precision
  }
}

TEST(LesionTest, AStiffPriorIsCaughtAndAnHonestOnePasses)
{
  const LesionResult honest = TestLesions(ScanOf(1.0), Options()), stiff = TestLesions(ScanOf(0.02), Options());
  EXPECT_EQ(StateOf(honest, "recovery-3-mm"), VerdictState::Passed) << RowOf(honest, false).score.recovery;
  EXPECT_EQ(StateOf(honest, "false-insertions"), VerdictState::Passed) << honest.groups[0].falseInsertions;
  EXPECT_EQ(StateOf(stiff, "recovery-3-mm"), VerdictState::Failed) << RowOf(stiff, false).score.recovery;
  EXPECT_FALSE(RowOf(stiff, false).score.isCovered);
}

TEST(LesionTest, ASamplerThatDoesNotLookAtTheDataRecoversNothing)
{
  const LesionResult result = TestLesions(ScanOf(1.0, Sampler::IgnoresInserts), Options());
  const LesionRow & row = RowOf(result, false);
  EXPECT_EQ(row.score.recovery, 0.0); // same seed, same data
  EXPECT_EQ(row.score.missed, 1.0);
  EXPECT_EQ(StateOf(result, "recovery-3-mm"), VerdictState::Failed);
  EXPECT_EQ(result.pictures.front().name, "worst");
}

TEST(LesionTest, FewerLinesLoseSignalAndPlacesShareAScan)
{
  LesionOptions options = Options();
  options.at.clear();
  options.diameters = {1.0, 3.0};
  options.places = 2;
  options.accelerations = {1.0, 2.0};
  options.contrasts = "10%,5snr";
  int reports = 0;
  const LesionResult result = TestLesions(ScanOf(1.0),
                                          options,
                                          [&](const ProgressReport & report)
                                          {
                                            reports += report.step <= report.steps ? 1 : 0;
                                            return true;
                                          });
  EXPECT_EQ(result.runs, 2 * (1 + 2 * 2)); // undersamplings, none and each of sizes and contrasts
  EXPECT_EQ(reports, result.runs);
  EXPECT_EQ(result.rows.size(), 2U * 2U * 2U * 2U * 2U); // and places and methods
  EXPECT_EQ(result.groups.size(), 16U);
  const LesionGroup & all = result.groups[6];
  const LesionGroup & half = result.groups[14];
  ASSERT_EQ(half.mean.acceleration, 2.0);
  ASSERT_EQ(half.mean.contrastText, "5snr");
  EXPECT_NEAR(all.mean.signal, 5.0, 1e-9);
  EXPECT_LT(half.mean.signal, 4.9);
  EXPECT_EQ(half.mean.contrast, all.mean.contrast);
  EXPECT_GT(half.mean.score.deviation, all.mean.score.deviation);
}

TEST(LesionTest, IntervalsAndSharesAreThoseOfTheSamples)
{
  // Found 1 of 2: mean 3 against 2, standard deviation 1 of three samples, t_2(0.95) = 2.919986.
  const LesionScore score = ScoreLesion(at::tensor({2.0, 3.0, 4.0}, at::kDouble), 3.0, 2.0, 2.0, 1.0);
  EXPECT_NEAR(score.recovery, 0.5, 1e-12);
  EXPECT_NEAR(score.high - 1.0, 2.919986 * std::sqrt(4.0 / 3.0), 1e-5);
  EXPECT_NEAR(score.missed, 1.0 / 3.0, 1e-12); // 0 is below half of 2
  EXPECT_NEAR(score.detectability, 1.0, 1e-12);
  EXPECT_TRUE(score.isCovered);
}

TEST(LesionTest, FalseInsertionsOfNoiseAreAsOftenAsTheNormalLawSays)
{
  Grid grid;
  grid.size.x = grid.size.y = 64;
  const LesionInsert insert{{0.0, 0.0, 0.0}, 3.0, 1.0, false}; // 9 pixels, or 5 within the radius of 1.5
  const at::Tensor means = DiscMeans(test::Normal(4, {50, 1, 64, 64}), insert, grid);
  const at::Tensor room = RoomFor(insert, grid, at::ones({1, 64, 64}, at::kBool));
  EXPECT_EQ(room.sum().item<std::int64_t>(), 60 * 60); // 2 mm from the edge
  // Means of 9 pixels have a deviation of 1/3; half of a contrast of 4/3 is two of them: 2.28 %.
  EXPECT_NEAR(FalseInsertions(means, room, 4.0 / 3.0), 0.0228, 0.002); // 180000 pixels, 9 of which share noise
}

TEST(LesionTest, RefusesWhatItCannotDo)
{
  const auto expect = [](const LesionOptions & options) { EXPECT_THROW(TestLesions(ScanOf(1.0), options), Error); };
  LesionOptions options = Options();
  options.diameters = {0.5};
  expect(options);
  options = Options();
  options.contrasts = "strong";
  expect(options);
  options.contrasts = "0";
  expect(options);
  options = Options();
  options.at = {0.0, 8.0, 0.0}; // at the edge
  expect(options);
  options.at = {1.0, 2.0};
  expect(options);
  options = Options();
  options.at.clear();
  options.places = 100;
  expect(options);
}
} // namespace
} // namespace tweedie
