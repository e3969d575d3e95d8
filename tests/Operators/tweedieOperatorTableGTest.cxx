// SPDX-License-Identifier: Apache-2.0
// Every row of the operator table, in both precisions, on every device: the properties that make it an operator.
#include "tweedieOperatorTable.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieTestDevices.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <set>
#include <tuple>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
using Parameter = std::tuple<OperatorRow, at::ScalarType, c10::Device>;

class OperatorConformance : public testing::TestWithParam<Parameter>
{
protected:
  OperatorConformance()
      : m_Operator(std::get<0>(GetParam()).makeTestProblem(7)), m_Real(std::get<1>(GetParam())),
        m_Device(std::get<2>(GetParam()))
  {
  }

  // The bars of the project: float 1e-5, double 1e-12 for the dot test; the other identities are as good, being sums of
  // a few hundred rounded terms (float: 300 * 6e-8).
  double
  Tolerance() const
  {
    return m_Real == at::kFloat ? 1e-5 : 1e-12;
  }

  std::vector<at::ScalarType>
  Types() const
  {
    const auto complex = at::toComplexType(m_Real);
    return m_Operator->RequiresComplex() ? std::vector<at::ScalarType>{complex}
                                         : std::vector<at::ScalarType>{complex, m_Real};
  }

  at::Tensor
  Random(const Shape & shape, at::ScalarType type, std::uint64_t seed, std::int64_t batch = 3) const
  {
    return Streams(seed, batch).Normal(shape, type).to(m_Device);
  }

  LinearOperatorPointer m_Operator;
  at::ScalarType m_Real;
  c10::Device m_Device;
};

TEST_P(OperatorConformance, AdjointIsTheAdjoint)
{
  for (const auto type : Types())
  {
    EXPECT_LE(AdjointError(*m_Operator, 1, type, m_Device), Tolerance());
  }
}

TEST_P(OperatorConformance, NormalIsAdjointAfterForward)
{
  for (const auto type : Types())
  {
    const auto x = Random(m_Operator->DomainShape(), type, 2);
    EXPECT_TENSOR_CLOSE(m_Operator->Normal(x), m_Operator->Adjoint(m_Operator->Forward(x)), Tolerance());
  }
}

TEST_P(OperatorConformance, IsLinear)
{
  for (const auto type : Types())
  {
    const auto x = Random(m_Operator->DomainShape(), type, 3);
    const auto z = Random(m_Operator->DomainShape(), type, 4);
    const auto expected = m_Operator->Forward(x) * 0.7 - m_Operator->Forward(z) * 2.1;
    EXPECT_TENSOR_CLOSE(m_Operator->Forward(x * 0.7 - z * 2.1), expected, Tolerance());
  }
}

TEST_P(OperatorConformance, BackwardOfOneDirectionIsTheOther)
{
  const auto type = Types().front();
  auto x = Random(m_Operator->DomainShape(), type, 5);
  auto y = Random(m_Operator->RangeShape(), type, 6);
  x.set_requires_grad(true);
  m_Operator->Forward(x).backward(y);
  EXPECT_TENSOR_EQUAL(x.grad(), m_Operator->Adjoint(y));

  const auto v = Random(m_Operator->DomainShape(), type, 8);
  x.mutable_grad().reset();
  m_Operator->Normal(x).backward(v);
  EXPECT_TENSOR_EQUAL(x.grad(), m_Operator->Normal(v));

  y.set_requires_grad(true);
  m_Operator->Adjoint(y).backward(v);
  EXPECT_TENSOR_EQUAL(y.grad(), m_Operator->Forward(v));
}

TEST_P(OperatorConformance, BatchEqualsLoop)
{
  const auto type = Types().front();
  const auto x = Random(m_Operator->DomainShape(), type, 9);
  const auto batch = m_Operator->Forward(x);
  const auto normal = m_Operator->Normal(x);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    const auto index = at::tensor({i}, at::kLong);
    const auto one = std::dynamic_pointer_cast<const LinearOperator>(m_Operator->Select(index));
    ASSERT_TRUE(one);
    // Matrix products of other sizes sum in another order; all else is equal to the bit.
    EXPECT_TENSOR_CLOSE(one->Forward(x.narrow(0, i, 1)), batch.narrow(0, i, 1), Tolerance());
    EXPECT_TENSOR_CLOSE(one->Normal(x.narrow(0, i, 1)), normal.narrow(0, i, 1), Tolerance());
  }
}

TEST_P(OperatorConformance, ResultsHaveShapeTypeAndDevice)
{
  for (const auto type : Types())
  {
    const auto y = m_Operator->Forward(Random(m_Operator->DomainShape(), type, 10));
    auto sizes = m_Operator->RangeShape();
    sizes.insert(sizes.begin(), 3);
    EXPECT_EQ(y.sizes().vec(), sizes);
    EXPECT_EQ(y.scalar_type(), type);
    EXPECT_EQ(y.device(), m_Device);
  }
}

TEST_P(OperatorConformance, MaskedUnitaryMeansProjection)
{
  if (!m_Operator->IsMaskedUnitary())
  {
    return;
  }
  const auto x = Random(m_Operator->DomainShape(), Types().front(), 11);
  const auto once = m_Operator->Normal(x);
  EXPECT_TENSOR_CLOSE(m_Operator->Normal(once), once, Tolerance());
}

TEST_P(OperatorConformance, DecompositionIsThatOfTheNormalOperator)
{
  for (const auto type : Types())
  {
    const auto x = Random(m_Operator->DomainShape(), type, 12);
    const auto decomposition = m_Operator->Decompose(x.options());
    if (!decomposition)
    {
      continue;
    }
    const auto z = decomposition->Analyze(x);
    const auto values = decomposition->Eigenvalues();
    EXPECT_EQ(z.scalar_type(), type);
    EXPECT_EQ(z.numel(), x.numel());
    ASSERT_EQ(values.dim(), 3);
    EXPECT_TRUE(values.sizes().slice(1).equals(z.sizes().slice(1)));
    EXPECT_TRUE(values.size(0) == 1 || values.size(0) == m_Operator->BatchSize());
    EXPECT_GE(values.min().item<double>(), 0.0);
    EXPECT_TENSOR_CLOSE(decomposition->Synthesize(z * values), m_Operator->Normal(x), Tolerance());
    // V V^H = V^H V = I, on random vectors.
    EXPECT_TENSOR_CLOSE(decomposition->Synthesize(z), x, Tolerance());
    const auto w = Random(z.sizes().slice(1).vec(), type, 13);
    const auto image = decomposition->Synthesize(w);
    EXPECT_TENSOR_CLOSE(decomposition->Analyze(image), w, Tolerance());
    EXPECT_NEAR(image.norm().item<double>(), w.norm().item<double>(), Tolerance() * w.norm().item<double>());
  }
}

TEST_P(OperatorConformance, DecompositionOfASelectionIsThatOfItsEntries)
{
  const auto type = Types().front();
  const auto index = at::tensor({2, 0}, at::kLong);
  const auto part = std::dynamic_pointer_cast<const LinearOperator>(m_Operator->Select(index));
  ASSERT_TRUE(part);
  const auto x = Random(m_Operator->DomainShape(), type, 14, 2);
  const auto decomposition = part->Decompose(x.options());
  EXPECT_EQ(decomposition != nullptr, m_Operator->Decompose(x.options()) != nullptr);
  if (decomposition)
  {
    const auto z = decomposition->Analyze(x);
    EXPECT_TENSOR_CLOSE(decomposition->Synthesize(z * decomposition->Eigenvalues()), part->Normal(x), Tolerance());
  }
}

TEST_P(OperatorConformance, RefusesWrongShapeTypeAndBatch)
{
  auto wrong = m_Operator->DomainShape();
  wrong.back() += 1;
  const auto type = Types().front();
  EXPECT_THROW_MESSAGE(m_Operator->Forward(Random(wrong, type, 1)), DataError, "required [");
  EXPECT_THROW_MESSAGE(m_Operator->Forward(at::Tensor()), DataError, m_Operator->Name());
  const auto x = Random(m_Operator->DomainShape(), type, 1);
  EXPECT_THROW_MESSAGE(m_Operator->Forward(x.select(0, 0)), DataError, "required [");
  EXPECT_THROW_MESSAGE(m_Operator->Normal(at::real(x).to(at::kInt)), DataError, "precision");
  wrong = m_Operator->RangeShape();
  wrong.front() += 1;
  EXPECT_THROW_MESSAGE(m_Operator->Adjoint(Random(wrong, type, 1)), DataError, "required [");
  if (m_Operator->RequiresComplex())
  {
    EXPECT_THROW_MESSAGE(m_Operator->Forward(at::real(x)), DataError, "complex");
  }
  if (m_Operator->BatchSize() != 1)
  {
    EXPECT_THROW_MESSAGE(m_Operator->Forward(x.narrow(0, 0, 2)), DataError, "required [3");
  }
}

std::string
NameOf(const testing::TestParamInfo<Parameter> & info)
{
  std::string name = std::get<0>(info.param).name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name + (std::get<1>(info.param) == at::kFloat ? "_float_" : "_double_") + DeviceName(std::get<2>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Table,
                         OperatorConformance,
                         testing::Combine(testing::ValuesIn(OperatorTable()),
                                          testing::Values(at::kFloat, at::kDouble),
                                          testing::ValuesIn(Devices())),
                         NameOf);

TEST(OperatorTable, NamesAreUniqueAndExplained)
{
  std::set<std::string> names;
  for (const auto & row : OperatorTable())
  {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.help.empty()) << row.name;
  }
}
} // namespace

namespace tweedie
{
// GoogleTest prints parameters by their bytes otherwise.
void
PrintTo(const OperatorRow & row, std::ostream * out)
{
  *out << row.name;
}
} // namespace tweedie
