// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieImagePart.h"
#include "tweedieVolumeTensor.h"

#include <limits>

namespace tweedie
{
namespace
{
Grid
SmallGrid()
{
  Grid grid;
  grid.size = {3, 4, 5};
  grid.spacing = {2.0, 1.5, 0.5};
  grid.origin = {10.0, 20.0, 30.0};
  // Rotated by a quarter turn about x: the z index runs along -y.
  grid.direction = {1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0};
  return grid;
}

TEST(Volume, StartsAtZeroAndSharesItsBufferUntilCloned)
{
  Volume volume(SmallGrid(), Volume::Element::Complex, 2);
  EXPECT_EQ(volume.NumberOfElements(), 120);
  EXPECT_EQ(volume.ComplexData()[119], std::complex<float>(0.0f, 0.0f));
  Volume shared = volume;
  const Volume clone = volume.Clone();
  shared.ComplexData()[7] = {1.0f, -2.0f};
  EXPECT_EQ(volume.Data()[14], 1.0f);
  EXPECT_EQ(volume.Data()[15], -2.0f);
  EXPECT_EQ(clone.Data()[14], 0.0f);
}

TEST(Volume, KeeperLivesAsLongAsTheLastCopy)
{
  auto owner = std::make_shared<std::vector<float>>(60, 2.0f);
  const std::weak_ptr<void> watch = owner;
  at::Tensor view;
  {
    const Volume volume(SmallGrid(), Volume::Element::Real, 1, owner->data(), owner);
    owner.reset();
    view = TensorView(volume);
  }
  EXPECT_FALSE(watch.expired());
  EXPECT_EQ(view.sum().item<float>(), 120.0f);
  view.reset();
  EXPECT_TRUE(watch.expired());
}

TEST(Volume, SlicesTakeTheirPlaceInSpaceAlong)
{
  Volume volume(SmallGrid(), Volume::Element::Real, 2);
  TensorView(volume).copy_(at::arange(120, at::kFloat).view({2, 3, 4, 5}));
  const Volume slices = volume.Slices(0, 2, 2);
  EXPECT_TENSOR_EQUAL(TensorView(slices), TensorView(volume).slice(1, 0, 3, 2));
  EXPECT_EQ(slices.GetGrid().spacing.z, 4.0);
  const Volume last = volume.Slices(2, 1);
  // Two steps of 2 mm along the z index axis, which points to -y.
  EXPECT_EQ(last.GetGrid().origin, (std::array<double, 3>{10.0, 16.0, 30.0}));
}

TEST(Volume, TheMagnitudeOfARealVolumeKeepsItsSign)
{
  Grid grid;
  grid.size = {1, 1, 2};
  Volume real(grid, Volume::Element::Real);
  real.Data()[0] = -1000.0F;
  EXPECT_EQ(ImagePart(real, "magnitude").Data()[0], -1000.0F);
  Volume complex(grid, Volume::Element::Complex);
  complex.ComplexData()[0] = {-3.0F, 4.0F};
  EXPECT_EQ(ImagePart(complex, "magnitude").Data()[0], 5.0F);
  EXPECT_THROW_MESSAGE(ImagePart(real, "complex"), UsageError, "required magnitude or phase");
}

TEST(Volume, RefusesWhatDoesNotFit)
{
  Volume volume(SmallGrid(), Volume::Element::Real);
  EXPECT_THROW_MESSAGE(volume.Slices(1, 3), DataError, "required inside 0..2");
  EXPECT_THROW_MESSAGE(volume.Slices(0, 2, 3), DataError, "step 3");
  EXPECT_THROW_MESSAGE(volume.ComplexData(), DataError, "required complex");
  EXPECT_THROW_MESSAGE(Volume(Grid{{0, 1, 1}}, Volume::Element::Real), DataError, "must be positive");
  EXPECT_THROW_MESSAGE(volume.SetGrid(Grid{}), DataError, "required the size 3 x 4 x 5");
  volume.RequireFinite("image");
  volume.Data()[17] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW_MESSAGE(volume.RequireFinite("image"), DataError, "image: element 17 is not finite");
}

TEST(VolumeTensor, SliceBatchIsAViewAndHasItsInverse)
{
  Volume volume(SmallGrid(), Volume::Element::Complex, 2);
  TensorView(volume).copy_(at::randn({2, 3, 4, 5}, at::kComplexFloat));
  const at::Tensor batch = SliceBatch(volume);
  EXPECT_EQ(batch.sizes(), at::IntArrayRef({3, 2, 1, 4, 5}));
  EXPECT_TENSOR_EQUAL(batch[1][0][0], TensorView(volume)[0][1]);
  EXPECT_EQ(batch.data_ptr(), TensorView(volume).data_ptr());
  const Volume back = VolumeFromSliceBatch(batch.to(at::kComplexDouble), volume.GetGrid());
  EXPECT_TENSOR_EQUAL(TensorView(back), TensorView(volume));
  EXPECT_TRUE(back.GetGrid().IsCongruent(volume.GetGrid()));
}

TEST(VolumeTensor, RefusesShapesThatDoNotFitTheGrid)
{
  EXPECT_THROW_MESSAGE(
      VolumeFromTensor(at::zeros({1, 3, 4, 4}), SmallGrid()), DataError, "required [channel, 3, 4, 5]");
  EXPECT_THROW_MESSAGE(VolumeFromTensor(at::Tensor(), SmallGrid()), DataError, "(none)");
  EXPECT_THROW_MESSAGE(VolumeFromSliceBatch(at::zeros({3, 4, 5}), SmallGrid()), DataError, "[z, channel, 1, y, x]");
  EXPECT_THROW_MESSAGE(TensorView(Volume()), DataError, "empty volume");
}

TEST(Grid, CongruenceIsMeasuredInVoxels)
{
  const Grid grid = SmallGrid();
  Grid moved = grid;
  moved.origin[0] += 4e-5; // 0.8e-4 of the smallest spacing, 0.5: inside the tolerance of 1e-4
  EXPECT_TRUE(grid.IsCongruent(moved));
  moved.origin[0] += 4e-5;
  EXPECT_FALSE(grid.IsCongruent(moved));
  Grid turned = grid;
  turned.direction[0] = -1.0;
  EXPECT_FALSE(grid.IsCongruent(turned));
  Grid broken = grid;
  broken.spacing.x = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(grid.IsCongruent(broken));
}
} // namespace
} // namespace tweedie
