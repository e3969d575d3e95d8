// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseAlignment.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
/** Blobs away from the border, without symmetry; in analytic form, so that it can stand anywhere. */
at::Tensor
Object(double down, double right, bool isComplex)
{
  const at::Tensor y = at::arange(32, at::kDouble).unsqueeze(1) - 15.5 - down;
  const at::Tensor x = at::arange(30, at::kDouble).unsqueeze(0) - 14.5 - right;
  const auto blob = [&](double row, double column, double width)
  { return (((y - row).square() + (x - column).square()) / (-2.0 * width * width)).exp(); };
  const at::Tensor magnitude = blob(-3, -2, 2.2) + 0.7 * blob(3, 1, 1.8) + 0.5 * blob(-1, 4, 1.6);
  const at::Tensor object = isComplex ? at::polar(magnitude, 0.4 + magnitude) : magnitude;
  return object.reshape({1, 1, 1, 32, 30});
}
} // namespace

TEST(PhaseAlignment, UndoesFlipShiftAndPhase)
{
  for (const bool isComplex : {false, true})
  {
    const at::Tensor reference = Object(0, 0, isComplex);
    const at::Tensor moved = Object(2, -3, isComplex);
    const at::Tensor turned =
        isComplex ? moved * at::scalar_tensor(c10::complex<double>(std::cos(1.1), std::sin(1.1)), at::kComplexDouble)
                  : moved;
    const PhaseAlignment aligned = AlignPhases(reference, at::cat({turned, FlippedObject(turned)}));
    // The blobs end at 1e-4 of their height at the frame, which the shift cuts.
    EXPECT_TENSOR_CLOSE(aligned.image[0], reference[0], 1e-3);
    EXPECT_TENSOR_CLOSE(aligned.image[1], reference[0], 1e-3);
    EXPECT_FALSE(aligned.flipped[0].item<bool>());
    EXPECT_TRUE(aligned.flipped[1].item<bool>());
    EXPECT_NEAR(aligned.shift[0][0].item<double>(), -2.0, 0.02); // what is too small to interpolate
    EXPECT_NEAR(aligned.shift[0][1].item<double>(), 3.0, 0.02);
    EXPECT_NEAR(aligned.phase[0].item<double>(), isComplex ? -1.1 : 0.0, 1e-3);
  }
}

TEST(PhaseAlignment, FindsFractionsOfAPixel)
{
  const PhaseAlignment aligned = AlignPhases(Object(0, 0, false), Object(1.3, -0.6, false));
  // A parabola through the samples of a smooth peak three pixels wide is right to some hundredths.
  EXPECT_NEAR(aligned.shift[0][0].item<double>(), -1.3, 0.05);
  EXPECT_NEAR(aligned.shift[0][1].item<double>(), 0.6, 0.05);
  EXPECT_TENSOR_CLOSE(aligned.image, Object(0, 0, false), 0.02); // 0.05 pixels of an edge three pixels wide
}

TEST(PhaseAlignment, LeavesWhatIsNoAmbiguity)
{
  const at::Tensor reference = Object(0, 0, false);
  PhaseAmbiguities none;
  none.flip = false;
  none.shift = false;
  none.phase = false;
  const at::Tensor other = FlippedObject(Object(2, 1, false));
  EXPECT_TENSOR_EQUAL(AlignPhases(reference, other, none).image, other);
  none.phase = true;
  EXPECT_TENSOR_EQUAL(AlignPhases(reference, -reference, none).image, reference);
}

TEST(PhaseAlignment, NoiseDoesNotDecide)
{
  const at::Tensor reference = Object(0, 0, false);
  const at::Tensor noisy = FlippedObject(Object(-4, 2, false)) + 0.05 * Normal(1, reference.sizes());
  const PhaseAlignment aligned = AlignPhases(reference, noisy);
  EXPECT_TRUE(aligned.flipped[0].item<bool>());
  EXPECT_NEAR(aligned.shift[0][0].item<double>(), 4.0, 0.3); // of the object that the flip made of it
}

TEST(PhaseAlignment, RefusesOtherShapes)
{
  EXPECT_THROW(AlignPhases(Object(0, 0, false), Object(0, 0, true)), DataError);
  EXPECT_THROW(AlignPhases(Object(0, 0, false), at::ones({1, 1, 1, 8, 8}, at::kDouble)), DataError);
}
