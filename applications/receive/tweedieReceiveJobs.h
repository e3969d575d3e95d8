// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReceiveJobs_h
#define tweedieReceiveJobs_h

#include "tweedieDicomReceive.h"

#include <deque>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tweedie
{
/** What is done with a series that is complete. */
struct ReceiveJobOptions
{
  std::string job; ///< words of a command, without a shell: "reconstruct restoration --preset NAME"
  std::string returnHost;
  std::int64_t returnPort = 104;
  std::string returnAe = "ANY-SCP";
  bool returnTls = false;

  void Visit(OptionVisitor & v);
};

/** Runs this program again for each series, one at a time:
 *
 *    tweedie JOB SERIES --output RESULT;   tweedie send RESULT --host ... --list RESULT.sent
 *
 * with RESULT = OUTPUT/results/STUDY/SERIES, or SERIES-2 where that is there already; what they say goes to RESULT.log.
 */
class ReceiveJobs
{
public:
  /** Throws UsageError for a command that there is not. */
  ReceiveJobs(const ReceiveJobOptions & job,
              const DicomReceiveOptions & receive,
              std::function<void(const std::string &)> log);
  ReceiveJobs(const ReceiveJobs &) = delete;
  ReceiveJobs & operator=(const ReceiveJobs &) = delete;
  /** Ends the one that is running; its series stays undone. */
  ~ReceiveJobs();

  void Add(const DicomReceivedSeries & series);

  /** Goes on; returns the series that are done with, well or not. */
  std::vector<DicomReceivedSeries> Poll();

private:
  void Begin();
  void Start(const std::vector<std::string> & words);
  std::vector<std::string> SendWords() const;

  ReceiveJobOptions m_Job;
  DicomReceiveOptions m_Receive;
  std::function<void(const std::string &)> m_Log;
  std::deque<DicomReceivedSeries> m_Queue; ///< the first is being worked on
  std::string m_Result;                    ///< of the first
  std::string m_Step;                      ///< "job" or "return"
  pid_t m_Process = -1;
};
} // namespace tweedie

#endif
