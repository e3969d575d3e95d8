// SPDX-License-Identifier: Apache-2.0
// The pixels of other people's DICOM files, against those that ITK's own reader decodes (GDCM).
#include "tweedieDicomSeries.h"
#include "tweedieError.h"
#include "tweedieImageBridge.h"

#include <itkGDCMImageIO.h>
#include <itkImageFileReader.h>

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <optional>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using ImageType = itk::Image<float, 3>;

std::optional<Volume>
Ours(const std::string & path)
{
  try
  {
    return ReadDicomVolume(SelectDicomSeries(path));
  }
  catch (const DataError &)
  {
    return {};
  }
}

ImageType::Pointer
Theirs(const std::string & path)
{
  auto reader = itk::ImageFileReader<ImageType>::New();
  reader->SetImageIO(itk::GDCMImageIO::New());
  reader->SetFileName(path);
  try
  {
    reader->Update();
  }
  catch (const std::exception &)
  {
    return {};
  }
  return reader->GetOutput();
}

/** Largest difference over the largest number; infinite where sizes differ. */
double
Difference(const Volume & a, const Volume & b)
{
  if (a.NumberOfElements() != b.NumberOfElements())
  {
    return INFINITY;
  }
  double largest = 1.0, difference = 0.0;
  for (std::int64_t i = 0; i < a.NumberOfElements(); ++i)
  {
    largest = std::max<double>(largest, std::abs(b.Data()[i]));
    difference = std::max<double>(difference, std::abs(a.Data()[i] - b.Data()[i]));
  }
  return difference / largest;
}

enum Verdict
{
  Same = 0,
  Other = 1,
  NotReadByItk = 2
};

/** In a process of its own: some of these files end GDCM by an assertion. */
Verdict
Compare(const std::string & path, const Volume & ours)
{
  const pid_t child = fork();
  if (child == 0)
  {
    std::freopen("/dev/null", "w", stderr);
    const ImageType::Pointer theirs = Theirs(path);
    // Slope and intercept in single precision, the two in another order.
    const bool isSame = theirs.IsNotNull() && Difference(ours, VolumeFromImage(theirs.GetPointer())) <= 1e-6;
    _exit(theirs.IsNull() ? NotReadByItk : isSame ? Same : Other);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? static_cast<Verdict>(WEXITSTATUS(status)) : NotReadByItk;
}

TEST(DICOMCorpusTest, PixelsAreThoseOfItk)
{
  const std::string folder = "/usr/lib/python3/dist-packages/pydicom/data/test_files";
  if (!fs::exists(folder))
  {
    GTEST_SKIP() << "without the package python3-pydicom";
  }
  // Signed numbers of 14 bits that lossy compression has driven beyond them: GDCM's own gdcmconv --raw gives ours.
  const std::set<std::string> others{"693_J2KI.dcm"};
  int compared = 0;
  for (const auto & entry : fs::recursive_directory_iterator(folder))
  {
    const std::optional<Volume> ours = entry.is_regular_file() ? Ours(entry.path().string()) : std::nullopt;
    if (!ours || others.count(entry.path().filename().string()) > 0)
    {
      continue;
    }
    const Verdict verdict = Compare(entry.path().string(), *ours);
    EXPECT_NE(verdict, Other) << entry.path();
    compared += verdict == Same ? 1 : 0;
  }
  EXPECT_GE(compared, 10);
  RecordProperty("compared", compared);
}
} // namespace
} // namespace tweedie
