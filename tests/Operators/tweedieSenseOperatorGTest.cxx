// SPDX-License-Identifier: Apache-2.0
// The fused SENSE operator against the composition of its parts, in every layout of mask and maps.
#include "tweedieSenseOperator.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierOperator.h"
#include "tweedieMRIOperators.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieSenseNormal.h"
#include "tweedieSensePlanes.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <limits>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
enum class Sampling
{
  Lines,
  Columns,
  Points,
  All
};

struct Case
{
  Sampling sampling;
  std::int64_t coils; ///< 0: no maps
  std::int64_t masks; ///< batch entries of the mask
  std::int64_t maps;
  std::int64_t rows;
  std::int64_t columns;
};

at::Tensor
MaskOf(const Case & c)
{
  const std::vector<std::int64_t> sizes{c.masks, 1, 1, c.rows, c.columns};
  if (c.sampling == Sampling::All)
  {
    return at::ones(sizes);
  }
  const auto rows = c.sampling == Sampling::Columns ? 1 : c.rows;
  const auto columns = c.sampling == Sampling::Lines ? 1 : c.columns;
  auto mask = Normal(5, {c.masks, 1, 1, rows, columns}, at::kFloat).gt(0).to(at::kFloat);
  mask.select(-2, rows / 2).fill_(1);
  return mask.expand(sizes).contiguous();
}

at::Tensor
MapsOf(const Case & c)
{
  return c.coils == 0 ? at::Tensor() : Normal(6, {c.maps, c.coils, 1, c.rows, c.columns}, at::kComplexDouble);
}

/** M F S from the three single operators. */
LinearOperatorPointer
Composition(const Case & c)
{
  const Shape image{1, 1, c.rows, c.columns};
  const Shape kspace{std::max<std::int64_t>(1, c.coils), 1, c.rows, c.columns};
  const auto maps = MapsOf(c);
  LinearOperatorPointer coils = Identity(image);
  if (maps.defined())
  {
    coils = std::make_shared<CoilSensitivitiesOperator>(maps);
  }
  const auto mask = std::make_shared<SamplingMaskOperator>(kspace, MaskOf(c));
  return Compose(mask, Compose(std::make_shared<FourierOperator>(kspace, 2), coils));
}

const std::vector<Case> cases{
    {Sampling::Lines, 3, 1, 1, 16, 20},   // even, not a multiple of a strip
    {Sampling::Lines, 3, 1, 1, 17, 35},   // odd, three strips
    {Sampling::Lines, 0, 1, 1, 12, 32},   // one coil, whole strips
    {Sampling::Lines, 2, 4, 1, 9, 11},    // a mask per entry
    {Sampling::Lines, 2, 1, 4, 9, 11},    // maps per entry
    {Sampling::Columns, 3, 4, 4, 10, 13}, // both
    {Sampling::Columns, 0, 1, 1, 300, 40},
    {Sampling::Points, 3, 1, 1, 16, 15},
    {Sampling::Points, 0, 4, 1, 13, 15},
    {Sampling::All, 2, 1, 1, 8, 7},
    {Sampling::Lines, 1, 1, 1, 1, 9},
};
} // namespace

class SenseCases : public testing::TestWithParam<Case>
{
};

TEST_P(SenseCases, EqualsTheCompositionOfItsParts)
{
  const auto sense = MakeSenseOperator(MaskOf(GetParam()), MapsOf(GetParam()));
  const auto parts = Composition(GetParam());
  ASSERT_EQ(sense->DomainShape(), parts->DomainShape());
  ASSERT_EQ(sense->RangeShape(), parts->RangeShape());
  ASSERT_EQ(sense->BatchSize(), parts->BatchSize());
  for (const auto type : {at::kComplexFloat, at::kComplexDouble})
  {
    // A few hundred rounded terms in transforms of at most 12000 points.
    const double tolerance = type == at::kComplexFloat ? 2e-6 : 1e-14;
    const auto x = Streams(1, 4).Normal(sense->DomainShape(), type);
    const auto y = Streams(2, 4).Normal(sense->RangeShape(), type);
    EXPECT_TENSOR_CLOSE(sense->Forward(x), parts->Forward(x), tolerance);
    EXPECT_TENSOR_CLOSE(sense->Adjoint(y), parts->Adjoint(y), tolerance);
    EXPECT_TENSOR_CLOSE(sense->Normal(x), parts->Adjoint(parts->Forward(x)), tolerance);
  }
}

TEST_P(SenseCases, OtherDevicesUseTheSameOperator)
{
  const auto mask = MaskOf(GetParam()).to(at::kDouble);
  const auto maps = MapsOf(GetParam());
  const auto sense = MakeSenseOperator(mask, maps);
  const auto x = Streams(1, 4).Normal(sense->DomainShape(), at::kComplexDouble);
  const auto y = Streams(2, 4).Normal(sense->RangeShape(), at::kComplexDouble);
  EXPECT_TENSOR_CLOSE(SenseForwardByATen(x, mask, maps), sense->Forward(x), 1e-14);
  EXPECT_TENSOR_CLOSE(SenseAdjointByATen(y, mask, maps), sense->Adjoint(y), 1e-14);
  EXPECT_TENSOR_CLOSE(SenseNormal(mask).ApplyByATen(x, maps), sense->Normal(x), 1e-14);
}

TEST_P(SenseCases, DoesNotDependOnThreads)
{
  const auto sense = MakeSenseOperator(MaskOf(GetParam()), MapsOf(GetParam()));
  const auto x = Streams(1, 4).Normal(sense->DomainShape(), at::kComplexFloat);
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = sense->Normal(x);
  const auto oneAdjoint = sense->Adjoint(sense->Forward(x));
  at::set_num_threads(2);
  EXPECT_TENSOR_EQUAL(sense->Normal(x), one);
  EXPECT_TENSOR_EQUAL(sense->Adjoint(sense->Forward(x)), oneAdjoint);
  at::set_num_threads(before);
}

INSTANTIATE_TEST_SUITE_P(Layouts, SenseCases, testing::ValuesIn(cases));

/** Three sets of the maps of a case. */
class SenseSets : public testing::TestWithParam<Case>
{
protected:
  static constexpr std::int64_t sets = 3;

  at::Tensor m_Mask = MaskOf(GetParam()).to(at::kDouble);
  at::Tensor m_Maps =
      Normal(6, {GetParam().maps, sets, GetParam().coils, 1, GetParam().rows, GetParam().columns}, at::kComplexDouble);
  std::shared_ptr<const SenseOperator> m_Sense = MakeSenseOperator(m_Mask, m_Maps);
};

TEST_P(SenseSets, AreTheSumOfOneOperatorEach)
{
  const auto x = Streams(1, 4).Normal(m_Sense->DomainShape(), at::kComplexDouble);
  const auto y = Streams(2, 4).Normal(m_Sense->RangeShape(), at::kComplexDouble);
  at::Tensor sum = at::zeros_like(y);
  std::vector<at::Tensor> back;
  for (std::int64_t set = 0; set < sets; ++set)
  {
    const auto one = MakeSenseOperator(m_Mask, m_Maps.select(1, set).contiguous());
    sum = sum + one->Forward(x.narrow(1, set, 1));
    back.push_back(one->Adjoint(y));
  }
  EXPECT_TENSOR_CLOSE(m_Sense->Forward(x), sum, 1e-14); // rounding, as above
  EXPECT_TENSOR_CLOSE(m_Sense->Adjoint(y), at::cat(back, 1), 1e-14);
  EXPECT_TENSOR_CLOSE(m_Sense->Normal(x), m_Sense->Adjoint(sum), 1e-14);
  EXPECT_TENSOR_CLOSE(SenseForwardByATen(x, m_Mask, m_Maps), sum, 1e-14);
  EXPECT_TENSOR_CLOSE(SenseAdjointByATen(y, m_Mask, m_Maps), at::cat(back, 1), 1e-14);
  EXPECT_TENSOR_CLOSE(SenseNormal(m_Mask).ApplyByATen(x, m_Maps), m_Sense->Normal(x), 1e-14);
  const auto index = at::tensor({2, 0}, at::kLong);
  EXPECT_TENSOR_CLOSE(m_Sense->Select(index)->Apply(x.index_select(0, index)), sum.index_select(0, index), 1e-14);
}

TEST_P(SenseSets, HaveNoDecompositionAndAreNotUnitary)
{
  EXPECT_FALSE(m_Sense->Decompose(at::TensorOptions().dtype(at::kComplexDouble)));
  EXPECT_FALSE(m_Sense->IsMaskedUnitary());
  const auto ones = at::ones({1, sets, 1, 1, GetParam().rows, GetParam().columns}, at::kComplexDouble);
  EXPECT_FALSE(MakeSenseOperator(m_Mask, ones)->IsMaskedUnitary()); // one coil, but several images
}

INSTANTIATE_TEST_SUITE_P(Layouts,
                         SenseSets,
                         testing::Values(Case{Sampling::Lines, 3, 4, 1, 17, 35},
                                         Case{Sampling::Columns, 4, 1, 4, 10, 13},
                                         Case{Sampling::Points, 3, 4, 4, 16, 15}));

TEST(SenseOperator, SelectsEntriesOfItsBatch)
{
  const Case c{Sampling::Lines, 2, 4, 1, 9, 11};
  const auto sense = MakeSenseOperator(MaskOf(c), MapsOf(c));
  const auto x = Streams(1, 4).Normal(sense->DomainShape(), at::kComplexFloat);
  const auto index = at::tensor({2, 0, 2}, at::kLong);
  const auto some = sense->Select(index);
  EXPECT_EQ(some->BatchSize(), 3);
  EXPECT_TENSOR_EQUAL(some->Apply(x.index_select(0, index)), sense->Forward(x).index_select(0, index));
}

TEST(SenseOperator, KnowsWhenItIsMaskedUnitary)
{
  const auto mask = MaskOf({Sampling::Lines, 0, 1, 1, 9, 11});
  const auto phase = Normal(3, {1, 1, 1, 9, 11});
  EXPECT_TRUE(MakeSenseOperator(mask)->IsMaskedUnitary());
  EXPECT_TRUE(MakeSenseOperator(mask, at::polar(at::ones_like(phase), phase))->IsMaskedUnitary());
  EXPECT_FALSE(MakeSenseOperator(mask, at::polar(at::ones_like(phase) * 1.01, phase))->IsMaskedUnitary());
  EXPECT_FALSE(MakeSenseOperator(mask, at::ones({1, 2, 1, 9, 11}, at::kComplexDouble))->IsMaskedUnitary());
}

TEST(SenseOperator, DecomposesASelectionOfItsEntries)
{
  const Case batch{Sampling::Lines, 2, 3, 3, 9, 11};
  const auto op = MakeSenseOperator(MaskOf(batch), MapsOf(batch));
  const auto chosen = at::tensor({2, 2, 0}, at::kLong);
  const auto part = std::dynamic_pointer_cast<const LinearOperator>(op->Select(chosen));
  const auto x = Streams(4, 3).Normal({1, 1, 9, 11}, at::kComplexDouble);
  const auto decomposition = part->Decompose(x.options());
  ASSERT_TRUE(decomposition);
  const auto product = decomposition->Synthesize(decomposition->Analyze(x) * decomposition->Eigenvalues());
  EXPECT_TENSOR_CLOSE(product, part->Normal(x), 1e-12); // a sum of 18 rounded terms, then the error of LAPACK
}

TEST(SenseOperator, DecomposesMapsWithWholeLinesOnly)
{
  const auto images = at::TensorOptions().dtype(at::kComplexFloat);
  const auto maps = at::ones({1, 401, 2}, at::kComplexFloat);
  EXPECT_FALSE(MakeSenseOperator(MaskOf({Sampling::Points, 0, 1, 1, 401, 2}), maps)->Decompose(images));
  // A matrix of 401 x 401 takes too long.
  EXPECT_FALSE(MakeSenseOperator(at::ones({401, 2}), maps)->Decompose(images));
  EXPECT_TRUE(MakeSenseOperator(at::ones({400, 2}), maps.narrow(1, 0, 400))->Decompose(images));
}

TEST(SenseOperator, DecomposesOneCoilByItsMask)
{
  const auto mask = MaskOf({Sampling::Points, 0, 1, 1, 9, 11});
  const auto op = MakeSenseOperator(mask);
  const auto x = Normal(1, {1, 1, 1, 9, 11}, at::kComplexDouble);
  const auto decomposition = op->Decompose(x.options());
  ASSERT_TRUE(decomposition);
  EXPECT_TENSOR_EQUAL(decomposition->Eigenvalues(), mask.reshape({1, 9, 11}));
  // One transform of 99 points either way: rounding.
  EXPECT_TENSOR_CLOSE(
      decomposition->Analyze(x) * decomposition->Eigenvalues(), op->Forward(x).reshape({1, 9, 11}), 1e-14);
  EXPECT_FALSE(op->Decompose(at::TensorOptions().dtype(at::kDouble))); // real images are refused
}

TEST(SenseOperator, RefusesBadOperands)
{
  const auto mask = at::ones({9, 11});
  const auto maps = at::ones({2, 1, 9, 11}, at::kComplexFloat);
  EXPECT_THROW_MESSAGE(MakeSenseOperator(at::Tensor()), DataError, "mask");
  EXPECT_THROW_MESSAGE(MakeSenseOperator(mask * 0.5), DataError, "0 and 1");
  EXPECT_THROW_MESSAGE(MakeSenseOperator(mask * std::numeric_limits<double>::quiet_NaN()), DataError, "0 and 1");
  EXPECT_THROW_MESSAGE(MakeSenseOperator(mask * 0), DataError, "keeps nothing");
  EXPECT_THROW_MESSAGE(MakeSenseOperator(at::ones({8, 11}), maps), DataError, "coil maps");
  EXPECT_THROW_MESSAGE(MakeSenseOperator(mask, at::real(maps)), DataError, "complex maps");
  EXPECT_THROW_MESSAGE(MakeSenseOperator(mask, maps.narrow(0, 0, 0)), DataError, "coil > 0");
  EXPECT_THROW_MESSAGE(
      MakeSenseOperator(mask, maps * std::numeric_limits<float>::quiet_NaN()), DataError, "finite maps");
  EXPECT_THROW_MESSAGE(MakeSenseOperator(at::ones({2, 1, 1, 9, 11}), at::ones({3, 2, 1, 9, 11}, at::kComplexFloat)),
                       DataError,
                       "coil maps");
}
