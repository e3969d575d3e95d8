// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieProcess_h
#define tweedieProcess_h

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char ** environ;

namespace tweedie
{
namespace test
{
/** What a process left. */
struct ProcessResult
{
  int exitCode = -1; ///< 128 + signal when a signal ended it
  std::string output;
  std::string error;
};

/** Runs a program without a shell, with empty standard input. signal: sent as soon as it has written something
 * to standard error, or seconds after its start where those are positive; 0: none. */
class Process
{
public:
  explicit Process(std::vector<std::string> command, int signal = 0, double seconds = 0.0)
      : m_Command(std::move(command)), m_Signal(signal), m_Seconds(seconds)
  {
  }

  ProcessResult
  Run()
  {
    Start();
    Collect();
    int status = 0;
    waitpid(m_Pid, &status, 0);
    m_Result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return m_Result;
  }

private:
  void
  Start()
  {
    if (pipe2(m_Output.data(), O_CLOEXEC) != 0 || pipe2(m_Error.data(), O_CLOEXEC) != 0)
    {
      throw std::runtime_error("Process: no pipe");
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, m_Output[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, m_Error[1], STDERR_FILENO);
    // CTest, or a shell in the background, may have switched SIGINT off for us and so for our children.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    std::vector<char *> arguments;
    for (auto & word : m_Command)
    {
      arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const int failed = posix_spawn(&m_Pid, arguments[0], &actions, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(m_Output[1]);
    close(m_Error[1]);
    if (failed != 0)
    {
      throw std::runtime_error("Process: cannot start " + m_Command[0]);
    }
  }

  static bool
  ReadSome(int descriptor, std::string & text)
  {
    std::array<char, 4096> buffer;
    const auto count = read(descriptor, buffer.data(), buffer.size());
    text.append(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    return count > 0;
  }

  void
  Collect()
  {
    std::array<pollfd, 2> streams{{{m_Output[0], POLLIN, 0}, {m_Error[0], POLLIN, 0}}};
    const std::array<std::string *, 2> texts{&m_Result.output, &m_Result.error};
    using Clock = std::chrono::steady_clock;
    const auto due = Clock::now() + std::chrono::milliseconds(std::llround(1e3 * m_Seconds));
    const bool isTimed = m_Seconds > 0.0;
    bool signalled = m_Signal == 0;
    int open = 2;
    const auto wait = [&]
    {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(due - Clock::now()).count();
      return isTimed && !signalled ? static_cast<int>(std::max<std::int64_t>(left, 0)) : -1;
    };
    while (open > 0 && poll(streams.data(), streams.size(), wait()) >= 0)
    {
      for (std::size_t i = 0; i < streams.size(); ++i)
      {
        if (streams[i].revents != 0 && !ReadSome(streams[i].fd, *texts[i]))
        {
          close(streams[i].fd);
          streams[i].fd = -1; // poll ignores it
          --open;
        }
      }
      if (!signalled && (isTimed ? Clock::now() >= due : !m_Result.error.empty()))
      {
        kill(m_Pid, m_Signal);
        signalled = true;
      }
    }
  }

  std::vector<std::string> m_Command;
  int m_Signal;
  double m_Seconds;
  pid_t m_Pid = -1;
  std::array<int, 2> m_Output{-1, -1};
  std::array<int, 2> m_Error{-1, -1};
  ProcessResult m_Result;
};
} // namespace test
} // namespace tweedie

#endif
