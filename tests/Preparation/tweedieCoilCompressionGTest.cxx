// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoilCompression.h"

#include "tweedieBartFile.h"
#include "tweedieError.h"
#include "tweedieFourierOperator.h"
#include "tweedieImageFile.h"
#include "tweedieMRIPreparation.h"
#include "tweedieProcess.h"
#include "tweedieRawExample.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieVolumeTensor.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace tweedie
{
namespace
{
constexpr std::int64_t coils = 8, rows = 24, columns = 40;

/** Images [coil, 1, y, x] of random pixels, seen by coils that stand in a row along the readout. */
at::Tensor
CoilImages()
{
  const at::Tensor c = at::arange(coils, at::kDouble).view({coils, 1, 1, 1});
  const at::Tensor x = at::arange(columns, at::kDouble).view({1, 1, 1, columns});
  const at::Tensor y = at::arange(rows, at::kDouble).view({1, 1, rows, 1});
  const at::Tensor along = at::exp(((x / 5.0 - c) / 1.5).square() * -1.0);
  const at::Tensor angle = c * c * 0.9 + x * 0.02 * c + y * 0.5 * at::sin(c * 2.3);
  return along * at::complex(at::cos(angle), at::sin(angle)) * test::RandomSamples({1, 1, rows, columns});
}

at::Tensor
CoilKspace()
{
  return FourierTransform(CoilImages(), 2, FourierDirection::Forward).to(at::kComplexFloat);
}

double
EnergyOf(const at::Tensor & tensor)
{
  return tensor.to(at::kComplexDouble).abs().square().sum().item<double>();
}

double
LostBy(const at::Tensor & compressed, const at::Tensor & kspace)
{
  return 1.0 - EnergyOf(compressed) / EnergyOf(kspace);
}

TEST(GeometricCoilCompression, IsUnitaryWhenAllCoilsAreKept)
{
  const at::Tensor kspace = CoilKspace(), matrices = GeometricCoilCompression(kspace, coils);
  const at::Tensor product = at::bmm(matrices, matrices.conj().transpose(1, 2));
  EXPECT_LT((product - at::eye(coils, at::kComplexFloat)).abs().max().item<double>(), 1e-5);
  const at::Tensor images =
      FourierTransform(MixCoilsAlongReadout(matrices, kspace), 2, FourierDirection::Backward).to(at::kComplexDouble);
  const at::Tensor error = images.abs().square().sum(0).sqrt() - CoilImages().abs().square().sum(0).sqrt();
  EXPECT_LT(error.abs().max().item<double>(), 1e-5); // float numbers of about 3
}

TEST(GeometricCoilCompression, LosesLessThanSingularVectorsOfAllData)
{
  const at::Tensor kspace = CoilKspace();
  for (const std::int64_t kept : {3, 5})
  {
    const double geometric = LostBy(MixCoilsAlongReadout(GeometricCoilCompression(kspace, kept), kspace), kspace);
    const double whole = LostBy(MixCoils(CoilCompression(kspace, kept), kspace), kspace);
    // Some four coils see a place, eight see the image: measured, 0.011 against 0.50, and 3e-5 against 0.25.
    EXPECT_LT(geometric, 0.05 * whole) << kept;
    EXPECT_GT(geometric, 0.0) << kept;
  }
}

TEST(GeometricCoilCompression, EveryMatrixIsAsNearToItsNeighbourAsCanBe)
{
  const at::Tensor matrices = GeometricCoilCompression(CoilKspace(), 4).to(at::kComplexDouble);
  const at::Tensor first = matrices.narrow(0, 0, columns - 1), second = matrices.narrow(0, 1, columns - 1);
  const at::Tensor products = at::bmm(second, first.conj().transpose(1, 2));
  const at::Tensor alike = at::real(products.diagonal(0, 1, 2).sum(1));
  // |P A - B|^2 = 2 V - 2 Re tr(P A B^H), and no unitary P makes that trace larger than the sum of singular values.
  EXPECT_LT((at::linalg_svdvals(products).sum(1) - alike).abs().max().item<double>(), 1e-5);
  // What is left is how far the spaces themselves turn: measured, at most 0.98; matrices that are not aligned differ by
  // up to 2 V^(1/2) = 4.
  EXPECT_LT(at::linalg_vector_norm(second - first, 2, at::IntArrayRef({1, 2})).max().item<double>(), 1.2);
}

TEST(GeometricCoilCompression, KeepsTheEnergyThatBartKeeps)
{
  if (!std::filesystem::exists("/usr/bin/bart"))
  {
    GTEST_SKIP() << "needs Debian's package bart";
  }
  const test::TemporaryFolder folder;
  const at::Tensor kspace = CoilKspace();
  Grid grid;
  grid.size = {1, rows, columns};
  WriteImage(folder.File("kspace.cfl"), VolumeFromTensor(kspace, grid));
  const auto bart =
      test::Process({"/usr/bin/bart", "cc", "-G", "-A", "-p", "3", folder.File("kspace"), folder.File("less")}).Run();
  ASSERT_EQ(bart.exitCode, 0) << bart.error;
  const double theirs = LostBy(TensorView(ReadImage(folder.File("less.cfl"))), kspace);
  const double ours = LostBy(MixCoilsAlongReadout(GeometricCoilCompression(kspace, 3), kspace), kspace);
  EXPECT_NEAR(ours, theirs, 1e-5); // of 0.0113: single precision
}

TEST(GeometricCoilCompression, OfRawDataNeedsWholeCartesianReadouts)
{
  const at::Tensor kspace = CoilKspace();
  MRIRaw raw = test::RawOf(kspace.squeeze(1));
  MRIPreparationOptions options;
  options.coilCompression = "geometric";
  const auto messageOf = [&]
  {
    try
    {
      PrepareMRI(raw, options);
    }
    catch (const UsageError & error)
    {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(messageOf().find("--virtual-coils"), std::string::npos) << messageOf();
  options.virtualCoils = 4;
  const at::Tensor wanted = MixCoilsAlongReadout(GeometricCoilCompression(kspace, 4), kspace);
  EXPECT_LT((TensorView(PrepareMRI(raw, options).scan.kspace) - wanted).abs().max().item<double>(), 1e-4);
  raw.readouts[3].discardPre = 2;
  EXPECT_NE(messageOf().find("whole readouts"), std::string::npos) << messageOf();
  raw.encodings[0].trajectory = "radial";
  EXPECT_NE(messageOf().find("required Cartesian"), std::string::npos) << messageOf();
}
} // namespace
} // namespace tweedie
