// SPDX-License-Identifier: Apache-2.0
// Outputs appear whole or not at all, and no message tells who the patient is.
#include "tweedieDicomWriterFixture.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <chrono>
#include <csignal>
#include <limits>
#include <set>
#include <sys/resource.h>

namespace tweedie
{
namespace
{
using test::RandomVolume;
using test::WriterOptions;
using test::WriterSource;
using test::WrittenFile;

const DicomMapMeaning meaning{StandardDeviationCode(), HounsfieldCode(), "STD", "spread of samples"};
const DicomMaskMeaning maskMeaning{{"85756007", "SCT", "Tissue"}, {"85756007", "SCT", "Tissue"}, "inside"};

class DicomWriterFaults : public test::TemporaryFolderTest
{
protected:
  void
  SetUp() override
  {
    std::filesystem::create_directory(m_Folder.File("source"));
    m_Series = WriterSource().Write(m_Folder.File("source"));
    m_Volume = RandomVolume(m_Series.grid, 0.0F, 100.0F);
  }
  /** Each writer by itself. */
  std::vector<std::function<void()>>
  Writers(const DicomWriteOptions & options) const
  {
    return {[=] { WriteDicomSeries(m_Folder.File("mean"), m_Volume, m_Series, {}, options); },
            [=] { WriteParametricMap(m_Folder.File("map.dcm"), m_Volume, m_Series, meaning, options); },
            [=] { WriteSegmentation(m_Folder.File("mask.dcm"), m_Volume, m_Series, maskMeaning, options); },
            [=] { WriteEncapsulatedPdf(m_Folder.File("report.dcm"), "%PDF-1.4\n", m_Series, "Report", options); }};
  }
  /** That it is refused with this text, without the patient's name, and leaves nothing. */
  template <typename TError>
  void
  ExpectRefusal(const std::function<void()> & write, const std::string & text)
  {
    const int before = m_Folder.Count();
    try
    {
      write();
      ADD_FAILURE() << "not refused: " << text;
    }
    catch (const TError & error)
    {
      const std::string message = error.what();
      EXPECT_NE(message.find(text), std::string::npos) << message;
      EXPECT_EQ(message.find("Muster"), std::string::npos) << message;
      EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    }
    EXPECT_EQ(m_Folder.Count(), before) << text;
  }
  void
  ExpectSeriesRefused(const Volume & volume, const std::string & text)
  {
    ExpectRefusal<DataError>([&] { WriteDicomSeries(m_Folder.File("mean"), volume, m_Series, {}, WriterOptions()); },
                             text);
  }

  DicomSeries m_Series;
  Volume m_Volume;
};

TEST_F(DicomWriterFaults, TheSourceIsNeverReplaced)
{
  DicomWriteOptions options = WriterOptions();
  options.overwrite = true;
  const std::string folder = std::filesystem::path(m_Series.frames.front().path).parent_path().string();
  const int before = m_Folder.Count();
  for (const std::string & output :
       {folder, folder + "/", folder + "/../" + std::filesystem::path(folder).filename().string()})
  {
    ExpectRefusal<UsageError>([&] { WriteDicomSeries(output, m_Volume, m_Series, {}, options); }, "which is an input");
  }
  EXPECT_EQ(m_Folder.Count(), before);
  EXPECT_TRUE(std::filesystem::exists(m_Series.frames.front().path));
}

TEST_F(DicomWriterFaults, OutputThatIsThereIsReplacedOnlyIfAllowed)
{
  DicomWriteOptions options = WriterOptions();
  for (const auto & write : Writers(options))
  {
    write();
    ExpectRefusal<UsageError>(write, "exists already; give --overwrite");
  }
  ExpectRefusal<UsageError>([&] { RequireDicomFolder(m_Folder.File("mean"), false); }, "exists already");
  EXPECT_NO_THROW(RequireDicomFolder(m_Folder.File("mean"), true));
  EXPECT_NO_THROW(RequireDicomFolder(m_Folder.File("new/"), false));
  options.overwrite = true;
  options.provenance.seed = 9;
  const int before = m_Folder.Count();
  for (const auto & write : Writers(options))
  {
    write();
  }
  EXPECT_EQ(m_Folder.Count(), before);
  for (const char * name : {"mean/image-0001.dcm", "map.dcm", "mask.dcm"})
  {
    EXPECT_NE(WrittenFile(m_Folder.File(name)).Text(DCM_DerivationDescription).find("seed 9"), std::string::npos);
  }
  // A folder with anything else in it is somebody's.
  test::WriteFile(m_Folder.File("mean/notes.txt"), "mine");
  ExpectRefusal<UsageError>(Writers(options)[0], "other things than .dcm files");
  EXPECT_EQ(test::ReadFile(m_Folder.File("mean/notes.txt")), "mine");
}

TEST_F(DicomWriterFaults, FoldersThatCannotBeWritten)
{
  for (const std::string & folder : {std::string("/proc"), m_Folder.File("none")}) // not even root can make files there
  {
    const DicomWriteOptions options = WriterOptions();
    const std::vector<std::function<void()>> writers{
        [&] { WriteDicomSeries(folder + "/mean", m_Volume, m_Series, {}, options); },
        [&] { WriteParametricMap(folder + "/map.dcm", m_Volume, m_Series, meaning, options); },
        [&] { WriteSegmentation(folder + "/mask.dcm", m_Volume, m_Series, maskMeaning, options); },
        [&] { WriteEncapsulatedPdf(folder + "/report.dcm", "%PDF-1.4\n", m_Series, "Report", options); }};
    for (const auto & write : writers)
    {
      ExpectRefusal<UsageError>(write, "folder");
    }
  }
}

/** In a process whose files end at so many bytes: 0 when it is refused as a full disk is. */
int
WithLimit(rlim_t bytes, const std::function<void()> & write)
{
  const pid_t child = fork();
  if (child == 0)
  {
    const rlimit limit{bytes, bytes};
    std::signal(SIGXFSZ, SIG_IGN);
    int code = setrlimit(RLIMIT_FSIZE, &limit) == 0 ? 1 : 2;
    try
    {
      write();
    }
    catch (const DataError & error)
    {
      code = std::string(error.what()).find("not written") == std::string::npos ? 3 : 0;
    }
    catch (...)
    {
      code = 4;
    }
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

TEST_F(DicomWriterFaults, AFullDiskLeavesNothing)
{
  const int before = m_Folder.Count();
  for (const rlim_t bytes : {0U, 100U, 1000U, 1900U}) // every object is larger
  {
    for (const auto & write : Writers(WriterOptions()))
    {
      EXPECT_EQ(WithLimit(bytes, write), 0) << bytes;
      EXPECT_EQ(m_Folder.Count(), before) << bytes;
    }
  }
  // And what was there stays as it was.
  Writers(WriterOptions())[0]();
  const std::string whole = test::ReadFile(m_Folder.File("mean/image-0003.dcm"));
  DicomWriteOptions options = WriterOptions();
  options.overwrite = true;
  options.provenance.seed = 9;
  EXPECT_EQ(WithLimit(1000, Writers(options)[0]), 0);
  EXPECT_EQ(test::ReadFile(m_Folder.File("mean/image-0003.dcm")), whole);
}

/** Files of a series that is whole, and of one run. */
void
ExpectWhole(const std::string & folder, std::int64_t slices)
{
  std::set<std::string> series;
  for (std::int64_t slice = 1; slice <= slices; ++slice)
  {
    const std::string name = folder + "/image-00" + (slice < 10 ? "0" : "") + std::to_string(slice) + ".dcm";
    ASSERT_TRUE(std::filesystem::exists(name)) << name;
    WrittenFile file(name);
    series.insert(file.Text(DCM_SeriesInstanceUID));
    const Uint16 * stored = nullptr;
    unsigned long count = 0;
    ASSERT_TRUE(file.Set().findAndGetUint16Array(DCM_PixelData, stored, &count).good()) << name;
    ASSERT_EQ(count, 64U * 64U) << name;
  }
  EXPECT_EQ(series.size(), 1u);
}

TEST_F(DicomWriterFaults, KilledAtAnyMoment)
{
  constexpr std::int64_t slices = 40;
  Grid grid = m_Series.grid;
  grid.size = {slices, 64, 64};
  const Volume volume = RandomVolume(grid, 0.0F, 100.0F);
  const std::string folder = m_Folder.File("mean");
  const auto begin = std::chrono::steady_clock::now();
  WriteDicomSeries(folder, volume, m_Series, {}, WriterOptions());
  const std::chrono::duration<double, std::micro> whole = std::chrono::steady_clock::now() - begin;
  std::mt19937 random(3);
  std::uniform_real_distribution<double> moment(0.0, 1.3 * whole.count()); // most runs do not come to their end
  int killed = 0;
  for (int round = 0; round < 50; ++round)
  {
    DicomWriteOptions options = WriterOptions();
    options.overwrite = true;
    options.provenance.seed = static_cast<std::uint64_t>(round);
    const pid_t child = fork();
    if (child == 0)
    {
      WriteDicomSeries(folder, volume, m_Series, {}, options);
      _exit(0);
    }
    usleep(static_cast<useconds_t>(moment(random)));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status) ? 1 : 0;
    ExpectWhole(folder, slices); // the last run's or one before
  }
  EXPECT_GT(killed, 0);
}

TEST_F(DicomWriterFaults, VolumesThatCannotBeWritten)
{
  Volume bad = m_Volume.Clone();
  bad.Data()[3] = std::numeric_limits<float>::quiet_NaN();
  ExpectSeriesRefused(bad, "finite");
  ExpectSeriesRefused(Volume(m_Series.grid, Volume::Element::Complex), "complex numbers");
  ExpectSeriesRefused(Volume(m_Series.grid, Volume::Element::Real, 2), "one channel");
  ExpectSeriesRefused(Volume(), "one channel");
  Grid sheared = m_Series.grid;
  sheared.direction = {1.0, 0.0, 0.0, 0.0, 1.0, 0.17, 0.0, 0.0, 0.98}; // a gantry that is tilted by 10 degrees
  ExpectSeriesRefused(RandomVolume(sheared, 0.0F, 1.0F), "not orthonormal");
  Grid huge = m_Series.grid;
  huge.size = {1, 65535, 65535};
  const Volume big(huge, Volume::Element::Real, 1, bad.Data(), nullptr); // not looked at
  ExpectSeriesRefused(big, "4 GiB");
  const Volume nothing(m_Series.grid, Volume::Element::Real);
  ExpectRefusal<DataError>(
      [&] { WriteSegmentation(m_Folder.File("mask.dcm"), nothing, m_Series, maskMeaning, WriterOptions()); },
      "at least one voxel");
}

TEST_F(DicomWriterFaults, SourcesThatCannotBeUsed)
{
  DicomSeries other = m_Series;
  other.modality = "US";
  ExpectRefusal<DataError>([&] { WriteDicomSeries(m_Folder.File("m"), m_Volume, other, {}, WriterOptions()); },
                           "required CT or MR");
  other = m_Series;
  other.frames.clear();
  ExpectRefusal<DataError>([&] { WriteDicomSeries(m_Folder.File("m"), m_Volume, other, {}, WriterOptions()); },
                           "given no images");
  test::WriteFile(m_Series.frames[1].path, "no DICOM");
  ExpectRefusal<DataError>(Writers(WriterOptions())[0], "source-2.dcm: given no DICOM image");
  DicomMapMeaning label = meaning;
  label.label = "std"; // a code has no small letters
  ExpectRefusal<UsageError>(
      [&] { WriteParametricMap(m_Folder.File("m.dcm"), m_Volume, m_Series, label, WriterOptions()); }, "content label");
}
} // namespace
} // namespace tweedie
