// SPDX-License-Identifier: Apache-2.0
#include "tweedieNetworkTest.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>

#include <csignal>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::Server;
using test::Tweedie;

class NetworkJob : public test::NetworkTest
{
protected:
  void
  SetUp() override
  {
    NetworkTest::SetUp();
    fs::create_directory(m_Folder.File("pacs"));
    m_Port = test::FreePort();
  }
  std::unique_ptr<Server>
  StoreScp(const std::vector<std::string> & more)
  {
    std::vector<std::string> words{"storescp", "-od", m_Folder.File("pacs")};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(std::to_string(m_Port));
    auto server = std::make_unique<Server>(words, m_Folder.File("pacs.log"));
    EXPECT_TRUE(test::IsListening(m_Port));
    return server;
  }
  std::size_t
  CountReturned() const
  {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(m_Folder.File("pacs")), {}));
  }
  std::vector<std::string>
  SendWords(const std::vector<std::string> & more) const
  {
    std::vector<std::string> words{
        "send", m_CT, m_MR, "--port", std::to_string(m_Port), "--list", m_Folder.File("list")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  std::string
  List() const
  {
    return test::FileBytes(m_Folder.File("list"));
  }
  std::uint16_t m_Port = 0;
};

TEST_F(NetworkJob, SendSaysWhatWasSentAndNamesWhatWasRefused)
{
  const auto receiver = Receive({"--max-file-size", "0.03"}); // CT 39 kB
  m_Port = static_cast<std::uint16_t>(m_Peer.port);
  const auto result = test::TweedieHere(SendWords({"--progress", "none"}));
  EXPECT_EQ(result.exitCode, 2);
  EXPECT_EQ(result.output, "sent 1 of 2 instances to 127.0.0.1:" + std::to_string(m_Port) + ", 1 refused\n");
  EXPECT_NE(result.error.find("not taken: " + test::InstanceUid(m_CT) + ": status 0xC002\n"), std::string::npos)
      << result.error;
  EXPECT_EQ(List(), test::InstanceUid(m_MR) + "\n");
  const auto again = test::TweedieHere(SendWords({"--progress", "none"}));
  EXPECT_NE(again.output.find("1 confirmed before"), std::string::npos) << again.output;
}

TEST_F(NetworkJob, SendThatIsInterruptedKeepsWhatWasConfirmed)
{
  const auto pacs = StoreScp({"--sleep-after", "10"});
  const auto result = Tweedie(SendWords({"--progress", "bar"}), SIGINT);
  EXPECT_EQ(result.exitCode, 130) << result.error;
  const std::string first = test::InstanceUid(m_CT) + "\n";
  EXPECT_TRUE(List().empty() || List() == first) << List();
  EXPECT_EQ(result.output, "");
}

TEST_F(NetworkJob, ACompleteSeriesIsReconstructedUnderAPresetAndTheResultReturned)
{
  std::ofstream(m_Folder.File("preset.json"))
      << R"({"description": "quick", "configuration": {"method": "tikhonov", "noise": 5}})";
  const auto pacs = StoreScp({});
  const auto receiver =
      ReceiveProgram({"--job",
                      "reconstruct restoration --task denoise --preset " + m_Folder.File("preset.json"),
                      "--return-host",
                      "127.0.0.1",
                      "--return-port",
                      std::to_string(m_Port),
                      "--stop-after",
                      "1"});
  EXPECT_EQ(Send({m_CT}).sent, 1U);
  EXPECT_EQ(receiver->Wait(), 0) << receiver->Log();
  EXPECT_NE(receiver->Log().find("return of series"), std::string::npos) << receiver->Log();
  // The mean, its deviation as a map and as an image, both ends of the interval, the report.
  EXPECT_EQ(CountReturned(), 6U);
  for (const auto & entry : fs::directory_iterator(m_Folder.File("pacs")))
  {
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(entry.path().c_str()).good());
    OFString study;
    file.getDataset()->findAndGetOFString(DCM_StudyInstanceUID, study);
    EXPECT_EQ(study, "1.3.6.1.4.1.5962.1.2.1.20040119072730.12322") << "the study of its source";
  }
  EXPECT_TRUE(fs::is_empty(Inbox() + "/.undone"));
}

TEST_F(NetworkJob, AJobThatFailsIsOneLineAndTheNextOneRuns)
{
  // deidentify keeps the file; an option that it does not know fails.
  const auto receiver = ReceiveProgram({"--job", "deidentify --no-such-flag", "--stop-after", "2"});
  EXPECT_EQ(Send({m_CT, m_MR}).sent, 2U);
  EXPECT_EQ(receiver->Wait(), 0) << receiver->Log();
  const std::string log = receiver->Log();
  const std::size_t first = log.find("failed with exit code 1; see ");
  ASSERT_NE(first, std::string::npos) << log;
  EXPECT_NE(log.find("failed with exit code 1; see ", first + 1), std::string::npos) << log;
  EXPECT_EQ(Received().size(), 2U);
}

TEST_F(NetworkJob, ASeriesWhoseJobWasCutOffIsDoneByTheNextReceiver)
{
  {
    const auto receiver = Receive();
    EXPECT_EQ(Send({m_CT}).sent, 1U);
    receiver->Stop(SIGKILL);
  }
  const auto receiver = ReceiveProgram({"--job", "deidentify", "--stop-after", "1"});
  EXPECT_EQ(receiver->Wait(), 0) << receiver->Log();
  EXPECT_NE(receiver->Log().find("left undone before"), std::string::npos) << receiver->Log();
  const std::string result = Inbox() + "/results/1.3.6.1.4.1.5962.1.2.1.20040119072730.12322" +
                             "/1.3.6.1.4.1.5962.1.3.1.1.20040119072730.12322";
  EXPECT_TRUE(fs::is_directory(result));
  EXPECT_TRUE(fs::is_empty(Inbox() + "/.undone"));
}

TEST_F(NetworkJob, AResultThatComesBackStartsNoJob)
{
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(m_MR.c_str()).good());
  file.getDataset()->putAndInsertString(DCM_Manufacturer, "Tweedie");
  file.saveFile(m_Folder.File("ours.dcm").c_str(), EXS_LittleEndianExplicit);
  const auto receiver = ReceiveProgram({"--job", "deidentify", "--stop-after", "1"});
  EXPECT_EQ(Send({m_Folder.File("ours.dcm")}).sent, 1U);
  EXPECT_EQ(receiver->Wait(), 0);
  EXPECT_NE(receiver->Log().find("made by this program; no job"), std::string::npos) << receiver->Log();
  EXPECT_FALSE(fs::exists(Inbox() + "/results"));
}
} // namespace
} // namespace tweedie
