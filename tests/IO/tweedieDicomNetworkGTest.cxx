// SPDX-License-Identifier: Apache-2.0
// DCMTK's storescp, on loopback, is the peer.
#include "tweedieDicomSend.h"

#include "tweedieCertificates.h"
#include "tweedieDicomBytes.h"
#include "tweedieError.h"
#include "tweedieServer.h"
#include "tweedieTemporaryFolder.h"

#include <map>
#include <memory>
#include <utility>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::Server;

class DicomNetwork : public test::TemporaryFolderTest
{
protected:
  void
  SetUp() override
  {
    const std::string folder = "/usr/lib/python3/dist-packages/pydicom/data/test_files/";
    m_Files = {folder + "CT_small.dcm", folder + "MR_small.dcm"};
    m_JpegLs = folder + "MR_small_jpeg_ls_lossless.dcm";
    if (!fs::exists("/usr/bin/storescp") || !fs::exists(m_JpegLs))
    {
      GTEST_SKIP() << "needs the packages dcmtk and python3-pydicom";
    }
    m_Peer.port = test::FreePort();
    m_Options.listFile = m_Folder.File("list");
    m_Options.retries = 6; // 0.1 s to 3.2 s: the peer's start
    m_Options.backoffSeconds = 0.1;
    fs::create_directory(Received());
  }
  std::string
  Received() const
  {
    return m_Folder.File("received");
  }
  std::vector<std::string>
  ReceivedFiles() const
  {
    std::vector<std::string> files;
    for (const auto & entry : fs::directory_iterator(Received()))
    {
      files.push_back(entry.path().string());
    }
    return files;
  }
  std::unique_ptr<Server>
  StoreScp(const std::vector<std::string> & more)
  {
    std::vector<std::string> words{"storescp", "-od", Received()};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(std::to_string(m_Peer.port));
    return std::make_unique<Server>(words, m_Folder.File("log"));
  }
  /** What SendDicom throws; empty: nothing. */
  std::string
  Failure(const std::vector<std::string> & paths)
  {
    try
    {
      SendDicom(paths, m_Peer, m_Options);
      return "";
    }
    catch (const DataError & error)
    {
      return error.what();
    }
  }
  std::vector<std::string> m_Files;
  std::string m_JpegLs;
  DicomPeer m_Peer;
  DicomSendOptions m_Options;
};

TEST_F(DicomNetwork, WhatIsConfirmedIsNotSentAgain)
{
  const auto peer = StoreScp({"+xa"});
  const DicomSendResult first = SendDicom(m_Files, m_Peer, m_Options);
  EXPECT_EQ(first.sent, 2U);
  EXPECT_EQ(first.skipped, 0U);
  EXPECT_EQ(ReceivedFiles().size(), 2U);
  const DicomSendResult again = SendDicom(m_Files, m_Peer, m_Options);
  EXPECT_EQ(again.sent, 0U);
  EXPECT_EQ(again.skipped, 2U);
}

TEST_F(DicomNetwork, EveryByteOfTheDataSetArrives)
{
  const std::string folder = fs::path(m_Files[0]).parent_path().string() + "/";
  // Explicit, implicit, deflated, big endian, compressed, private sequences.
  m_Files = {m_Files[0],
             folder + "MR_small_implicit.dcm",
             folder + "image_dfl.dcm",
             folder + "ExplVR_BigEnd.dcm",
             folder + "JPEG2000.dcm",
             folder + "693_J2KI.dcm"};
  std::map<std::string, std::string> expected;
  for (const std::string & file : m_Files)
  {
    std::string & bytes = expected[test::InstanceUid(file)];
    bytes = test::DataSetBytes(file);
    bytes.resize(bytes.size() + bytes.size() % 2); // the deflated one (PS3.5 A.5)
  }
  const auto peer = StoreScp({"+B", "+xa"});
  EXPECT_EQ(SendDicom(m_Files, m_Peer, m_Options).sent, m_Files.size());
  EXPECT_EQ(ReceivedFiles().size(), m_Files.size());
  for (const std::string & file : ReceivedFiles())
  {
    EXPECT_TRUE(test::DataSetBytes(file) == expected[test::InstanceUid(file)]) << file;
  }
}

TEST_F(DicomNetwork, AFolderIsSentWithoutItsOtherFiles)
{
  fs::create_directories(m_Folder.File("in/deep"));
  fs::copy_file(m_Files[0], m_Folder.File("in/deep/a"));
  fs::copy_file(m_Files[0], m_Folder.File("in/the-same.dcm"));
  fs::copy_file(m_Files[1], m_Folder.File("in/b.dcm"));
  fs::copy_file(m_Files[1], m_Folder.File("in/.part"));
  std::ofstream(m_Folder.File("in/summary.json")) << "{}";
  const auto peer = StoreScp({"+xa"});
  const DicomSendResult result = SendDicom({m_Folder.File("in")}, m_Peer, m_Options);
  EXPECT_EQ(result.instances, 2U);
  EXPECT_EQ(result.sent, 2U);
  EXPECT_EQ(result.foreign, 1U);
}

TEST_F(DicomNetwork, APeerThatDiesAndComesBackGetsTheRest)
{
  std::unique_ptr<Server> peer = StoreScp({"+xa"});
  bool wasKilled = false;
  const DicomSendResult result = SendDicom(m_Files,
                                           m_Peer,
                                           m_Options,
                                           [&](const ProgressReport & report)
                                           {
                                             if (report.step == 1 && !std::exchange(wasKilled, true))
                                             {
                                               peer.reset();
                                               peer = StoreScp({"+xa"});
                                             }
                                             return true;
                                           });
  EXPECT_EQ(result.sent, 2U);
  EXPECT_EQ(ReceivedFiles().size(), 2U);
}

TEST_F(DicomNetwork, WhatThePeerDoesNotTakeIsLeftOutAndNamed)
{
  m_Files.insert(m_Files.begin(), m_JpegLs); // storescp takes no compressed images unless told to
  fs::copy_file(m_Files[2], m_Folder.File("mr.dcm"));
  const auto peer = StoreScp({});
  const DicomSendResult result = SendDicom({m_JpegLs, m_Files[1]}, m_Peer, m_Options);
  EXPECT_EQ(result.sent, 1U);
  ASSERT_EQ(result.refused.size(), 1U);
  EXPECT_EQ(result.refused[0].uid, test::InstanceUid(m_JpegLs));
  EXPECT_NE(result.refused[0].reason.find("SOP class"), std::string::npos) << result.refused[0].reason;
}

TEST_F(DicomNetwork, InterruptedItLeavesAListFromWhichItGoesOn)
{
  const auto peer = StoreScp({"+xa"});
  const auto stop = [](const ProgressReport & report) { return report.step < 1; };
  EXPECT_THROW(SendDicom(m_Files, m_Peer, m_Options, stop), Aborted);
  const DicomSendResult rest = SendDicom(m_Files, m_Peer, m_Options);
  EXPECT_EQ(rest.skipped, 1U);
  EXPECT_EQ(rest.sent, 1U);
}

TEST_F(DicomNetwork, ALineOfTheListThatWasCutShortDoesNotCount)
{
  const std::string uid = test::InstanceUid(m_Files[0]);
  // Cut short it is another UID, that of an instance that was never sent.
  std::ofstream(m_Options.listFile) << test::InstanceUid(m_Files[1]) << '\n' << uid;
  const auto peer = StoreScp({"+xa"});
  EXPECT_EQ(SendDicom(m_Files, m_Peer, m_Options).sent, 1U);
  std::ifstream list(m_Options.listFile);
  const std::string text{std::istreambuf_iterator<char>(list), {}};
  EXPECT_EQ(text, test::InstanceUid(m_Files[1]) + "\n" + uid + "\n");
}

TEST_F(DicomNetwork, AFileThatIsNoListIsNotTouched)
{
  fs::copy_file(m_Files[0], m_Options.listFile);
  EXPECT_THROW(SendDicom(m_Files, m_Peer, m_Options), UsageError);
  EXPECT_EQ(fs::file_size(m_Options.listFile), fs::file_size(m_Files[0]));
}

TEST_F(DicomNetwork, AFolderWithoutDicomIsAnError)
{
  fs::create_directory(m_Folder.File("empty"));
  EXPECT_NE(Failure({m_Folder.File("empty")}).find("no DICOM file"), std::string::npos);
}

TEST_F(DicomNetwork, NobodyThereIsOneLine)
{
  m_Options.retries = 0;
  const std::string message = Failure(m_Files);
  EXPECT_NE(message.find("127.0.0.1"), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

TEST_F(DicomNetwork, APeerThatRejectsForGoodIsAskedOnce)
{
  const auto peer = StoreScp({"--refuse"});
  ASSERT_TRUE(test::IsListening(static_cast<std::uint16_t>(m_Peer.port)));
  m_Options.backoffSeconds = 30.0; // a second attempt would be seen
  EXPECT_NE(Failure(m_Files).find("for good"), std::string::npos);
}

TEST_F(DicomNetwork, APeerThatSaysNothingIsLeftAfterTheTimeout)
{
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(m_Peer.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  m_Peer.timeoutSeconds = 1;
  m_Options.retries = 0;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NE(Failure(m_Files), "");
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_LT(seconds, 5.0); // 1 s, and a busy machine
  close(listener);
}

TEST_F(DicomNetwork, AFileThatIsCutShortIsNotSent)
{
  for (const std::uintmax_t bytes : {100U, 200U, 5000U})
  {
    fs::copy_file(m_Files[0], m_Folder.File("short.dcm"), fs::copy_options::overwrite_existing);
    fs::resize_file(m_Folder.File("short.dcm"), bytes);
    m_Options.retries = 0;
    EXPECT_NE(Failure({m_Folder.File("short.dcm")}).find("short.dcm"), std::string::npos) << bytes;
  }
}

TEST_F(DicomNetwork, TitlesAreChecked)
{
  for (const char * title : {"", "   ", "SEVENTEENLETTERSX", "A\\B", "A\nB"})
  {
    m_Peer.calledAe = title;
    EXPECT_THROW(SendDicom(m_Files, m_Peer, m_Options), UsageError) << title;
  }
}

class DicomNetworkTls : public DicomNetwork
{
protected:
  static void
  SetUpTestSuite()
  {
    s_Certificates = new test::TemporaryFolder();
    if (fs::exists("/usr/bin/openssl"))
    {
      for (const char * name : {"peer", "we", "stranger"})
      {
        test::MakeCertificate(s_Certificates->Path().string(), name);
      }
    }
  }
  static void
  TearDownTestSuite()
  {
    delete s_Certificates;
  }
  void
  SetUp() override
  {
    DicomNetwork::SetUp();
    if (!fs::exists("/usr/bin/openssl"))
    {
      GTEST_SKIP() << "needs the package openssl";
    }
    m_Peer.tls = {true, File("we.pem"), File("we.key"), File("peer.pem"), true};
    m_Options.backoffSeconds = 30.0; // a second attempt would be seen
  }
  static std::string
  File(const std::string & name)
  {
    return s_Certificates->File(name);
  }
  /** One that wants to see our certificate. */
  std::unique_ptr<Server>
  SecureScp()
  {
    auto peer = StoreScp({"+xa", "+tls", File("peer.key"), File("peer.pem"), "+cf", File("we.pem"), "-rc"});
    EXPECT_TRUE(test::IsListening(static_cast<std::uint16_t>(m_Peer.port)));
    return peer;
  }
  static inline test::TemporaryFolder * s_Certificates = nullptr;
};

TEST_F(DicomNetworkTls, FilesAreSentToAPeerThatIsTrustedAndTrustsUs)
{
  const auto peer = SecureScp();
  EXPECT_EQ(SendDicom(m_Files, m_Peer, m_Options).sent, 2U);
}

TEST_F(DicomNetworkTls, APeerThatNobodyVouchesForIsLeftAtOnce)
{
  const auto peer = SecureScp();
  m_Peer.tls.authorities = File("stranger.pem");
  EXPECT_NE(Failure(m_Files).find("TLS"), std::string::npos);
  EXPECT_TRUE(ReceivedFiles().empty());
  m_Peer.tls.verify = false;
  EXPECT_EQ(SendDicom(m_Files, m_Peer, m_Options).sent, 2U);
}

TEST_F(DicomNetworkTls, WithoutTlsASecurePeerTakesNothing)
{
  const auto peer = SecureScp();
  m_Peer.tls = DicomTls();
  m_Options.retries = 0;
  EXPECT_NE(Failure(m_Files), "");
  EXPECT_TRUE(ReceivedFiles().empty());
}

TEST_F(DicomNetworkTls, CertificatesAreCheckedBeforeAnybodyIsAsked)
{
  const DicomTls right = m_Peer.tls;
  const auto expectUsageError = [&] { EXPECT_THROW(SendDicom(m_Files, m_Peer, m_Options), UsageError); };
  m_Peer.tls.key = File("stranger.key");
  expectUsageError();
  m_Peer.tls = right;
  m_Peer.tls.authorities = "";
  expectUsageError();
  m_Peer.tls.authorities = m_Files[0];
  expectUsageError();
  m_Peer.tls = right;
  m_Peer.tls.isOn = false;
  expectUsageError();
}
} // namespace
} // namespace tweedie
