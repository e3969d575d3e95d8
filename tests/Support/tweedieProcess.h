// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieProcess_h
#define tweedieProcess_h

#include <array>
#include <csignal>
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
 * to standard error; 0: none. */
class Process
{
public:
  explicit Process(std::vector<std::string> command, int signal = 0) : m_Command(std::move(command)), m_Signal(signal)
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
    bool signalled = m_Signal == 0;
    int open = 2;
    while (open > 0 && poll(streams.data(), streams.size(), -1) > 0)
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
      if (!signalled && !m_Result.error.empty())
      {
        kill(m_Pid, m_Signal);
        signalled = true;
      }
    }
  }

  std::vector<std::string> m_Command;
  int m_Signal;
  pid_t m_Pid = -1;
  std::array<int, 2> m_Output{-1, -1};
  std::array<int, 2> m_Error{-1, -1};
  ProcessResult m_Result;
};
} // namespace test
} // namespace tweedie

#endif
