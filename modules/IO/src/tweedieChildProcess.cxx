// SPDX-License-Identifier: Apache-2.0
#include "tweedieChildProcess.h"

#include "tweedieError.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <new>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tweedie
{
namespace
{
constexpr char messageMark = 'm';
constexpr char endMark = 'e';
constexpr std::uint64_t largestMessage = std::uint64_t(1) << 30U;

[[noreturn]] void
ThrowAgain(ExitCode code, const std::string & text)
{
  switch (code)
  {
  case ExitCode::Usage:
    throw UsageError(text);
  case ExitCode::Numerical:
    throw NumericalError(text);
  default:
    throw DataError(text);
  }
}

bool
WriteAll(int file, const char * data, std::size_t count)
{
  while (count > 0)
  {
    const ssize_t written = write(file, data, count);
    if (written < 0 && errno != EINTR)
    {
      return false;
    }
    const std::size_t step = written > 0 ? static_cast<std::size_t>(written) : 0;
    data += step;
    count -= step;
  }
  return true;
}

bool
ReadAll(int file, char * data, std::size_t count)
{
  while (count > 0)
  {
    const ssize_t got = read(file, data, count);
    if (got == 0 || (got < 0 && errno != EINTR))
    {
      return false;
    }
    const std::size_t step = got > 0 ? static_cast<std::size_t>(got) : 0;
    data += step;
    count -= step;
  }
  return true;
}

bool
Send(int file, char mark, const std::string & text)
{
  const std::uint64_t length = text.size();
  std::array<char, 1 + sizeof(length)> head{};
  head[0] = mark;
  std::memcpy(head.data() + 1, &length, sizeof(length));
  return WriteAll(file, head.data(), head.size()) && WriteAll(file, text.data(), text.size());
}

bool
Receive(int file, char & mark, std::string & text)
{
  std::uint64_t length = 0;
  std::array<char, 1 + sizeof(length)> head{};
  if (!ReadAll(file, head.data(), head.size()))
  {
    return false;
  }
  mark = head[0];
  std::memcpy(&length, head.data() + 1, sizeof(length));
  if ((mark != messageMark && mark != endMark) || length > largestMessage)
  {
    return false;
  }
  text.resize(length);
  return ReadAll(file, text.data(), length);
}

void
Limit(int resource, std::uint64_t value)
{
  rlimit limit{};
  getrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? value : std::min<rlim_t>(value, limit.rlim_max);
  limit.rlim_max = limit.rlim_cur;
  setrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
}

std::uint64_t
AddressSpace()
{
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void
Confine(const ChildLimits & limits)
{
  for (const int signal : {SIGINT, SIGTERM, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGXFSZ, SIGALRM})
  {
    std::signal(signal, SIG_DFL);
  }
  Limit(RLIMIT_CORE, 0);
  Limit(RLIMIT_FSIZE, 0);
  Limit(RLIMIT_CPU, limits.seconds);
  Limit(RLIMIT_AS, AddressSpace() + limits.memory);
  alarm(static_cast<unsigned>(10 * limits.seconds));
}

/** Of the child; ends it without the destructors of what belongs to the parent. */
[[noreturn]] void
Work(int file,
     const ChildLimits & limits,
     const std::function<void(const std::function<void(const std::string &)> &)> & work)
{
  std::string end = "0";
  try
  {
    Confine(limits);
    work(
        [file](const std::string & message)
        {
          if (!Send(file, messageMark, message))
          {
            _exit(1); // nobody listens any more
          }
        });
  }
  catch (const Error & error)
  {
    end = std::to_string(static_cast<int>(error.Code())) + error.what();
  }
  catch (const std::bad_alloc &)
  {
    end = "2more memory needed than allowed";
  }
  catch (const std::exception & error)
  {
    end = std::string("2") + error.what();
  }
  _exit(Send(file, endMark, end) ? 0 : 1);
}

std::string
Reason(int status)
{
  if (!WIFSIGNALED(status))
  {
    return "ended early";
  }
  switch (WTERMSIG(status))
  {
  case SIGXCPU:
  case SIGKILL: // at once where the hard limit is the soft one; also what a system short of memory sends
    return "took more processor time or memory than allowed";
  case SIGALRM:
    return "did not end";
  default:
    return "crashed (signal " + std::to_string(WTERMSIG(status)) + ")";
  }
}

/** Ends and collects a child, however the work of its parent went. */
struct Child
{
  pid_t pid = -1;
  int file = -1;
  Child(pid_t process, int pipe) : pid(process), file(pipe) {}
  Child(const Child &) = delete;
  Child & operator=(const Child &) = delete;
  ~Child()
  {
    if (pid > 0)
    {
      kill(pid, SIGKILL);
      Wait();
    }
  }
  int
  Wait()
  {
    int status = 0;
    close(file);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
    {
    }
    pid = -1;
    return status;
  }
};
} // namespace

void
RunInChild(const std::string & where,
           const ChildLimits & limits,
           const std::function<void(const std::function<void(const std::string &)> & emit)> & work,
           const std::function<void(const std::string & message)> & receive)
{
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0)
  {
    throw DataError(where + ": no pipe to a decoding process; required one");
  }
  const pid_t pid = fork();
  if (pid < 0)
  {
    close(ends[0]);
    close(ends[1]);
    throw DataError(where + ": no decoding process could be started; required one");
  }
  if (pid == 0)
  {
    close(ends[0]);
    Work(ends[1], limits, work);
  }
  close(ends[1]);
  Child child(pid, ends[0]);
  char mark = 0;
  std::string text;
  while (Receive(child.file, mark, text) && mark == messageMark)
  {
    receive(text);
  }
  const int status = child.Wait();
  if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM))
  {
    throw Aborted(where + ": interrupted while it was decoded"); // a terminal's Ctrl-C goes to both processes
  }
  if (mark != endMark || text.empty())
  {
    throw DataError(where + ": what decodes it " + Reason(status) + "; required a file that is in order");
  }
  if (text[0] != '0')
  {
    ThrowAgain(static_cast<ExitCode>(text[0] - '0'), text.substr(1));
  }
}
} // namespace tweedie
