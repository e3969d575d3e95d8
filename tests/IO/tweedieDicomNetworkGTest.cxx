// SPDX-License-Identifier: Apache-2.0
// DCMTK's storescp, on loopback, is the peer.
#include "tweedieDicomSend.h"

#include "tweedieError.h"
#include "tweedieTemporaryFolder.h"

#include <array>
#include <csignal>
#include <memory>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char ** environ;

namespace tweedie
{
namespace
{
/** 0 where the system gives none. */
std::uint16_t
FreePort()
{
  const int handle = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto * general = reinterpret_cast<sockaddr *>(&address);
  const bool bound = bind(handle, general, size) == 0 && getsockname(handle, general, &size) == 0;
  close(handle);
  return bound ? ntohs(address.sin_port) : 0;
}

class StoreScp
{
public:
  StoreScp(const std::string & folder, std::uint16_t port)
  {
    std::array<std::string, 5> words{"storescp", "+xa", "-od", folder, std::to_string(port)};
    std::array<char *, 6> arguments{};
    for (std::size_t i = 0; i < words.size(); ++i)
    {
      arguments[i] = words[i].data();
    }
    m_Started = posix_spawnp(&m_Pid, "storescp", nullptr, nullptr, arguments.data(), environ) == 0;
  }
  StoreScp(const StoreScp &) = delete;
  StoreScp & operator=(const StoreScp &) = delete;
  ~StoreScp()
  {
    Kill();
  }
  void
  Kill()
  {
    if (m_Started)
    {
      kill(m_Pid, SIGKILL);
      waitpid(m_Pid, nullptr, 0);
      m_Started = false;
    }
  }

private:
  pid_t m_Pid = 0;
  bool m_Started = false;
};

class DicomNetwork : public test::TemporaryFolderTest
{
protected:
  void
  SetUp() override
  {
    const std::string folder = "/usr/lib/python3/dist-packages/pydicom/data/test_files/";
    m_Files = {folder + "CT_small.dcm", folder + "MR_small.dcm"};
    if (!std::filesystem::exists("/usr/bin/storescp") || !std::filesystem::exists(m_Files[0]) ||
        !std::filesystem::exists(m_Files[1]))
    {
      GTEST_SKIP() << "needs the packages dcmtk and python3-pydicom";
    }
    m_Peer.port = FreePort();
    m_Options.listFile = m_Folder.File("list");
    m_Options.retries = 6; // 0.1 s to 3.2 s: the peer's start
    m_Options.backoffSeconds = 0.1;
    std::filesystem::create_directory(Received());
  }
  std::string
  Received() const
  {
    return m_Folder.File("received");
  }
  std::size_t
  CountReceived() const
  {
    const std::filesystem::directory_iterator files(Received());
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }
  std::vector<std::string> m_Files;
  DicomPeer m_Peer;
  DicomSendOptions m_Options;
};
} // namespace

TEST_F(DicomNetwork, WhatIsConfirmedIsNotSentAgain)
{
  const StoreScp peer(Received(), m_Peer.port);
  const DicomSendResult first = SendDicom(m_Files, m_Peer, m_Options);
  EXPECT_EQ(first.sent, 2U);
  EXPECT_EQ(first.skipped, 0U);
  EXPECT_EQ(CountReceived(), 2U);
  const DicomSendResult again = SendDicom(m_Files, m_Peer, m_Options);
  EXPECT_EQ(again.sent, 0U);
  EXPECT_EQ(again.skipped, 2U);
}

TEST_F(DicomNetwork, APeerThatDiesAndComesBackGetsTheRest)
{
  StoreScp dying(Received(), m_Peer.port);
  std::unique_ptr<StoreScp> next;
  const DicomSendResult result = SendDicom(m_Files,
                                           m_Peer,
                                           m_Options,
                                           [&](std::size_t done, std::size_t)
                                           {
                                             if (done == 1)
                                             {
                                               dying.Kill();
                                               next = std::make_unique<StoreScp>(Received(), m_Peer.port);
                                             }
                                           });
  EXPECT_EQ(result.sent, 2U);
  EXPECT_EQ(CountReceived(), 2U);
}

TEST_F(DicomNetwork, NobodyThereIsOneLine)
{
  m_Options.retries = 0;
  try
  {
    SendDicom(m_Files, m_Peer, m_Options);
    FAIL() << "sent to nobody";
  }
  catch (const DataError & error)
  {
    const std::string message = error.what();
    EXPECT_NE(message.find("127.0.0.1"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
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
} // namespace tweedie
