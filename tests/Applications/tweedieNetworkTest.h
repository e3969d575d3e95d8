// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNetworkTest_h
#define tweedieNetworkTest_h

#include "tweedieDicomBytes.h"
#include "tweedieDicomSend.h"
#include "tweedieInterrupt.h"
#include "tweedieProgramTest.h"
#include "tweedieServer.h"

#include <functional>
#include <memory>

namespace tweedie::test
{
/** tweedie receive on loopback, in a folder of its own, and files of the package python3-pydicom to send to it. */
class NetworkTest : public TemporaryFolderTest
{
protected:
  void
  SetUp() override
  {
    const std::string folder = "/usr/lib/python3/dist-packages/pydicom/data/test_files/";
    m_CT = folder + "CT_small.dcm";
    m_MR = folder + "MR_small.dcm";
    if (!std::filesystem::exists(m_CT) || !std::filesystem::exists("/usr/bin/storescu"))
    {
      GTEST_SKIP() << "needs the packages dcmtk and python3-pydicom";
    }
    m_Send.retries = 0;
    m_Send.backoffSeconds = 0.1;
  }

  /** Its port is m_Peer.port from now on. */
  std::unique_ptr<Server>
  Receive(const std::vector<std::string> & more = {}, const std::function<void()> & before = nullptr)
  {
    const std::vector<std::string> words = ReceiveWords(more);
    const auto work = [&]
    {
      if (before)
      {
        before();
      }
      CatchInterrupts();
      return RunProgram(words);
    };
    return Started(std::make_unique<Server>(work, m_Folder.File("receive.log")));
  }
  /** The same as a program of its own, which jobs are to be. */
  std::unique_ptr<Server>
  ReceiveProgram(const std::vector<std::string> & more)
  {
    std::vector<std::string> words = ReceiveWords(more);
    words.insert(words.begin(), TWEEDIE_PROGRAM);
    return Started(std::make_unique<Server>(words, m_Folder.File("receive.log")));
  }
  std::vector<std::string>
  ReceiveWords(const std::vector<std::string> & more) const
  {
    std::vector<std::string> words{
        "receive", "--output", Inbox(), "--port", "0", "--series-timeout", "0.2", "--timeout", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  std::unique_ptr<Server>
  Started(std::unique_ptr<Server> server)
  {
    const std::string mark = "listening at 127.0.0.1 port ";
    if (!server->HasSaid(mark))
    {
      throw std::runtime_error("receive: " + server->Log());
    }
    const std::string log = server->Log();
    m_Peer.port = std::stoi(log.substr(log.find(mark) + mark.size()));
    return server;
  }

  DicomSendResult
  Send(const std::vector<std::string> & files) const
  {
    return SendDicom(files, m_Peer, m_Send);
  }
  /** Why the only one of them was refused. */
  std::string
  Refusal(const std::string & file) const
  {
    const DicomSendResult result = Send({file});
    return result.refused.size() == 1 ? result.refused[0].reason : "not refused";
  }

  std::string
  Inbox() const
  {
    return m_Folder.File("inbox");
  }
  /** Files that have a name, without marks, results and logs. */
  std::vector<std::string>
  Received() const
  {
    std::vector<std::string> files;
    for (const auto & entry : std::filesystem::recursive_directory_iterator(Inbox()))
    {
      const bool isResult = entry.path().string().find("/results/") != std::string::npos;
      if (entry.path().extension() == ".dcm" && !isResult)
      {
        files.push_back(entry.path().string());
      }
    }
    return files;
  }
  bool
  IsNothingPartial() const
  {
    return std::filesystem::is_empty(Inbox() + "/.incoming");
  }

  std::string m_CT;
  std::string m_MR;
  DicomPeer m_Peer;
  DicomSendOptions m_Send;
};
} // namespace tweedie::test

#endif
