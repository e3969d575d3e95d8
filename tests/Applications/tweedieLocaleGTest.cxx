// SPDX-License-Identifier: Apache-2.0
// The same run gives the same bytes in Berlin, Istanbul, Tokyo and New York, in whatever folder.
#include "tweedieDicomWriterFixture.h"
#include "tweedieProgramTest.h"

#include <cstdlib>
#include <map>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::Process;
using test::ProcessResult;
using test::TweedieHere;

/** For the processes that start while it lives. */
class Variable
{
public:
  Variable(const char * name, const std::string & value) : m_Name(name)
  {
    const char * before = std::getenv(name);
    m_WasThere = before != nullptr;
    m_Before = m_WasThere ? before : "";
    ::setenv(name, value.c_str(), 1);
  }
  Variable(const Variable &) = delete;
  Variable & operator=(const Variable &) = delete;
  ~Variable()
  {
    m_WasThere ? ::setenv(m_Name, m_Before.c_str(), 1) : ::unsetenv(m_Name);
  }

private:
  const char * m_Name;
  bool m_WasThere = false;
  std::string m_Before;
};

struct Place
{
  std::string locale;
  std::string zone;
  std::string folder;
};

class LocaleProgram : public test::TemporaryFolderTest
{
protected:
  /** A locale of our own, for which nobody has to be root; false where the package of its sources is not installed. */
  bool
  Define(const std::string & language) const
  {
    const std::string compiler = "/usr/bin/localedef";
    if (!fs::exists(compiler) || !fs::exists("/usr/share/i18n/locales/" + language))
    {
      return false;
    }
    const std::string name = m_Folder.File("locales") + "/" + language + ".UTF-8";
    fs::create_directory(m_Folder.File("locales"));
    return Process({compiler, "-i", language, "-f", "UTF-8", name}).Run().exitCode == 0;
  }

  /** Series of CT and MR of 1300 HU and more, because numbers above a thousand get a sign between their digits. */
  static void
  WriteInputs(const std::string & folder)
  {
    for (const char * modality : {"CT", "MR"})
    {
      test::WriterSource source;
      source.modality = modality;
      source.image = test::PhantomImage();
      source.grid = source.image.GetGrid();
      source.intercept = source.modality == "CT" ? -1024.0 : 0.0;
      for (std::int64_t i = 0; i < source.image.NumberOfElements(); ++i)
      {
        source.image.Data()[i] = 12.0F * source.image.Data()[i] - (source.modality == "CT" ? 1000.0F : 0.0F);
      }
      fs::create_directory(folder + "/" + modality);
      source.Write(folder + "/" + modality);
    }
  }

  static ProcessResult
  Run(std::vector<std::string> words)
  {
    words.insert(words.begin(), TWEEDIE_LOCALE_PROGRAM);
    return Process(words).Run();
  }

  /** A run of each kind, on what lies in a folder, whose result ends in "out". */
  static std::vector<std::vector<std::string>>
  Commands(const std::string & folder)
  {
    const auto in = [&](const std::string & name) { return folder + "/" + name; };
    const std::vector<std::string> ct{
        "reconstruct", "ct", in("CT"), "--simulate", "--geometry", in("g.xml"), "--pitch"};
    const std::vector<std::string> mri{"reconstruct", "mri", in("MR"), "--simulate", "--acceleration", "2"};
    const std::vector<std::string> restoration{"reconstruct", "restoration", in("MR"), "--task", "denoise"};
    const auto joined = [](std::vector<std::string> words, const std::vector<std::string> & more)
    {
      words.insert(words.end(), more.begin(), more.end());
      words.insert(words.end(), {"--slices", "2:3", "--deterministic-uids", "--threads", "1"});
      return words;
    };
    return {joined(ct, {"2.5", "--photons", "12345.5", "--method", "fbp", "--output", in("ct out")}),
            joined(mri, {"--method", "zero-filled", "--output", in("mri out")}),
            joined(restoration, {"--noise", "0.0125", "--method", "tv", "--output", in("restoration out")})};
  }

  /** Every DICOM file that these leave, by its place below the folder. */
  static std::map<std::string, std::string>
  FilesOf(const Place & place)
  {
    const Variable locale("LC_ALL", place.locale), zone("TZ", place.zone);
    fs::create_directory(place.folder);
    WriteInputs(place.folder);
    const std::string geometry = place.folder + "/g.xml";
    EXPECT_EQ(TweedieHere({"geometry",
                           "ct",
                           "--type",
                           "fan",
                           "--views",
                           "90",
                           "--sid",
                           "1000",
                           "--sdd",
                           "1500",
                           "--output",
                           geometry})
                  .exitCode,
              0);
    for (const std::vector<std::string> & words : Commands(place.folder))
    {
      const ProcessResult result = Run(words);
      EXPECT_EQ(result.exitCode, 0) << place.locale << " " << words[1] << ": " << result.error;
    }
    std::map<std::string, std::string> files;
    for (const auto & entry : fs::recursive_directory_iterator(place.folder))
    {
      const std::string path = entry.path().string();
      if (entry.path().extension() == ".dcm" && path.find(" out/") != std::string::npos)
      {
        files[path.substr(place.folder.size())] = test::ReadFile(path);
      }
    }
    return files;
  }
};

TEST_F(LocaleProgram, TheBytesOfEveryDicomObjectAreTheSameEverywhere)
{
  if (!Define("de_DE") || !Define("tr_TR"))
  {
    GTEST_SKIP() << "without the package locales";
  }
  const Variable path("LOCPATH", m_Folder.File("locales"));
  const auto here = FilesOf({"C", "UTC", m_Folder.File("plain")});
  EXPECT_GE(here.size(), 3U * 3U) << "two slices and a report each";
  for (const Place & place : {Place{"de_DE.UTF-8", "Asia/Tokyo", m_Folder.File("eine Röntgenaufnahme")},
                              Place{"tr_TR.UTF-8", "America/New_York", m_Folder.File("bir görüntü")}})
  {
    const auto there = FilesOf(place);
    EXPECT_EQ(there.size(), here.size()) << place.locale;
    for (const auto & [name, bytes] : there)
    {
      EXPECT_TRUE(here.count(name) == 1 && here.at(name) == bytes) << place.locale << " " << name;
    }
  }
}

TEST_F(LocaleProgram, ALocaleThatIsNotThereIsNotTakenForOne)
{
  const Variable path("LOCPATH", m_Folder.File("none")), locale("LC_ALL", "de_DE.UTF-8");
  EXPECT_EQ(Run({"--version"}).exitCode, 99) << "else the other test would show nothing";
}
} // namespace
} // namespace tweedie
