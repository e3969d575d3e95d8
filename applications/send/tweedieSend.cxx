// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieDicomSend.h"
#include "tweedieError.h"
#include "tweedieProgressDisplay.h"
#include "tweedieRunOptions.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

namespace tweedie
{
namespace
{
std::string
Summary(const DicomSendResult & result, const DicomPeer & peer)
{
  std::string text = "sent " + std::to_string(result.sent) + " of " + std::to_string(result.instances) +
                     " instances to " + peer.host + ":" + std::to_string(peer.port);
  const auto add = [&text](std::size_t count, const std::string & what)
  { text += count == 0 ? "" : ", " + std::to_string(count) + " " + what; };
  add(result.skipped, "confirmed before");
  add(result.warnings, "with a warning");
  add(result.refused.size(), "refused");
  add(result.foreign, "other files left out");
  return text + "\n";
}
} // namespace

void
RunSend(CommandLine & line)
{
  std::vector<std::string> paths;
  DicomPeer peer;
  DicomSendOptions options;
  RunOptions run;
  line.AddPositionals(
      "PATH...", "DICOM files, and folders all of whose DICOM files are sent", paths, 1, PathKind::None);
  line.Add("Peer", peer);
  line.Add("Sending", options);
  line.Add("Run", run, {"overwrite", "threads"});
  line.AddExample("tweedie send result --host pacs --port 104 --called-ae PACS --list sent.txt");
  line.AddExample("tweedie send result --host pacs --port 2762 --tls --tls-certificate our.pem --tls-key our.key "
                  "--tls-ca hospital.pem");
  if (!line.Parse())
  {
    return;
  }
  ProgressDisplay progress(run.progress);
  const DicomSendResult result = SendDicom(paths, peer, options, progress.Callback());
  progress.Clear();
  Print(Summary(result, peer));
  for (const DicomRefusal & refusal : result.refused)
  {
    Warn("not taken: " + refusal.uid + ": " + refusal.reason);
  }
  if (!result.refused.empty())
  {
    throw DataError("given " + std::to_string(result.refused.size()) + " of " + std::to_string(result.instances) +
                    " instances that the peer refused; required a peer that takes them");
  }
}
} // namespace tweedie
