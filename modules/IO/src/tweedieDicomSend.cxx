// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomSend.h"

#include "tweedieError.h"
#include "tweedieQuietDcmtk.h"

#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/scu.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <thread>
#include <utility>

namespace tweedie
{
namespace
{
struct Instance
{
  std::string file;
  std::string uid;
  std::string kind;   ///< SOP class UID
  std::string syntax; ///< transfer syntax UID
};

using Instances = std::vector<Instance>;

constexpr std::size_t mostContexts = 127; // of 128 (PS3.8 9.3.2.2), less that of C-ECHO

Instance
Describe(const std::string & file)
{
  DcmFileFormat format;
  OFString uid;
  OFString kind;
  OFString syntax;
  const bool read =
      format
          .loadFileUntilTag(
              file.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_fileOnly, DCM_StudyInstanceUID)
          .good();
  DcmMetaInfo & meta = *format.getMetaInfo();
  if (!read || meta.findAndGetOFString(DCM_MediaStorageSOPInstanceUID, uid).bad() || uid.empty() ||
      meta.findAndGetOFString(DCM_MediaStorageSOPClassUID, kind).bad() ||
      meta.findAndGetOFString(DCM_TransferSyntaxUID, syntax).bad())
  {
    throw DataError("DICOM send: given " + file + "; required a DICOM file with its meta information");
  }
  return {file, uid.c_str(), kind.c_str(), syntax.c_str()};
}

/** PS3.5 6.2: 1 to 16 printable characters, none a backslash, not all spaces. */
void
RequireTitle(const std::string & title)
{
  const bool printable =
      std::all_of(title.begin(), title.end(), [](char c) { return c >= ' ' && c <= '~' && c != '\\'; });
  if (!printable || title.size() > 16 || title.find_first_not_of(' ') == std::string::npos)
  {
    throw UsageError("DICOM send: given an application entity title of " + std::to_string(title.size()) +
                     " characters; required 1 to 16 printable ones without a backslash");
  }
}

std::set<std::string>
ReadList(const std::string & path)
{
  std::set<std::string> confirmed;
  std::ifstream list(path);
  for (std::string line; std::getline(list, line);)
  {
    confirmed.insert(line);
  }
  return confirmed;
}

void
AddToList(const std::string & path, const std::string & uid)
{
  if (path.empty())
  {
    return;
  }
  std::ofstream list(path, std::ios::app);
  if (!(list << uid << '\n' << std::flush))
  {
    throw UsageError("DICOM send: given the list " + path + "; required a file that can be written");
  }
}

/** The first instances whose kinds fit into one association. */
std::set<std::pair<std::string, std::string>>
Contexts(const Instances & pending)
{
  std::set<std::pair<std::string, std::string>> contexts;
  for (const Instance & instance : pending)
  {
    if (contexts.size() < mostContexts)
    {
      contexts.insert({instance.kind, instance.syntax});
    }
  }
  return contexts;
}

OFCondition
Open(DcmSCU & scu, const DicomPeer & peer, const Instances & pending)
{
  scu.setPeerHostName(peer.host.c_str());
  scu.setPeerPort(peer.port);
  scu.setPeerAETitle(peer.calledAe.c_str());
  scu.setAETitle(peer.callingAe.c_str());
  scu.setConnectionTimeout(static_cast<Sint32>(peer.timeoutSeconds));
  scu.setACSETimeout(peer.timeoutSeconds);
  scu.setDIMSEBlockingMode(DIMSE_NONBLOCKING);
  scu.setDIMSETimeout(peer.timeoutSeconds);
  OFList<OFString> plain;
  plain.push_back(UID_LittleEndianImplicitTransferSyntax);
  scu.addPresentationContext(UID_VerificationSOPClass, plain);
  for (const auto & [kind, syntax] : Contexts(pending))
  {
    OFList<OFString> one;
    one.push_back(syntax.c_str());
    scu.addPresentationContext(kind.c_str(), one);
  }
  OFCondition condition = scu.initNetwork();
  condition = condition.good() ? scu.negotiateAssociation() : condition;
  return condition.good() ? scu.sendECHORequest(0) : condition;
}

/** Sends until an association ends; removes from pending what was confirmed. */
OFCondition
SendSome(Instances & pending,
         const DicomPeer & peer,
         const DicomSendOptions & options,
         DicomSendResult & result,
         const std::function<void()> & progress)
{
  DcmSCU scu;
  OFCondition condition = Open(scu, peer, pending);
  const auto offered = Contexts(pending);
  while (condition.good() && !pending.empty())
  {
    const Instance & next = pending.front();
    if (offered.count({next.kind, next.syntax}) == 0)
    {
      break; // of the next association
    }
    const auto context = scu.findPresentationContextID(next.kind.c_str(), next.syntax.c_str());
    if (context == 0)
    {
      throw DataError("DICOM send: given instance " + next.uid +
                      "; required a peer that takes its SOP class and encoding");
    }
    Uint16 status = 0;
    condition = scu.sendSTORERequest(context, next.file.c_str(), nullptr, status);
    if (condition.bad())
    {
      break;
    }
    const bool warned = status == 0x0001 || (status & 0xF000U) == 0xB000U;
    if (status != 0 && !warned)
    {
      throw DataError("DICOM send: given instance " + next.uid + ", refused with status " + std::to_string(status) +
                      "; required a peer that takes it");
    }
    result.warnings += warned ? 1 : 0;
    ++result.sent;
    AddToList(options.listFile, next.uid);
    pending.erase(pending.begin());
    progress();
  }
  if (scu.isConnected())
  {
    scu.releaseAssociation();
  }
  return condition;
}
} // namespace

DicomSendResult
SendDicom(const std::vector<std::string> & files,
          const DicomPeer & peer,
          const DicomSendOptions & options,
          const std::function<void(std::size_t, std::size_t)> & progress)
{
  RequireTitle(peer.calledAe);
  RequireTitle(peer.callingAe);
  const QuietDcmtk quiet;
  DicomSendResult result;
  std::set<std::string> known = ReadList(options.listFile);
  Instances pending;
  for (const std::string & file : files)
  {
    Instance instance = Describe(file);
    if (known.insert(instance.uid).second)
    {
      pending.push_back(std::move(instance));
    }
  }
  result.skipped = files.size() - pending.size();
  const auto report = [&]()
  {
    if (progress)
    {
      progress(result.skipped + result.sent, files.size());
    }
  };
  double wait = options.backoffSeconds;
  for (int failures = 0; !pending.empty();)
  {
    const std::size_t before = pending.size();
    const OFCondition condition = SendSome(pending, peer, options, result, report);
    if (condition.good() || pending.size() < before)
    {
      failures = 0;
      wait = options.backoffSeconds;
    }
    else if (failures++ >= options.retries)
    {
      throw DataError("DICOM send: given " + peer.host + ":" + std::to_string(peer.port) + " (" + condition.text() +
                      "); required a peer that accepts the association");
    }
    else
    {
      std::this_thread::sleep_for(std::chrono::duration<double>(wait));
      wait *= 2.0;
    }
  }
  return result;
}
} // namespace tweedie
