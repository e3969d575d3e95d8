// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIRawFile.h"

#include "tweedieError.h"
#include "tweedieFourierOperator.h"
#include "tweedieHdf5Reader.h"
#include "tweedieMRIPreparation.h"
#include "tweedieProcess.h"
#include "tweedieRawExample.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieVolumeTensor.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr char generator[] = "/usr/bin/ismrmrd_generate_cartesian_shepp_logan";

/** A file of Debian's generator: a Shepp-Logan phantom of 64 pixels, 4 coils, twice as many samples as pixels. */
void
Generate(const std::string & path, std::vector<std::string> more)
{
  more.insert(more.begin(), {generator, "-m", "64", "-c", "4", "-o", path});
  ASSERT_EQ(test::Process(more).Run().exitCode, 0);
}

class MRIRawFile : public ::testing::Test
{
protected:
  void
  SetUp() override
  {
    if (!std::filesystem::exists(generator))
    {
      GTEST_SKIP() << "needs Debian's package ismrmrd-tools";
    }
  }
  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }
  static std::string
  MessageOf(const std::string & path, const std::string & dataset = "")
  {
    try
    {
      ReadMRIRaw(path, dataset);
    }
    catch (const DataError & error)
    {
      return error.what();
    }
    return "";
  }

private:
  test::TemporaryFolder m_Folder;
};

at::Tensor
RootSumOfSquares(const MRIScan & scan)
{
  const at::Tensor images = FourierTransform(TensorView(scan.kspace), 2, FourierDirection::Backward);
  return images.abs().square().sum(0).sqrt().squeeze();
}

TEST_F(MRIRawFile, RootSumOfSquaresIsThatOfIsmrmrdReconCartesian2D)
{
  Generate(File("raw.h5"), {"-n", "0.05"});
  const MRIScan scan = PrepareMRI(ReadMRIRaw(File("raw.h5")), {}).scan;
  ASSERT_EQ(test::Process({"/usr/bin/ismrmrd_recon_cartesian_2d", File("raw.h5")}).Run().exitCode, 0);
  std::vector<float> values;
  Hdf5Reader(File("raw.h5"))
      .Pixels("/dataset/cpp/data",
              [&](const float * data, std::size_t count) { values.insert(values.end(), data, data + count); });
  ASSERT_EQ(values.size(), 64U * 64U);
  const at::Tensor theirs = at::from_blob(values.data(), {64, 64}, at::kFloat).to(at::kDouble);
  const at::Tensor ours = RootSumOfSquares(scan).to(at::kDouble);
  const double scale = ((theirs * ours).sum() / ours.square().sum()).item<double>();
  EXPECT_LT(((ours * scale - theirs).norm() / theirs.norm()).item<double>(), 1e-6);
}

TEST_F(MRIRawFile, AcceleratedRepetitionsTogetherAreFullySampled)
{
  Generate(File("raw.h5"), {"-r", "2", "-a", "2", "-n", "0.01"});
  const MRIRaw raw = ReadMRIRaw(File("raw.h5"));
  EXPECT_EQ(TensorView(PrepareMRI(raw, {}).scan.mask).mean().item<float>(), 1.0F);
  MRIPreparationOptions one;
  one.repetition = 1;
  EXPECT_EQ(TensorView(PrepareMRI(raw, one).scan.mask).mean().item<float>(), 0.5F);
}

TEST_F(MRIRawFile, NoiseReadoutsWhitenTheGeneratorsImage)
{
  Generate(File("raw.h5"), {"-n", "0.5", "-C"});
  const MRIRaw raw = ReadMRIRaw(File("raw.h5"));
  ASSERT_EQ(raw.readouts.size(), 65U);
  const MRIScan scan = PrepareMRI(raw, {}).scan;
  EXPECT_EQ(scan.noise, 1.0);
  // Corners of k-space hold noise alone: lines 0 to 7, samples 0 to 7 and 56 to 63; 256 of them tell a power to 6 %.
  const at::Tensor corners = at::cat({TensorView(scan.kspace).squeeze(1).narrow(1, 0, 8).narrow(2, 0, 8),
                                      TensorView(scan.kspace).squeeze(1).narrow(1, 0, 8).narrow(2, 56, 8),
                                      TensorView(scan.kspace).squeeze(1).narrow(1, 56, 8).narrow(2, 0, 8),
                                      TensorView(scan.kspace).squeeze(1).narrow(1, 56, 8).narrow(2, 56, 8)},
                                     1);
  EXPECT_NEAR(corners.abs().square().mean().item<double>(), 1.0, 0.15);
}

TEST_F(MRIRawFile, AnyGroupIsFoundAndSeveralMustBeChosenFrom)
{
  Generate(File("raw.h5"), {"-d", "one"});
  EXPECT_EQ(ReadMRIRaw(File("raw.h5")).readouts.size(), 64U);
  Generate(File("raw.h5"), {"-d", "two"});
  EXPECT_NE(MessageOf(File("raw.h5")).find("--dataset, one of: one, two"), std::string::npos)
      << MessageOf(File("raw.h5"));
  EXPECT_EQ(ReadMRIRaw(File("raw.h5"), "two").readouts.size(), 64U);
  EXPECT_NE(MessageOf(File("raw.h5"), "three"), "");
  EXPECT_TRUE(IsMRIRawFile(File("raw.h5")));
}

TEST_F(MRIRawFile, AFileCutShortIsRefusedInOneLine)
{
  Generate(File("raw.h5"), {});
  const std::string whole = test::ReadFile(File("raw.h5"));
  for (const double share : {0.0, 0.01, 0.3, 0.9, 0.999})
  {
    test::WriteFile(File("cut.h5"),
                    whole.substr(0, static_cast<std::size_t>(share * static_cast<double>(whole.size()))));
    const std::string message = MessageOf(File("cut.h5"));
    EXPECT_NE(message, "") << share;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

template <typename TValue>
void
Put(std::string & bytes, const TValue & value)
{
  bytes.append(reinterpret_cast<const char *>(&value), sizeof(value));
}

/** A readout as it is sent: 340 bytes of head, whose members are packed, and its samples. */
std::string
Message(const MRIReadout & readout)
{
  std::string bytes;
  Put(bytes, std::uint16_t(1008));
  std::string head(340, '\0');
  const auto set = [&](std::size_t offset, auto value) { std::memcpy(head.data() + offset, &value, sizeof(value)); };
  set(2, readout.flags);
  set(34, static_cast<std::uint16_t>(readout.samples));
  set(38, static_cast<std::uint16_t>(readout.channels));
  set(172, static_cast<std::uint16_t>(readout.centerSample));
  set(178, static_cast<float>(readout.sampleTime));
  set(182, static_cast<float>(readout.position[0]));
  set(242, static_cast<std::uint16_t>(readout.index.step1));
  set(248, static_cast<std::uint16_t>(readout.index.slice));
  bytes += head;
  bytes.append(reinterpret_cast<const char *>(readout.data.data()), readout.data.size() * sizeof(std::complex<float>));
  return bytes;
}

std::string
HeaderText(const std::string & x, const std::string & y)
{
  const std::string space = "<matrixSize><x>" + x + "</x><y>" + y + "</y><z>1</z></matrixSize><fieldOfView_mm><x>" + x +
                            "</x><y>24</y><z>5</z></fieldOfView_mm>";
  return "<?xml version=\"1.0\"?><ismrmrdHeader xmlns=\"http://www.ismrm.org/ISMRMRD\"><encoding><encodedSpace>" +
         space + "</encodedSpace><reconSpace>" + space +
         "</reconSpace><trajectory>cartesian</trajectory></encoding></ismrmrdHeader>";
}

std::string
Stream(const MRIReadout & readout)
{
  const std::string xml = HeaderText("10", "8");
  std::string bytes;
  Put(bytes, std::uint16_t(3));
  Put(bytes, static_cast<std::uint32_t>(xml.size()));
  bytes += xml + Message(readout);
  Put(bytes, std::uint16_t(4));
  return bytes;
}

void
WriteFastMRI(const std::string & path, const at::Tensor & kspace, const std::string & header)
{
  const Hdf5Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  const Hdf5Handle type(H5Tcreate(H5T_COMPOUND, 8), H5Tclose);
  H5Tinsert(type, "r", 0, H5T_NATIVE_FLOAT);
  H5Tinsert(type, "i", 4, H5T_NATIVE_FLOAT);
  const std::vector<hsize_t> shape(kspace.sizes().begin(), kspace.sizes().end());
  const Hdf5Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose);
  const Hdf5Handle data(H5Dcreate2(file, "kspace", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
  H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, kspace.contiguous().data_ptr());
  const Hdf5Handle text(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(text, header.size() + 1);
  const Hdf5Handle one(H5Screate(H5S_SCALAR), H5Sclose);
  const Hdf5Handle xml(H5Dcreate2(file, "ismrmrd_header", text, one, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
  H5Dwrite(xml, text, H5S_ALL, H5S_ALL, H5P_DEFAULT, header.c_str());
}

TEST(FastMRIFile, LinesThatAreNotZeroAreTheScan)
{
  const test::TemporaryFolder folder;
  at::Tensor kspace = test::RandomSamples({3, 2, 12, 8}).to(at::kComplexFloat); // slice, coil, sample, line
  kspace.select(3, 1).zero_();
  kspace.select(3, 6).zero_();
  WriteFastMRI(folder.File("fast.h5"), kspace, HeaderText("12", "10"));
  ASSERT_TRUE(IsMRIRawFile(folder.File("fast.h5")));
  const MRIScan scan = PrepareMRI(ReadMRIRaw(folder.File("fast.h5")), {}).scan;
  EXPECT_TRUE(at::equal(TensorView(scan.kspace), kspace.permute({1, 0, 3, 2})));
  EXPECT_EQ(TensorView(scan.mask).sum().item<float>(), 6.0F * 12.0F);
  EXPECT_DOUBLE_EQ(scan.kspace.GetGrid().spacing.y, 24.0 / 8.0);
}

TEST(MRIRawStream, WhatIsSentArrives)
{
  MRIReadout readout = test::ReadoutOf(test::RandomSamples({3, 10}), 5);
  readout.position[0] = 12.5;
  readout.index.slice = 2;
  std::istringstream stream(Stream(readout));
  const MRIRaw raw = ReadMRIRawStream(stream, "stream");
  ASSERT_EQ(raw.readouts.size(), 1U);
  EXPECT_EQ(raw.readouts[0].data, readout.data);
  EXPECT_EQ(raw.readouts[0].index.step1, 5);
  EXPECT_EQ(raw.readouts[0].index.slice, 2);
  EXPECT_EQ(raw.readouts[0].position[0], 12.5);
  EXPECT_EQ(raw.encodings.at(0).encoded.matrix[1], 8);
}

TEST(MRIRawStream, AStreamThatEndsEarlyOrIsNoneIsRefused)
{
  const std::string whole = Stream(test::ReadoutOf(test::RandomSamples({3, 10}), 5));
  for (const std::size_t length : {std::size_t(0), std::size_t(1), whole.size() / 2, whole.size() - 1})
  {
    std::istringstream stream(whole.substr(0, length));
    EXPECT_THROW(ReadMRIRawStream(stream, "stream"), DataError) << length;
  }
  std::istringstream other("\x50\x4b\x03\x04 something else altogether");
  EXPECT_THROW(ReadMRIRawStream(other, "stream"), DataError);
}

TEST(MRIRawStream, NoCoilsAndNumbersThatAreNoneAreRefused)
{
  MRIReadout readout = test::ReadoutOf(test::RandomSamples({3, 10}), 5);
  readout.data[4] = std::numeric_limits<float>::quiet_NaN();
  std::istringstream stream(Stream(readout));
  EXPECT_THROW(ReadMRIRawStream(stream, "stream"), DataError);
  readout.channels = 0;
  readout.data.clear();
  std::istringstream none(Stream(readout));
  try
  {
    ReadMRIRawStream(none, "stream");
    ADD_FAILURE() << "not refused";
  }
  catch (const DataError & error)
  {
    EXPECT_NE(std::string(error.what()).find("0 coils"), std::string::npos) << error.what();
  }
}
} // namespace
} // namespace tweedie
