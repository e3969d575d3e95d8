// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieServer_h
#define tweedieServer_h

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <iterator>
#include <netinet/in.h>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char ** environ;

namespace tweedie::test
{
/** Of loopback; 0 where the system gives none. */
inline std::uint16_t
FreePort()
{
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto * general = reinterpret_cast<sockaddr *>(&address);
  const bool bound = bind(handle, general, size) == 0 && getsockname(handle, general, &size) == 0;
  close(handle);
  return bound ? ntohs(address.sin_port) : 0;
}

/** A socket connected to a port of loopback; -1 where nobody listens. */
inline int
Connect(std::uint16_t port)
{
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(handle, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
  {
    close(handle);
    return -1;
  }
  return handle;
}

/** Whether a condition comes true within seconds. */
template <typename TCondition>
bool
Eventually(const TCondition & condition, double seconds = 10.0)
{
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  bool isTrue = condition();
  while (!isTrue && std::chrono::steady_clock::now() < end)
  {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    isTrue = condition();
  }
  return isTrue;
}

/** A program that runs until it is stopped, by its process id; what it says goes to a file. */
class Server
{
public:
  Server(std::vector<std::string> command, std::string logFile) : m_Log(std::move(logFile))
  {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, m_Log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    std::vector<char *> arguments;
    for (auto & word : command)
    {
      arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const int failed = posix_spawnp(&m_Pid, arguments[0], &actions, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed != 0)
    {
      throw std::runtime_error("Server: cannot start " + command[0]);
    }
  }
  /** A process of the same program that does work, whose result is the exit code: without the time to load it. */
  Server(const std::function<int()> & work, std::string logFile) : m_Log(std::move(logFile))
  {
    const int log = open(m_Log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    std::fflush(nullptr); // else both processes would write it
    m_Pid = fork();
    if (m_Pid == 0)
    {
      dup2(log, STDOUT_FILENO);
      dup2(log, STDERR_FILENO);
      std::signal(SIGINT, SIG_DFL);
      const int code = work();
      std::fflush(nullptr);
      _exit(code);
    }
    close(log);
  }
  Server(const Server &) = delete;
  Server & operator=(const Server &) = delete;
  ~Server()
  {
    Stop(SIGKILL);
  }

  /** Its exit code, 128 + signal when a signal ended it; -1: it was stopped before. */
  int
  Stop(int signal)
  {
    return m_Pid > 0 && kill(m_Pid, signal) == 0 ? Wait() : -1;
  }

  int
  Wait()
  {
    int status = 0;
    if (m_Pid <= 0 || waitpid(m_Pid, &status, 0) != m_Pid)
    {
      return -1;
    }
    m_Pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  pid_t
  Pid() const
  {
    return m_Pid;
  }

  std::string
  Log() const
  {
    std::ifstream stream(m_Log, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }

  bool
  HasSaid(const std::string & text, double seconds = 10.0) const
  {
    return Eventually([&] { return Log().find(text) != std::string::npos; }, seconds);
  }

private:
  std::string m_Log;
  pid_t m_Pid = -1;
};

/** Whether somebody listens at a port of loopback before long. */
inline bool
IsListening(std::uint16_t port)
{
  return Eventually(
      [port]
      {
        const int handle = Connect(port);
        if (handle >= 0)
        {
          close(handle);
        }
        return handle >= 0;
      });
}
} // namespace tweedie::test

#endif
