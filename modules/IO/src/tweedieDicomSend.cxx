// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomSend.h"

#include "tweedieDicomInstances.h"
#include "tweedieDicomStatus.h"
#include "tweedieError.h"
#include "tweedieQuietDcmtk.h"
#include "tweedieSendList.h"

#include <dcmtk/dcmnet/dcmlayer.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace tweedie
{
namespace
{
constexpr std::size_t mostContexts = 127; // of 128 (PS3.8 9.3.2.2), less that of C-ECHO
constexpr double longestWait = 30.0;      // seconds

/** The first kinds of instances that fit into one association. */
DicomContexts
ContextsOf(const DicomInstances & pending)
{
  DicomContexts contexts;
  for (const DicomInstance & instance : pending)
  {
    if (contexts.size() < mostContexts)
    {
      const auto number = static_cast<T_ASC_PresentationContextID>(2 * contexts.size() + 3);
      contexts.insert({{instance.kind, instance.syntax}, number});
    }
  }
  return contexts;
}

/** Sends what is pending, over as many associations as it takes. */
class Sender
{
public:
  Sender(const DicomPeer & peer, const DicomSendOptions & options, const ProgressCallback & progress)
      : m_Peer(peer), m_Options(options), m_Progress(progress), m_Tls(MakeTlsLayer(peer.tls, NET_REQUESTOR)),
        m_List(options.listFile)
  {
  }

  DicomSendResult
  Send(const std::vector<std::string> & paths)
  {
    for (DicomInstance & instance : FindInstances(paths, m_Result.foreign))
    {
      ++m_Result.instances;
      m_List.Has(instance.uid) ? void(++m_Result.skipped) : m_Pending.push_back(std::move(instance));
    }
    if (m_Result.instances == 0)
    {
      throw DataError("DICOM send: given no DICOM file; required one");
    }
    double wait = m_Options.backoffSeconds;
    for (std::int64_t failures = 0; !m_Pending.empty();)
    {
      const std::size_t before = m_Pending.size();
      const std::string failure = SendSome();
      failures = m_Pending.size() < before ? 0 : failures + 1;
      wait = failures <= 1 ? m_Options.backoffSeconds : std::min(2.0 * wait, longestWait);
      if (failures > m_Options.retries)
      {
        GiveUp(failure);
      }
      else if (failures > 0)
      {
        Sleep(wait);
      }
    }
    return std::move(m_Result);
  }

private:
  /** Sends until an association ends. What is left may be tried again: the instance at which it was lost, and those the
   * peer had no room for, at the end. Returns what went wrong. */
  std::string
  SendSome()
  {
    const DicomContexts contexts = ContextsOf(m_Pending);
    DicomRequest request(m_Peer, m_Tls.get(), [this] { return Report(); });
    OFCondition condition = request.Open(contexts);
    const std::string rejection = request.Rejection(condition);
    if (!rejection.empty())
    {
      Fail(rejection);
    }
    DicomInstances later;
    DicomInstances failed;
    std::string failure = condition.text();
    for (DicomInstance & instance : m_Pending)
    {
      const auto context = contexts.find({instance.kind, instance.syntax});
      if (condition.bad() || context == contexts.end())
      {
        later.push_back(std::move(instance));
      }
      else if (!request.Takes(context->second))
      {
        Refuse(instance, "the peer does not take its SOP class in its encoding");
      }
      else
      {
        std::uint16_t status = 0;
        condition = request.Store(instance, context->second, status);
        const bool isFull = condition.good() && (status & 0xFF00U) == 0xA700U;
        failure = isFull ? DicomStatusText(status) + ": out of resources" : condition.text();
        condition.bad() || isFull ? failed.push_back(std::move(instance)) : Answered(instance, status);
      }
      RequireGoOn();
    }
    std::move(failed.begin(), failed.end(), std::back_inserter(later));
    m_Pending = std::move(later);
    if (condition.good())
    {
      request.Release();
    }
    return failure;
  }

  void
  Answered(const DicomInstance & instance, std::uint16_t status)
  {
    const bool isWarning = status == 0x0001 || (status & 0xF000U) == 0xB000U;
    if (status != 0 && !isWarning)
    {
      Refuse(instance, DicomStatusText(status));
      return;
    }
    m_List.Add(instance.uid);
    m_Result.warnings += isWarning ? 1 : 0;
    ++m_Result.sent;
  }

  void
  Refuse(const DicomInstance & instance, const std::string & reason)
  {
    m_Result.refused.push_back({instance.uid, reason});
  }

  bool
  Report()
  {
    ProgressReport report;
    report.task = "send";
    report.step = static_cast<std::int64_t>(m_Result.skipped + m_Result.sent + m_Result.refused.size());
    report.steps = static_cast<std::int64_t>(m_Result.instances);
    report.elapsedSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_Start).count();
    m_GoOn = m_GoOn && (!m_Progress || m_Progress(report));
    return m_GoOn;
  }

  void
  RequireGoOn()
  {
    if (!Report())
    {
      throw Aborted("DICOM send: interrupted; the peer confirmed " + CountText());
    }
  }

  void
  Sleep(double seconds)
  {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    for (RequireGoOn(); std::chrono::steady_clock::now() < end; RequireGoOn())
    {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  std::string
  CountText() const
  {
    return std::to_string(m_Result.skipped + m_Result.sent) + " of " + std::to_string(m_Result.instances) +
           " instances";
  }

  /** What is out of resources now was refused; a peer that is lost is an error. */
  void
  GiveUp(const std::string & failure)
  {
    if (failure.compare(0, 6, "status") != 0)
    {
      Fail(failure);
    }
    for (const DicomInstance & instance : m_Pending)
    {
      Refuse(instance, failure);
    }
    m_Pending.clear();
  }

  [[noreturn]] void
  Fail(const std::string & failure) const
  {
    throw DataError("DICOM send: given " + m_Peer.host + ":" + std::to_string(m_Peer.port) + " (" + failure +
                    ") after it had confirmed " + CountText() + "; required a peer that takes them");
  }

  const DicomPeer & m_Peer;
  const DicomSendOptions & m_Options;
  const ProgressCallback & m_Progress;
  std::unique_ptr<DcmTransportLayer> m_Tls;
  SendList m_List;
  DicomInstances m_Pending;
  DicomSendResult m_Result;
  bool m_GoOn = true;
  std::chrono::steady_clock::time_point m_Start = std::chrono::steady_clock::now();
};
} // namespace

void
RequireAeTitle(const std::string & title)
{
  const bool printable =
      std::all_of(title.begin(), title.end(), [](char c) { return c >= ' ' && c <= '~' && c != '\\'; });
  if (!printable || title.size() > 16 || title.find_first_not_of(' ') == std::string::npos)
  {
    throw UsageError("DICOM: given an application entity title of " + std::to_string(title.size()) +
                     " characters; required 1 to 16 printable ones without a backslash");
  }
}

DicomSendResult
SendDicom(const std::vector<std::string> & paths,
          const DicomPeer & peer,
          const DicomSendOptions & options,
          const ProgressCallback & progress)
{
  RequireAeTitle(peer.calledAe);
  RequireAeTitle(peer.callingAe);
  const QuietDcmtk quiet;
  return Sender(peer, options, progress).Send(paths);
}
} // namespace tweedie
