// SPDX-License-Identifier: Apache-2.0
// What comes out of raw data that ISMRMRD's own library wrote: its images, its stream, DICOM.
#include "tweedieDicomWriterFixture.h"
#include "tweedieProgramTest.h"

#include <cstring>
#include <sstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::ExpectValid;
using test::Program;
using test::Tweedie;

// The brightest pixel of each file: its centre in the patient (PS3.3 C.7.6.2.1.1), and what the header says.
constexpr char brightest[] = R"(
import glob, sys
import pydicom
for path in sorted(glob.glob(sys.argv[1] + '/mean/*.dcm')):
    f = pydicom.dcmread(path)
    pixels = f.pixel_array
    row, column = divmod(int(pixels.argmax()), f.Columns)
    p, o, (down, right) = f.ImagePositionPatient, f.ImageOrientationPatient, f.PixelSpacing
    print(*(p[i] + o[i] * right * column + o[3 + i] * down * row for i in range(3)))
)";

constexpr char facts[] = R"(
import sys
import pydicom
f = pydicom.dcmread(sys.argv[1] + '/mean/image-0001.dcm')
for word in ('PatientName PatientID PatientBirthDate PatientSex StudyDate StudyTime StudyID StudyDescription '
             'PatientPosition ProtocolName MagneticFieldStrength ScanningSequence MRAcquisitionType RepetitionTime '
             'EchoTime FlipAngle SliceThickness ImagingFrequency').split():
    value = f.get(word, 'absent')
    print(word, '' if value is None else value)
print('study', f.StudyInstanceUID)
print('frame', f.FrameOfReferenceUID)
print('series', f.SeriesInstanceUID)
print('scanner', f.ContributingEquipmentSequence[0].Manufacturer)
)";

using Point = std::array<double, 3>;

/** Lines of three numbers, the lowest first. */
std::vector<Point>
Points(const std::string & text)
{
  std::vector<Point> points;
  std::istringstream stream(text);
  for (Point p{}; stream >> p[0] >> p[1] >> p[2];)
  {
    points.push_back(p);
  }
  std::sort(points.begin(), points.end());
  return points;
}

void
ExpectSamePoints(const std::vector<Point> & given, const std::vector<Point> & expected)
{
  ASSERT_EQ(given.size(), expected.size());
  for (std::size_t k = 0; k < given.size(); ++k)
  {
    for (std::size_t i = 0; i < 3; ++i)
    {
      EXPECT_NEAR(given[k][i], expected[k][i], 1e-3) << k; // mm; headers have float positions, 3e-5 mm off
    }
  }
}

class RawOutput : public ::testing::Test
{
protected:
  void
  SetUp() override
  {
    if (std::string(TWEEDIE_ISMRMRD_TOOL).empty())
    {
      GTEST_SKIP() << "needs Debian's package libismrmrd-dev when Tweedie is built";
    }
  }
  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }

  /** Where the bright pixels of raw data are for the scanner. */
  std::vector<Point>
  WriteRaw(const std::string & name, const std::string & hand, const std::string & header = "full") const
  {
    return Points(test::Process({TWEEDIE_ISMRMRD_TOOL, "raw", File(name), hand, header}).Run().output);
  }

  test::ProcessResult
  Reconstruct(const std::string & input, const std::string & output, const std::vector<std::string> & more = {}) const
  {
    std::vector<std::string> words{"reconstruct",
                                   "mri",
                                   File(input),
                                   "--method",
                                   "zero-filled",
                                   "--combine",
                                   "rss",
                                   "--progress",
                                   "none",
                                   "--output",
                                   output};
    words.insert(words.end(), more.begin(), more.end());
    return Tweedie(words);
  }

  std::string
  Python(const char * script, const std::string & folder) const
  {
    const auto result = test::Process({"/usr/bin/python3", "-B", "-c", script, File(folder)}).Run();
    EXPECT_EQ(result.exitCode, 0) << result.error;
    return result.output;
  }

private:
  test::TemporaryFolder m_Folder;
};

bool
HasPydicom()
{
  return fs::exists("/usr/lib/python3/dist-packages/pydicom");
}

TEST_F(RawOutput, PixelsLieWhereTheScannerSaysInDicom)
{
  if (!HasPydicom())
  {
    GTEST_SKIP() << "without the package python3-pydicom";
  }
  for (const std::string hand : {"right", "left"})
  {
    const auto expected = WriteRaw(hand + ".h5", hand);
    const auto result = Reconstruct(hand + ".h5", File(hand), {"--format", "dicom"});
    ASSERT_EQ(result.exitCode, 0) << result.error;
    ExpectSamePoints(Points(Python(brightest, hand)), expected);
  }
}

TEST_F(RawOutput, PixelsLieWhereTheScannerSaysInIsmrmrdImages)
{
  for (const std::string hand : {"right", "left"})
  {
    const auto expected = WriteRaw(hand + ".h5", hand);
    ASSERT_EQ(Reconstruct(hand + ".h5", File(hand + "-image.h5")).exitCode, 0);
    const std::string images =
        test::Process({TWEEDIE_ISMRMRD_TOOL, "images", File(hand + "-image.h5"), "image_0"}).Run().output;
    std::istringstream stream(images);
    std::vector<Point> found;
    for (std::string line; std::getline(stream, line);)
    {
      std::istringstream words(line);
      std::vector<double> numbers;
      for (double value = 0.0; words >> value;)
      {
        numbers.push_back(value);
      }
      ASSERT_EQ(numbers.size(), 24U + 2U * 24U * 32U);
      std::size_t best = 0;
      for (std::size_t i = 0; i < 24 * 32; ++i)
      {
        best = numbers[24 + 2 * i] > numbers[24 + 2 * best] ? i : best;
      }
      // position is that of pixel (12, 16), 2.5 x 3 mm.
      const double x = 2.5 * (static_cast<double>(best % 24) - 12.0), y = 3.0 * (static_cast<double>(best / 24) - 16.0);
      Point point{};
      for (std::size_t i = 0; i < 3; ++i)
      {
        point[i] = numbers[12 + i] + x * numbers[15 + i] + y * numbers[18 + i];
      }
      found.push_back(point);
    }
    std::sort(found.begin(), found.end());
    ExpectSamePoints(found, expected);
    const auto header = [&](const std::string & name) {
      return test::Process({TWEEDIE_ISMRMRD_TOOL, "header", File(name)}).Run().output;
    };
    EXPECT_EQ(header(hand + "-image.h5"), header(hand + ".h5"));
  }
}

TEST_F(RawOutput, TheHeaderIsInDicom)
{
  if (!HasPydicom())
  {
    GTEST_SKIP() << "without the package python3-pydicom";
  }
  WriteRaw("raw.h5", "right");
  ASSERT_EQ(Reconstruct("raw.h5", File("full") + "/").exitCode, 0);
  const std::string text = Python(facts, "full");
  for (const char * line : {"PatientName Muster^Erika\n",
                            "PatientID 4711\n",
                            "PatientBirthDate 19700131\n",
                            "PatientSex F\n",
                            "StudyDate 20240229\n",
                            "StudyTime 090507\n",
                            "StudyID 77\n",
                            "StudyDescription Knee\n",
                            "PatientPosition FFS\n",
                            "ProtocolName t2 & more\n",
                            "MagneticFieldStrength 2.89362\n",
                            "ScanningSequence SE\n",
                            "MRAcquisitionType 2D\n",
                            "RepetitionTime 500\n",
                            "EchoTime 12.5\n",
                            "FlipAngle 70\n",
                            "SliceThickness 5\n",
                            "ImagingFrequency 123.194965\n",
                            "study 1.2.826.0.1.3680043.8.498.45787841905\n",
                            "frame 1.2.826.0.1.3680043.8.498.30583\n",
                            "scanner Maker\n"})
  {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

/** What follows a word at the beginning of a line. */
std::string
After(const std::string & text, const std::string & word)
{
  const auto found = ("\n" + text).find("\n" + word + " ");
  return found == std::string::npos ? "absent" : text.substr(found, text.find('\n', found) - found);
}

TEST_F(RawOutput, WhatTheHeaderDoesNotSayIsEmptyAndAllGoesIntoOneStudy)
{
  if (!HasPydicom())
  {
    GTEST_SKIP() << "without the package python3-pydicom";
  }
  WriteRaw("raw.h5", "right", "bare");
  WriteRaw("other.h5", "left", "bare");
  ASSERT_EQ(Reconstruct("raw.h5", File("one"), {"--format", "dicom"}).exitCode, 0);
  ASSERT_EQ(Reconstruct("raw.h5", File("two"), {"--format", "dicom", "--no-whiten"}).exitCode, 0);
  ASSERT_EQ(Reconstruct("other.h5", File("three"), {"--format", "dicom"}).exitCode, 0);
  const std::string one = Python(facts, "one"), two = Python(facts, "two"), three = Python(facts, "three");
  for (const char * word : {"PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "EchoTime"})
  {
    EXPECT_EQ(After(one, word), std::string(word) + " ") << one;
  }
  for (const char * word : {"study", "frame"})
  {
    EXPECT_EQ(After(one, word), After(two, word));
    EXPECT_NE(After(one, word), After(three, word));
  }
  EXPECT_NE(After(one, "series"), After(two, "series"));
}

TEST_F(RawOutput, DicomOfRawDataIsValid)
{
  if (Program("dciodvfy").empty())
  {
    GTEST_SKIP() << "without the package dicom3tools";
  }
  for (const std::string header : {"full", "bare"})
  {
    WriteRaw(header + ".h5", "left", header);
    const auto result = Reconstruct(header + ".h5",
                                    File(header),
                                    {"--format", "dicom", "--deviation", "replica", "--replicas", "4", "--noise", "1"});
    ASSERT_EQ(result.exitCode, 0) << result.error;
    std::size_t files = 0;
    for (const auto & entry : fs::recursive_directory_iterator(File(header)))
    {
      if (entry.path().extension() == ".dcm")
      {
        ExpectValid(entry.path().string(), false); // of slope and intercept of MR it warns
        ++files;
      }
    }
    EXPECT_EQ(files, 3U + 3U + 3U + 1U); // mean, its deviation, three maps, report
  }
}

TEST_F(RawOutput, TheSameRunGivesTheSameBytesWhereThatIsAskedFor)
{
  WriteRaw("raw.h5", "right", "bare");
  const std::vector<std::string> words{"--format", "dicom", "--deterministic-uids"};
  ASSERT_EQ(Reconstruct("raw.h5", File("one"), words).exitCode, 0);
  ASSERT_EQ(Reconstruct("raw.h5", File("two"), words).exitCode, 0);
  EXPECT_EQ(test::ReadFile(File("one/mean/image-0002.dcm")), test::ReadFile(File("two/mean/image-0002.dcm")));
}

TEST_F(RawOutput, StandardOutputIsTheStreamAlone)
{
  WriteRaw("raw.h5", "left");
  ASSERT_EQ(Reconstruct("raw.h5", File("image.h5")).exitCode, 0);
  const Volume image = ReadImage(File("image.h5"));
  const auto result = Reconstruct("raw.h5", "-");
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_NE(result.error.find("standard output: "), std::string::npos) << result.error;
  const std::string & bytes = result.output;
  std::uint16_t kind = 0;
  std::uint32_t length = 0;
  ASSERT_GT(bytes.size(), 6U);
  std::memcpy(&kind, bytes.data(), 2);
  std::memcpy(&length, bytes.data() + 2, 4);
  EXPECT_EQ(kind, 3); // the header
  const std::size_t pixels = 24 * 32 * 4, message = 2 + 198 + 8 + pixels;
  ASSERT_EQ(bytes.size(), 6 + length + 3 * message + 2);
  for (std::size_t slice = 0; slice < 3; ++slice)
  {
    const char * const start = bytes.data() + 6 + length + slice * message;
    std::memcpy(&kind, start, 2);
    EXPECT_EQ(kind, 1022); // an image
    EXPECT_EQ(std::memcmp(start + 2 + 198 + 8, image.Data() + slice * 24 * 32, pixels), 0);
  }
}

TEST_F(RawOutput, DicomOfWhatDoesNotSayWhoseItIsIsRefused)
{
  WriteRaw("raw.h5", "right");
  ASSERT_EQ(Tweedie({"convert", File("raw.h5"), File("scan")}).exitCode, 0);
  const auto result = Reconstruct("scan", File("folder"), {"--format", "dicom"});
  EXPECT_EQ(result.exitCode, 1);
  EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  EXPECT_FALSE(fs::exists(File("folder")));
}

TEST_F(RawOutput, ImagesAreConvertedAndAreNoMeasurement)
{
  WriteRaw("raw.h5", "right");
  ASSERT_EQ(Reconstruct("raw.h5", File("image.h5")).exitCode, 0);
  ASSERT_EQ(Tweedie({"convert", File("image.h5"), File("image.nii.gz")}).exitCode, 0);
  EXPECT_TRUE(ReadImage(File("image.nii.gz")).GetGrid().IsCongruent(ReadImage(File("image.h5")).GetGrid()));
  const auto result = Reconstruct("image.h5", File("again.h5"));
  EXPECT_EQ(result.exitCode, 2);
  EXPECT_NE(result.error.find("no ISMRMRD raw data"), std::string::npos) << result.error;
}
} // namespace
} // namespace tweedie
