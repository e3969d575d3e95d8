// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomReceive.h"

#include "tweedieDicomAccept.h"
#include "tweedieDicomSend.h"
#include "tweedieDicomStatus.h"
#include "tweedieError.h"
#include "tweedieQuietDcmtk.h"

#include <dcmtk/dcmnet/dcmlayer.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <netdb.h>
#include <poll.h>
#include <set>
#include <sstream>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tweedie
{
namespace
{
using Clock = std::chrono::steady_clock;

constexpr int backlog = 64;

/** A socket that listens. */
int
Listen(const std::string & address, std::int64_t port)
{
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo * found = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
  {
    throw UsageError("--bind: given " + address + "; required an address of this machine, such as 127.0.0.1");
  }
  const int handle = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const bool isListening =
      handle >= 0 && bind(handle, found->ai_addr, found->ai_addrlen) == 0 && listen(handle, backlog) == 0;
  const int error = errno;
  freeaddrinfo(found);
  if (!isListening)
  {
    close(handle);
    throw UsageError("--port: given " + std::to_string(port) + " of " + address + " (" + std::strerror(error) +
                     "); required one that is free");
  }
  return handle;
}

/** What the processes of the associations tell; each line is written in one piece. */
struct Pipe
{
  std::array<int, 2> ends{-1, -1};
  Pipe()
  {
    if (pipe2(ends.data(), O_CLOEXEC) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
    {
      throw DataError("DICOM receive: no pipe to the processes of associations; required one");
    }
  }
  Pipe(const Pipe &) = delete;
  Pipe & operator=(const Pipe &) = delete;
  ~Pipe()
  {
    close(ends[0]);
    close(ends[1]);
  }
  void
  Say(const std::string & line) const
  {
    static_cast<void>(write(ends[1], line.data(), line.size()));
  }
};
} // namespace

class DicomReceiver::Implementation
{
public:
  Implementation(const DicomReceiveOptions & options, std::function<void(const std::string &)> log)
      : m_Options(options), m_Log(std::move(log)), m_Tls(MakeTlsLayer(m_Options.tls, NET_ACCEPTOR)), m_Store(m_Options),
        m_Listener(Listen(m_Options.bind, m_Options.port))
  {
    for (const auto & [study, series] : m_Store.Undone())
    {
      m_Series[study + "/" + series] = {{study, series, m_Store.Folder(study, series), 0, false}, {}, Clock::now()};
    }
  }
  ~Implementation()
  {
    close(m_Listener);
    for (const auto & [process, association] : m_Associations)
    {
      kill(process, SIGKILL);
      waitpid(process, nullptr, 0);
      m_Store.Discard(process);
    }
  }

  std::uint16_t
  Port() const
  {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    getsockname(m_Listener, reinterpret_cast<sockaddr *>(&address), &size);
    std::uint16_t port = 0; // at the same place in addresses of both kinds
    std::memcpy(&port, reinterpret_cast<const char *>(&address) + 2, sizeof(port));
    return ntohs(port);
  }

  std::vector<DicomReceivedSeries>
  Serve(double seconds)
  {
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    std::vector<DicomReceivedSeries> complete;
    do
    {
      std::array<pollfd, 2> files{{{m_Listener, POLLIN, 0}, {m_Pipe.ends[0], POLLIN, 0}}};
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
      poll(files.data(), files.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 100)));
      Accept();
      Hear();
      Reap();
      Collect(complete);
    } while (complete.empty() && Clock::now() < end);
    return complete;
  }

  void
  Done(const DicomReceivedSeries & series)
  {
    if (m_Series.count(KeyOf(series)) == 0) // else it goes on already
    {
      m_Store.Done(series.studyUid, series.seriesUid);
    }
  }

  std::size_t stored = 0;
  std::size_t refused = 0;

private:
  struct Association
  {
    std::size_t number = 0;
    std::size_t stored = 0;
    std::map<std::uint16_t, std::size_t> refused;
    bool isFull = false;
    std::string end = "lost";
  };
  struct Series
  {
    DicomReceivedSeries series;
    std::set<pid_t> processes; ///< that brought instances of it and have not ended
    Clock::time_point last;
  };

  static std::string
  KeyOf(const DicomReceivedSeries & series)
  {
    return series.studyUid + "/" + series.seriesUid;
  }

  void
  Accept()
  {
    for (int connection = accept4(m_Listener, nullptr, nullptr, SOCK_CLOEXEC); connection >= 0;
         connection = accept4(m_Listener, nullptr, nullptr, SOCK_CLOEXEC))
    {
      const auto most = static_cast<std::size_t>(m_Options.maxAssociations);
      const auto serving = static_cast<std::size_t>(std::count_if(
          m_Associations.begin(), m_Associations.end(), [](const auto & one) { return !one.second.isFull; }));
      const bool isFull = serving >= most;
      // Being told that there are too many is not for everybody either.
      const pid_t process = m_Associations.size() < most + backlog ? fork() : -1;
      if (process == 0)
      {
        Work(connection, isFull);
      }
      if (process > 0)
      {
        m_Associations[process].number = ++m_Count;
        m_Associations[process].isFull = isFull;
      }
      close(connection);
    }
  }

  /** Of the child; ends it without the destructors of what belongs to the parent. */
  [[noreturn]] void
  Work(int connection, bool isFull)
  {
    close(m_Listener);
    const std::string process = std::to_string(getpid()) + " ";
    DicomAcceptor acceptor(m_Options, m_Store, m_Tls.get());
    acceptor.stored = [&](const DicomReceivedSeries & series)
    { m_Pipe.Say(process + "stored " + series.studyUid + " " + series.seriesUid + (series.isOurs ? " 1\n" : " 0\n")); };
    acceptor.refused = [&](std::uint16_t status) { m_Pipe.Say(process + "refused " + std::to_string(status) + "\n"); };
    m_Pipe.Say(process + EndText(acceptor.Serve(connection, isFull)) + "\n");
    _exit(0);
  }

  void
  Hear()
  {
    std::array<char, 4096> buffer{};
    for (ssize_t got = read(m_Pipe.ends[0], buffer.data(), buffer.size()); got > 0;
         got = read(m_Pipe.ends[0], buffer.data(), buffer.size()))
    {
      m_Heard.append(buffer.data(), static_cast<std::size_t>(got));
    }
    std::size_t begin = 0;
    for (std::size_t end = m_Heard.find('\n'); end != std::string::npos; end = m_Heard.find('\n', begin))
    {
      Note(m_Heard.substr(begin, end - begin));
      begin = end + 1;
    }
    m_Heard.erase(0, begin);
  }

  void
  Note(const std::string & line)
  {
    std::istringstream words(line);
    pid_t process = 0;
    std::string what;
    words >> process >> what;
    if (m_Associations.count(process) == 0)
    {
      return;
    }
    Association & association = m_Associations[process];
    if (what == "stored")
    {
      DicomReceivedSeries series;
      words >> series.studyUid >> series.seriesUid >> series.isOurs;
      series.folder = m_Store.Folder(series.studyUid, series.seriesUid);
      Series & known = m_Series.try_emplace(KeyOf(series), Series{series, {}, {}}).first->second;
      ++known.series.instances;
      known.processes.insert(process);
      known.last = Clock::now();
      ++association.stored;
      ++stored;
    }
    else if (what == "refused")
    {
      std::uint16_t status = 0;
      words >> status;
      ++association.refused[status];
      ++refused;
    }
    else
    {
      association.end = what;
    }
  }

  void
  Reap()
  {
    std::vector<pid_t> ended;
    for (auto & [process, association] : m_Associations)
    {
      int status = 0;
      if (waitpid(process, &status, WNOHANG) != 0)
      {
        const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        association.end = signal == SIGALRM ? "timed out" : signal != 0 ? "crashed" : association.end;
        ended.push_back(process);
      }
    }
    Hear(); // what they said last
    for (const pid_t process : ended)
    {
      m_Store.Discard(process);
      LogEnd(m_Associations[process]);
      m_Associations.erase(process);
      for (auto & [uid, series] : m_Series)
      {
        series.processes.erase(process);
      }
    }
  }

  static std::string
  EndText(DicomEnd end)
  {
    return end == DicomEnd::Released ? "released" : end == DicomEnd::Rejected ? "rejected" : "lost";
  }

  void
  LogEnd(const Association & association) const
  {
    const char * why = association.isFull && association.end == "rejected" ? ": too many" : "";
    std::string text = "association " + std::to_string(association.number) + " " + association.end + why + ", " +
                       std::to_string(association.stored) + " stored";
    for (const auto & [status, count] : association.refused)
    {
      text += ", " + std::to_string(count) + " refused with " + DicomStatusText(status);
    }
    m_Log(text);
  }

  void
  Collect(std::vector<DicomReceivedSeries> & complete)
  {
    for (auto one = m_Series.begin(); one != m_Series.end();)
    {
      const double still = std::chrono::duration<double>(Clock::now() - one->second.last).count();
      if (one->second.processes.empty() && still >= m_Options.seriesTimeout)
      {
        complete.push_back(one->second.series);
        one = m_Series.erase(one);
      }
      else
      {
        ++one;
      }
    }
  }

  DicomReceiveOptions m_Options;
  QuietDcmtk m_Quiet;
  std::function<void(const std::string &)> m_Log;
  std::unique_ptr<DcmTransportLayer> m_Tls;
  DicomStore m_Store;
  Pipe m_Pipe;
  int m_Listener;
  std::map<pid_t, Association> m_Associations;
  std::map<std::string, Series> m_Series; ///< by KeyOf
  std::string m_Heard;
  std::size_t m_Count = 0;
};

DicomReceiver::DicomReceiver(const DicomReceiveOptions & options, std::function<void(const std::string &)> log)
{
  RequireAeTitle(options.ae);
  std::for_each(options.allowAe.begin(), options.allowAe.end(), RequireAeTitle);
  m_Implementation = std::make_unique<Implementation>(options, std::move(log));
}

DicomReceiver::~DicomReceiver() = default;

std::uint16_t
DicomReceiver::Port() const
{
  return m_Implementation->Port();
}

std::vector<DicomReceivedSeries>
DicomReceiver::Serve(double seconds)
{
  return m_Implementation->Serve(seconds);
}

void
DicomReceiver::Done(const DicomReceivedSeries & series)
{
  m_Implementation->Done(series);
}

std::size_t
DicomReceiver::Stored() const
{
  return m_Implementation->stored;
}

std::size_t
DicomReceiver::Refused() const
{
  return m_Implementation->refused;
}
} // namespace tweedie
