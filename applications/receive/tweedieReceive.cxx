// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieDicomReceive.h"
#include "tweedieError.h"
#include "tweedieInterrupt.h"
#include "tweedieReceiveJobs.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <csignal>
#include <cstdio>

namespace tweedie
{
namespace
{
struct ReceiveEndOptions
{
  std::int64_t stopAfter = 0;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("stop-after", "complete series, with their jobs; 0: goes on until it is told to end").Range(0),
            stopAfter);
  }
};

/** Counts, UIDs and statuses only. */
void
Log(const std::string & text)
{
  const std::string line = "receive: " + OneLine(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

/** The number of series that were done with. */
std::int64_t
Serve(DicomReceiver & receiver, ReceiveJobs & jobs, std::int64_t stopAfter)
{
  std::int64_t count = 0;
  while (!IsInterrupted() && (stopAfter == 0 || count < stopAfter))
  {
    for (const DicomReceivedSeries & series : receiver.Serve(0.1))
    {
      Log("series " + series.seriesUid +
          (series.instances > 0 ? " complete, " + std::to_string(series.instances) + " instances"
                                : " left undone before"));
      jobs.Add(series);
    }
    for (const DicomReceivedSeries & series : jobs.Poll())
    {
      receiver.Done(series);
      ++count;
    }
  }
  return count;
}
} // namespace

void
RunReceive(CommandLine & line)
{
  DicomReceiveOptions options;
  ReceiveJobOptions job;
  ReceiveEndOptions end;
  line.Add("Receiving", options);
  line.Add("What is done with a series", job);
  line.Add("End", end);
  line.Require({"output"});
  line.AddExample("tweedie receive --output inbox --port 11112 --ae TWEEDIE");
  line.AddExample("tweedie receive --output inbox --bind 0.0.0.0 --allow-ae SCANNER --job "
                  "'reconstruct restoration --task denoise --preset FILE' --return-host pacs --return-ae PACS");
  if (!line.Parse())
  {
    return;
  }
  std::signal(SIGCHLD, SIG_DFL); // ignored where whoever started us did: then nobody would know how a job ended
  ReceiveJobs jobs(job, options, Log);
  DicomReceiver receiver(options, Log);
  if (!options.tls.isOn && options.bind.compare(0, 4, "127.") != 0 && options.bind != "::1")
  {
    Warn("without --tls what is sent from other machines can be read on its way");
  }
  Log("listening at " + options.bind + " port " + std::to_string(receiver.Port()) + (options.tls.isOn ? ", TLS" : ""));
  const std::int64_t series = Serve(receiver, jobs, end.stopAfter);
  Print("received " + std::to_string(receiver.Stored()) + " instances, refused " + std::to_string(receiver.Refused()) +
        "; " + std::to_string(series) + " series done\n");
}
} // namespace tweedie
