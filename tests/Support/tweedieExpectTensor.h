// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieExpectTensor_h
#define tweedieExpectTensor_h

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace tweedie
{
namespace test
{
/** Either real or complex, as a tensor of doubles. */
inline at::Tensor
AsDouble(const at::Tensor & x)
{
  return x.detach().cpu().to(x.is_complex() ? at::kComplexDouble : at::kDouble);
}

/** ||a - b|| / ||b|| over all elements in double (the norm of the difference where b is zero); NaN stays NaN. */
inline double
RelativeError(const at::Tensor & a, const at::Tensor & b)
{
  const double difference = at::norm(AsDouble(a) - AsDouble(b)).abs().item<double>();
  const double reference = at::norm(AsDouble(b)).abs().item<double>();
  return reference > 0.0 ? difference / reference : difference;
}

/** max |a - b| in double; NaN stays NaN. */
inline double
LargestDifference(const at::Tensor & a, const at::Tensor & b)
{
  const at::Tensor difference = (AsDouble(a) - AsDouble(b)).abs();
  return difference.numel() == 0 ? 0.0 : difference.max().item<double>();
}

/** Same shape, and max |a - b| <= tolerance; a NaN fails. */
inline ::testing::AssertionResult
TensorNear(const at::Tensor & a, const at::Tensor & b, double tolerance)
{
  if (!a.defined() || !b.defined())
  {
    return ::testing::AssertionFailure() << "an undefined tensor";
  }
  if (a.sizes() != b.sizes())
  {
    return ::testing::AssertionFailure() << "shapes " << a.sizes() << " and " << b.sizes();
  }
  const double difference = LargestDifference(a, b);
  if (!(difference <= tolerance))
  {
    return ::testing::AssertionFailure() << "largest difference " << difference << ", allowed " << tolerance;
  }
  return ::testing::AssertionSuccess() << "largest difference " << difference;
}

/** Same shape, and ||a - b|| <= tolerance ||b||; a NaN fails. */
inline ::testing::AssertionResult
TensorClose(const at::Tensor & a, const at::Tensor & b, double tolerance)
{
  if (!a.defined() || !b.defined())
  {
    return ::testing::AssertionFailure() << "an undefined tensor";
  }
  if (a.sizes() != b.sizes())
  {
    return ::testing::AssertionFailure() << "shapes " << a.sizes() << " and " << b.sizes();
  }
  const double error = RelativeError(a, b);
  if (!(error <= tolerance))
  {
    return ::testing::AssertionFailure() << "relative error " << error << ", allowed " << tolerance;
  }
  return ::testing::AssertionSuccess() << "relative error " << error;
}
} // namespace test
} // namespace tweedie

/** max |a - b| <= tolerance, equal shapes, NaN fails. */
#define EXPECT_TENSOR_NEAR(a, b, tolerance) EXPECT_TRUE(::tweedie::test::TensorNear((a), (b), (tolerance)))
/** ||a - b|| <= tolerance ||b||, equal shapes, NaN fails. */
#define EXPECT_TENSOR_CLOSE(a, b, tolerance) EXPECT_TRUE(::tweedie::test::TensorClose((a), (b), (tolerance)))
/** Bit-equal. */
#define EXPECT_TENSOR_EQUAL(a, b) EXPECT_TRUE(::tweedie::test::TensorNear((a), (b), 0.0))

/** The statement throws exception, and its one-line message contains text. */
#define EXPECT_THROW_MESSAGE(statement, exception, text)                                                               \
  do                                                                                                                   \
  {                                                                                                                    \
    std::string tweedieMessage;                                                                                        \
    EXPECT_THROW(                                                                                                      \
        {                                                                                                              \
          try                                                                                                          \
          {                                                                                                            \
            statement;                                                                                                 \
          }                                                                                                            \
          catch (const exception & tweedieCaught)                                                                      \
          {                                                                                                            \
            tweedieMessage = tweedieCaught.what();                                                                     \
            throw;                                                                                                     \
          }                                                                                                            \
        },                                                                                                             \
        exception);                                                                                                    \
    EXPECT_NE(tweedieMessage.find(text), std::string::npos) << "message: " << tweedieMessage;                          \
    EXPECT_EQ(tweedieMessage.find('\n'), std::string::npos) << "message: " << tweedieMessage;                          \
  } while (false)

#endif
