// SPDX-License-Identifier: Apache-2.0
#include "tweedieReceiveJobs.h"

#include "tweedieError.h"
#include "tweedieVerbTable.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char ** environ;

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

std::vector<std::string>
WordsOf(const std::string & text)
{
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/** Before days of waiting for the first series. */
void
RequireCommand(const std::vector<std::string> & words)
{
  const auto isMeant = [&words](const VerbRow & row)
  {
    const bool hasObject = *row.object != '\0';
    return !words.empty() && words[0] == row.verb && words[0] != "receive" &&
           (!hasObject || (words.size() > 1 && words[1] == row.object));
  };
  const std::string text = words.empty() ? "nothing" : words[0] + (words.size() > 1 ? " " + words[1] : "");
  if (std::none_of(VerbTable().begin(), VerbTable().end(), isMeant))
  {
    throw UsageError("--job: given '" + text +
                     "'; required a command of tweedie with its flags, such as "
                     "'reconstruct restoration --preset NAME'");
  }
}

std::string
EndText(int status)
{
  return WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status))
                           : "signal " + std::to_string(WTERMSIG(status));
}
} // namespace

void
ReceiveJobOptions::Visit(OptionVisitor & v)
{
  v.Visit(
      Field("job", "command for each complete series, with its flags; SERIES --output RESULT is added").Unit("WORDS"),
      job);
  v.Visit(Field("return-host", "peer that gets the DICOM files of the result").Unit("HOST"), returnHost);
  v.Visit(Field("return-port", "of that peer").Range(1, 65535), returnPort);
  v.Visit(Field("return-ae", "application entity title of that peer").Unit("TITLE"), returnAe);
  v.Visit(Field("return-tls", "encrypt what is returned, with the same certificates"), returnTls);
}

ReceiveJobs::ReceiveJobs(const ReceiveJobOptions & job,
                         const DicomReceiveOptions & receive,
                         std::function<void(const std::string &)> log)
    : m_Job(job), m_Receive(receive), m_Log(std::move(log))
{
  if (!job.job.empty())
  {
    RequireCommand(WordsOf(job.job));
  }
  else if (!job.returnHost.empty())
  {
    throw UsageError("--return-host: given without --job; required a job whose result is returned");
  }
}

ReceiveJobs::~ReceiveJobs()
{
  if (m_Process <= 0)
  {
    return;
  }
  kill(m_Process, SIGTERM);
  for (int tenths = 0; tenths < 100 && waitpid(m_Process, nullptr, WNOHANG) == 0; ++tenths)
  {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  if (kill(m_Process, SIGKILL) == 0)
  {
    waitpid(m_Process, nullptr, 0);
  }
}

void
ReceiveJobs::Add(const DicomReceivedSeries & series)
{
  m_Queue.push_back(series);
}

std::vector<DicomReceivedSeries>
ReceiveJobs::Poll()
{
  std::vector<DicomReceivedSeries> done;
  int status = 0;
  if (m_Process > 0 && waitpid(m_Process, &status, WNOHANG) == m_Process)
  {
    m_Process = -1;
    const bool isGood = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    m_Log(m_Step + " of series " + m_Queue.front().seriesUid +
          (isGood ? " done" : " failed with " + EndText(status) + "; see " + m_Result + ".log"));
    if (isGood && m_Step == "job" && !m_Job.returnHost.empty())
    {
      m_Step = "return";
      Start(SendWords());
    }
    else
    {
      m_Step = "";
      done.push_back(m_Queue.front());
      m_Queue.pop_front();
    }
  }
  while (m_Process <= 0 && !m_Queue.empty())
  {
    const DicomReceivedSeries & next = m_Queue.front();
    if (!m_Job.job.empty() && !next.isOurs)
    {
      Begin();
      break;
    }
    if (next.isOurs)
    {
      m_Log("series " + next.seriesUid + " was made by this program; no job");
    }
    done.push_back(next);
    m_Queue.pop_front();
  }
  return done;
}

void
ReceiveJobs::Begin()
{
  const DicomReceivedSeries & series = m_Queue.front();
  const std::string folder = m_Receive.output + "/results/" + series.studyUid;
  std::error_code error;
  fs::create_directories(folder, error);
  m_Result = folder + "/" + series.seriesUid;
  for (int number = 2; fs::exists(m_Result, error) || fs::exists(m_Result + ".log", error); ++number)
  {
    m_Result = folder + "/" + series.seriesUid + "-" + std::to_string(number);
  }
  std::vector<std::string> words = WordsOf(m_Job.job);
  words.insert(words.end(), {series.folder, "--output", m_Result});
  m_Step = "job";
  Start(words);
}

std::vector<std::string>
ReceiveJobs::SendWords() const
{
  std::vector<std::string> words{"send",
                                 m_Result,
                                 "--host",
                                 m_Job.returnHost,
                                 "--port",
                                 std::to_string(m_Job.returnPort),
                                 "--called-ae",
                                 m_Job.returnAe,
                                 "--calling-ae",
                                 m_Receive.ae,
                                 "--list",
                                 m_Result + ".sent",
                                 "--progress",
                                 "none"};
  const DicomTls & tls = m_Receive.tls;
  if (m_Job.returnTls)
  {
    words.insert(words.end(), {"--tls", "--tls-certificate", tls.certificate, "--tls-key", tls.key});
    const std::vector<std::string> checked{"--tls-ca", tls.authorities};
    const std::vector<std::string> unchecked{"--no-tls-verify"};
    const auto & more = tls.verify ? checked : unchecked;
    words.insert(words.end(), more.begin(), more.end());
  }
  return words;
}

void
ReceiveJobs::Start(const std::vector<std::string> & words)
{
  std::error_code error;
  std::vector<std::string> command{fs::read_symlink("/proc/self/exe", error).string()};
  command.insert(command.end(), words.begin(), words.end());
  std::vector<char *> arguments;
  for (std::string & word : command)
  {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  const std::string log = m_Result + ".log";
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const int failed = posix_spawn(&m_Process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
  {
    m_Process = -1;
    m_Log(m_Step + " of series " + m_Queue.front().seriesUid + " could not be started; it is tried again");
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}
} // namespace tweedie
