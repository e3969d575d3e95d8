// SPDX-License-Identifier: Apache-2.0
#include "tweedieCertificates.h"
#include "tweedieError.h"
#include "tweedieNetworkTest.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>

#include <csignal>
#include <sys/resource.h>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::Eventually;
using test::Server;

class NetworkReceive : public test::NetworkTest
{
protected:
  /** A copy of the MR image with another value of an attribute; large: with so many bytes more. */
  std::string
  Edited(const DcmTagKey & tag, const std::string & value, std::size_t large = 0)
  {
    DcmFileFormat file;
    file.loadFile(m_MR.c_str());
    file.getDataset()->putAndInsertString(DcmTag(tag), value.c_str());
    if (large > 0)
    {
      const std::vector<Uint8> bytes(large, 7);
      file.getDataset()->putAndInsertString(DcmTag(0x0009, 0x0010, EVR_LO), "TWEEDIE");
      file.getDataset()->putAndInsertUint8Array(DcmTag(0x0009, 0x1001, EVR_OB), bytes.data(), large);
    }
    const std::string path = m_Folder.File("edited-" + std::to_string(m_Edits++) + ".dcm");
    file.saveFile(path.c_str(), EXS_LittleEndianExplicit);
    return path;
  }
  int m_Edits = 0;
};

TEST_F(NetworkReceive, WhatIsSentLiesUnderItsUidsByteByByte)
{
  const auto server = Receive();
  EXPECT_EQ(Send({m_CT, m_MR}).sent, 2U);
  const std::string path = Inbox() + "/1.3.6.1.4.1.5962.1.2.1.20040119072730.12322" +
                           "/1.3.6.1.4.1.5962.1.3.1.1.20040119072730.12322" +
                           "/1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322.dcm";
  ASSERT_TRUE(fs::exists(path));
  EXPECT_TRUE(test::DataSetBytes(path) == test::DataSetBytes(m_CT));
  EXPECT_EQ(Send({m_CT}).sent, 1U) << "the same again is a success";
  EXPECT_EQ(Received().size(), 2U);
  EXPECT_TRUE(server->HasSaid("complete, 1 instances"));
  EXPECT_TRUE(Eventually([this] { return fs::is_empty(Inbox() + "/.undone"); }));
  EXPECT_EQ(server->Stop(SIGTERM), 0);
  EXPECT_NE(server->Log().find("received 3 instances, refused 0"), std::string::npos) << server->Log();
  EXPECT_EQ(server->Log().find("CompressedSamples"), std::string::npos) << "the patients' name in these files";
}

TEST_F(NetworkReceive, AnotherInstanceWithAUidThatIsThereIsRefusedUnlessItMayReplaceIt)
{
  const std::string other = Edited(DCM_PatientName, "Another");
  {
    const auto server = Receive();
    EXPECT_EQ(Send({m_MR}).sent, 1U);
    EXPECT_EQ(Refusal(other), "status 0xC001");
    EXPECT_TRUE(test::DataSetBytes(Received().at(0)) == test::DataSetBytes(m_MR));
    EXPECT_EQ(server->Stop(SIGINT), 0);
  }
  const auto server = Receive({"--overwrite"});
  EXPECT_EQ(Send({other}).sent, 1U);
  ASSERT_EQ(Received().size(), 1U);
  EXPECT_TRUE(test::DataSetBytes(Received().at(0)) == test::DataSetBytes(other));
  EXPECT_TRUE(IsNothingPartial());
}

TEST_F(NetworkReceive, NamesComeFromCheckedUidsOnly)
{
  const auto server = Receive();
  const std::string seventy(70, '1');
  for (const auto & [tag, uid] : {std::pair{DCM_StudyInstanceUID, std::string("..")},
                                  std::pair{DCM_StudyInstanceUID, std::string("../../x")},
                                  std::pair{DCM_StudyInstanceUID, std::string("1..2")},
                                  std::pair{DCM_StudyInstanceUID, std::string("")},
                                  std::pair{DCM_SeriesInstanceUID, std::string("1/2")},
                                  std::pair{DCM_SeriesInstanceUID, std::string("1.02")},
                                  std::pair{DCM_SeriesInstanceUID, std::string("results")},
                                  std::pair{DCM_SeriesInstanceUID, seventy}})
  {
    EXPECT_EQ(Refusal(Edited(tag, uid)), "status 0xC000") << uid;
  }
  // Ours sends no such thing; the outside sender does, and says on which it was refused.
  for (const char * uid : {"../../x", "1.2.3/4"})
  {
    const auto result =
        test::Process(
            {"/usr/bin/storescu", "-v", "127.0.0.1", std::to_string(m_Peer.port), Edited(DCM_SOPInstanceUID, uid)})
            .Run();
    EXPECT_NE((result.output + result.error).find("CannotUnderstand"), std::string::npos) << result.error;
  }
  EXPECT_TRUE(Received().empty());
  EXPECT_FALSE(fs::exists(m_Folder.File("x")));
  EXPECT_EQ(Send({m_CT}).sent, 1U) << "it goes on";
}

TEST_F(NetworkReceive, SizesAndCountsAreCapped)
{
  {
    const auto server = Receive({"--max-file-size", "0.03"}); // MR 9.8 kB, CT 39 kB
    const DicomSendResult result = Send({m_CT, m_MR});
    ASSERT_EQ(result.refused.size(), 1U);
    EXPECT_EQ(result.refused[0].reason, "status 0xC002");
    EXPECT_EQ(result.sent, 1U) << "on the same association";
    EXPECT_TRUE(IsNothingPartial());
  }
  fs::remove_all(Inbox());
  {
    const auto server = Receive({"--max-files", "1"});
    EXPECT_EQ(Send({m_MR}).sent, 1U);
    EXPECT_EQ(Refusal(m_CT), "status 0xA700: out of resources");
  }
  {
    const auto server = Receive({"--max-files", "1"});
    EXPECT_EQ(Refusal(m_CT), "status 0xA700: out of resources") << "what a receiver before it took counts";
  }
  fs::remove_all(Inbox());
  const auto server = Receive({"--max-total-size", "1e-5"}); // 10.7 kB
  EXPECT_EQ(Refusal(m_CT), "status 0xA700: out of resources");
  EXPECT_EQ(Send({m_MR}).sent, 1U);
}

TEST_F(NetworkReceive, ADiskThatIsFullIsSaidToThePeer)
{
  // The system refuses to write files beyond 4 KiB in the same call as it does on a full disk.
  const auto server = Receive({},
                              []
                              {
                                const rlimit limit{4096, 4096};
                                setrlimit(RLIMIT_FSIZE, &limit);
                              });
  EXPECT_EQ(Refusal(m_MR), "status 0xA700: out of resources");
  EXPECT_TRUE(Received().empty());
  EXPECT_TRUE(IsNothingPartial());
}

TEST_F(NetworkReceive, FoldersAndAddressesAreCheckedBeforeItListens)
{
  std::ofstream(m_Folder.File("file")) << "x";
  for (const auto & [words, text] :
       {std::pair{std::vector<std::string>{"--output", m_Folder.File("file")}, "--output"},
        std::pair{std::vector<std::string>{"--output", "/proc/inbox"}, "--output"},
        std::pair{std::vector<std::string>{"--output", Inbox(), "--bind", "nobody"}, "--bind"},
        std::pair{std::vector<std::string>{"--output", Inbox(), "--job", "rm -rf"}, "--job"},
        std::pair{std::vector<std::string>{"--output", Inbox(), "--tls"}, "--tls-key"}})
  {
    std::vector<std::string> all{"receive", "--port", "0"};
    all.insert(all.end(), words.begin(), words.end());
    const auto result = test::TweedieHere(all);
    EXPECT_EQ(result.exitCode, 1) << text;
    EXPECT_NE(result.error.find(text), std::string::npos) << result.error;
  }
  const auto server = Receive();
  const auto second = test::TweedieHere({"receive", "--port", "0", "--output", Inbox()});
  EXPECT_EQ(second.exitCode, 1);
  EXPECT_NE(second.error.find("no other receiver"), std::string::npos) << second.error;
}

TEST_F(NetworkReceive, TooManyAssociationsAreToldToComeLater)
{
  const auto server = Receive({"--max-associations", "1"});
  const int first = test::Connect(static_cast<std::uint16_t>(m_Peer.port));
  ASSERT_TRUE(Eventually(
      [&]
      {
        try
        {
          Send({m_MR});
          return false;
        }
        catch (const DataError &)
        {
          return true;
        }
      }));
  EXPECT_TRUE(server->HasSaid("rejected: too many"));
  close(first);
  m_Send.retries = 6; // 0.1 s to 3.2 s, as it is no rejection for good
  EXPECT_EQ(Send({m_MR}).sent, 1U);
}

TEST_F(NetworkReceive, TitlesAreThoseThatAreAllowed)
{
  const auto server = Receive({"--ae", "US", "--allow-ae", "SCANNER", "--allow-ae", "PACS"});
  const auto failure = [this]
  {
    try
    {
      Send({m_MR});
      return std::string();
    }
    catch (const DataError & error)
    {
      return std::string(error.what());
    }
  };
  EXPECT_NE(failure().find("calling title"), std::string::npos);
  m_Peer.callingAe = "PACS";
  EXPECT_EQ(failure(), "");
  m_Peer.calledAe = "THEM";
  EXPECT_NE(failure().find("called title"), std::string::npos);
  m_Peer.calledAe = "US";
  EXPECT_EQ(failure(), "");
}

/** With somebody who is sending 100 MiB. */
class NetworkReceiveMidway : public NetworkReceive
{
protected:
  void
  SetUp() override
  {
    NetworkReceive::SetUp();
    if (IsSkipped())
    {
      return;
    }
    const std::string large = Edited(DCM_PatientName, "Large", std::size_t(100) << 20U);
    m_Server = Receive();
    m_Sender = std::make_unique<Server>(
        [&]
        {
          CatchInterrupts();
          return RunProgram({"send", large, "--port", std::to_string(m_Peer.port), "--retries", "0"});
        },
        m_Folder.File("send.log"));
    EXPECT_TRUE(Eventually([this] { return !IsNothingPartial(); }));
  }
  void
  ExpectNothing()
  {
    EXPECT_TRUE(IsNothingPartial());
    EXPECT_TRUE(Received().empty());
  }
  std::unique_ptr<Server> m_Server;
  std::unique_ptr<Server> m_Sender;
};

TEST_F(NetworkReceiveMidway, ASenderThatIsKilledLeavesNothingPartial)
{
  EXPECT_EQ(m_Sender->Stop(SIGKILL), 128 + SIGKILL) << m_Sender->Log();
  EXPECT_TRUE(m_Server->HasSaid("association 1 lost, 0 stored"));
  ExpectNothing();
}

TEST_F(NetworkReceiveMidway, ToldToEndItLeavesNothingPartial)
{
  EXPECT_EQ(m_Server->Stop(SIGTERM), 0);
  EXPECT_NE(m_Server->Log().find("received 0 instances"), std::string::npos);
  ExpectNothing();
  EXPECT_EQ(m_Sender->Wait(), 2) << m_Sender->Log();
}

TEST_F(NetworkReceiveMidway, AnAssociationThatCrashesEndsAlone)
{
  const std::string part = fs::directory_iterator(Inbox() + "/.incoming")->path().stem().string();
  EXPECT_EQ(kill(std::stoi(part), SIGSEGV), 0); // its process is in its name
  EXPECT_TRUE(m_Server->HasSaid("association 1 crashed, 0 stored"));
  ExpectNothing();
  EXPECT_EQ(m_Sender->Wait(), 2) << m_Sender->Log();
  EXPECT_EQ(Send({m_MR}).sent, 1U);
}

TEST_F(NetworkReceive, PeersThatKeepStillAreLeft)
{
  const auto server = Receive();
  const int silent = test::Connect(static_cast<std::uint16_t>(m_Peer.port));
  const int talker = test::Connect(static_cast<std::uint16_t>(m_Peer.port));
  EXPECT_EQ(write(talker, "GET / HTTP/1.1\r\n\r\n", 18), 18);
  EXPECT_TRUE(server->HasSaid("association 1 "));
  EXPECT_TRUE(server->HasSaid("association 2 "));
  close(silent);
  close(talker);
  EXPECT_EQ(Send({m_MR}).sent, 1U) << "it goes on";
}

TEST_F(NetworkReceive, OutsideSendersAndSecureOnesAreServed)
{
  if (!fs::exists("/usr/bin/openssl"))
  {
    GTEST_SKIP() << "needs the package openssl";
  }
  const std::string folder = m_Folder.Path().string();
  for (const char * name : {"us", "them", "stranger"})
  {
    test::MakeCertificate(folder, name);
  }
  const auto server = Receive({"--tls",
                               "--tls-key",
                               folder + "/us.key",
                               "--tls-certificate",
                               folder + "/us.pem",
                               "--tls-ca",
                               folder + "/them.pem"});
  const std::string port = std::to_string(m_Peer.port);
  const auto storeScu = [&](const std::string & name)
  {
    return test::Process({"/usr/bin/storescu",
                          "+tls",
                          folder + "/" + name + ".key",
                          folder + "/" + name + ".pem",
                          "+cf",
                          folder + "/us.pem",
                          "127.0.0.1",
                          port,
                          m_MR})
        .Run()
        .exitCode;
  };
  EXPECT_NE(storeScu("stranger"), 0);
  EXPECT_NE(test::Process({"/usr/bin/storescu", "127.0.0.1", port, m_MR}).Run().exitCode, 0) << "without TLS";
  EXPECT_TRUE(Received().empty());
  EXPECT_EQ(storeScu("them"), 0);
  EXPECT_EQ(Received().size(), 1U);
  m_Peer.tls = {true, folder + "/them.pem", folder + "/them.key", folder + "/us.pem", true};
  EXPECT_EQ(Send({m_CT}).sent, 1U);
  EXPECT_EQ(Received().size(), 2U);
}
} // namespace
} // namespace tweedie
