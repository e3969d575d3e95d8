// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomAccept.h"

#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmnet/cond.h>
#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tweedie
{
namespace
{
constexpr std::uint64_t alarmBytes = std::uint64_t(64) << 10U;
constexpr std::uint64_t parserMemory = std::uint64_t(512) << 20U; // beside what the parent has

/** What an image may come in, what is best to read first. */
std::array<const char *, 13> syntaxes{UID_LittleEndianExplicitTransferSyntax,
                                      UID_LittleEndianImplicitTransferSyntax,
                                      UID_DeflatedExplicitVRLittleEndianTransferSyntax,
                                      UID_JPEGLSLosslessTransferSyntax,
                                      UID_JPEG2000LosslessOnlyTransferSyntax,
                                      UID_JPEGProcess14SV1TransferSyntax,
                                      UID_JPEGProcess14TransferSyntax,
                                      UID_RLELosslessTransferSyntax,
                                      UID_BigEndianExplicitTransferSyntax,
                                      UID_JPEGLSLossyTransferSyntax,
                                      UID_JPEG2000TransferSyntax,
                                      UID_JPEGProcess1TransferSyntax,
                                      UID_JPEGProcess2_4TransferSyntax};

void
Limit(__rlimit_resource resource, std::uint64_t value)
{
  rlimit limit{};
  getrlimit(resource, &limit);
  limit.rlim_cur = std::min<rlim_t>(value, limit.rlim_max);
  limit.rlim_max = limit.rlim_cur;
  setrlimit(resource, &limit);
}

std::uint64_t
AddressSpace()
{
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::string
Trimmed(const std::string & title)
{
  const std::size_t first = title.find_first_not_of(' ');
  return first == std::string::npos ? "" : title.substr(first, title.find_last_not_of(' ') - first + 1);
}

/** The next part of the command or data set that is being sent. */
OFCondition
NextPart(T_ASC_Association * association, int timeout, DUL_PDV & part)
{
  OFCondition condition = DUL_NextPDV(&association->DULassociation, &part);
  if (condition.bad())
  {
    condition = DUL_ReadPDVs(&association->DULassociation, nullptr, DUL_NOBLOCK, timeout);
    condition =
        condition == DUL_PDATAPDUARRIVED ? DUL_NextPDV(&association->DULassociation, &part) : DIMSE_READPDVFAILED;
  }
  return condition;
}
} // namespace

DicomAcceptor::DicomAcceptor(const DicomReceiveOptions & options, const DicomStore & store, DcmTransportLayer * tls)
    : m_Options(options), m_Store(store), m_Tls(tls)
{
}

void
DicomAcceptor::Confine() const
{
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGINT, SIGTERM, SIGALRM})
  {
    std::signal(signal, SIG_DFL);
  }
  std::signal(SIGXFSZ, SIG_IGN); // a write beyond the limit fails instead
  constexpr std::uint64_t beside = std::uint64_t(1) << 20U;
  Limit(RLIMIT_CORE, 0);
  Limit(RLIMIT_FSIZE, static_cast<std::uint64_t>(m_Options.maxFileSize * 1024.0 * 1024.0) + beside);
  Limit(RLIMIT_AS, AddressSpace() + parserMemory);
  dcmDisableGethostbyaddr.set(OFTrue);
  const auto timeout = static_cast<Sint32>(m_Options.timeoutSeconds);
  dcmSocketSendTimeout.set(timeout);
  dcmSocketReceiveTimeout.set(timeout);
}

void
DicomAcceptor::RestartAlarm() const
{
  alarm(static_cast<unsigned>(2 * m_Options.timeoutSeconds));
}

DicomEnd
DicomAcceptor::Serve(int connection, bool isFull)
{
  Confine();
  RestartAlarm();
  const auto timeout = static_cast<int>(m_Options.timeoutSeconds);
  dcmExternalSocketHandle.set(connection);
  T_ASC_Network * network = nullptr;
  T_ASC_Association * association = nullptr;
  OFCondition condition = ASC_initializeNetwork(NET_ACCEPTOR, static_cast<int>(m_Options.port), timeout, &network);
  if (condition.good() && m_Tls != nullptr)
  {
    condition = ASC_setTransportLayer(network, m_Tls, 0);
  }
  if (condition.good())
  {
    condition = ASC_receiveAssociation(network,
                                       &association,
                                       ASC_DEFAULTMAXPDU,
                                       nullptr,
                                       nullptr,
                                       m_Tls != nullptr ? OFTrue : OFFalse,
                                       DUL_NOBLOCK,
                                       timeout);
  }
  if (condition.bad())
  {
    return DicomEnd::Lost;
  }
  const DicomEnd end = Negotiate(association, isFull);
  const DicomEnd result = end == DicomEnd::Released ? Answer(association) : end;
  ASC_dropSCPAssociation(association);
  ASC_destroyAssociation(&association);
  ASC_dropNetwork(&network);
  return result;
}

DicomEnd
DicomAcceptor::Negotiate(T_ASC_Association * association, bool isFull) const
{
  std::array<char, 65> calling{};
  std::array<char, 65> called{};
  std::array<char, 65> name{};
  T_ASC_Parameters * parameters = association->params;
  ASC_getAPTitles(parameters, calling.data(), calling.size(), called.data(), called.size(), nullptr, 0);
  ASC_getApplicationContextName(parameters, name.data(), name.size());
  const std::string us = Trimmed(called.data());
  const auto & allowed = m_Options.allowAe;
  const bool isKnown =
      allowed.empty() || std::find(allowed.begin(), allowed.end(), Trimmed(calling.data())) != allowed.end();
  T_ASC_RejectParameters reject{
      ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER, ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED};
  bool isRejected = true;
  if (isFull)
  {
    reject = {ASC_RESULT_REJECTEDTRANSIENT,
              ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
              ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED};
  }
  else if (std::string(name.data()) != UID_StandardApplicationContext)
  {
    reject.reason = ASC_REASON_SU_APPCONTEXTNAMENOTSUPPORTED;
  }
  else if (!isKnown)
  {
    reject.reason = ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED;
  }
  else
  {
    isRejected = us != m_Options.ae && us != "ANY-SCP";
  }
  if (isRejected)
  {
    ASC_rejectAssociation(association, &reject);
    return DicomEnd::Rejected;
  }
  const char * verification = UID_VerificationSOPClass;
  const auto count = static_cast<int>(syntaxes.size());
  ASC_acceptContextsWithPreferredTransferSyntaxes(parameters, &verification, 1, syntaxes.data(), count);
  ASC_acceptContextsWithPreferredTransferSyntaxes(
      parameters, dcmAllStorageSOPClassUIDs, numberOfDcmAllStorageSOPClassUIDs, syntaxes.data(), count);
  return ASC_acknowledgeAssociation(association).good() ? DicomEnd::Released : DicomEnd::Lost;
}

DicomEnd
DicomAcceptor::Answer(T_ASC_Association * association)
{
  OFCondition condition = EC_Normal;
  while (condition.good())
  {
    RestartAlarm();
    T_DIMSE_Message message{};
    T_ASC_PresentationContextID context = 0;
    condition = DIMSE_receiveCommand(
        association, DIMSE_NONBLOCKING, static_cast<int>(m_Options.timeoutSeconds), &context, &message, nullptr);
    if (condition.good() && message.CommandField == DIMSE_C_ECHO_RQ)
    {
      condition = DIMSE_sendEchoResponse(association, context, &message.msg.CEchoRQ, DicomStatus::success, nullptr);
    }
    else if (condition.good() && message.CommandField == DIMSE_C_STORE_RQ)
    {
      condition = Receive(association, context, message.msg.CStoreRQ);
    }
    else if (condition.good())
    {
      condition = DIMSE_BADCOMMANDTYPE;
    }
  }
  if (condition == DUL_PEERREQUESTEDRELEASE)
  {
    ASC_acknowledgeRelease(association);
    return DicomEnd::Released;
  }
  ASC_abortAssociation(association);
  return DicomEnd::Lost;
}

OFCondition
DicomAcceptor::ReadData(T_ASC_Association * association,
                        T_ASC_PresentationContextID context,
                        IncomingInstance & instance) const
{
  const double most = 2.0 * 1024.0 * 1024.0 * m_Options.maxFileSize; // beyond it the peer is not heard to the end
  std::uint64_t alarmed = 0;
  DUL_PDV part{};
  while (part.lastPDV == OFFalse)
  {
    const OFCondition condition = NextPart(association, static_cast<int>(m_Options.timeoutSeconds), part);
    if (condition.bad())
    {
      return condition;
    }
    if (part.pdvType != DUL_DATASETPDV || part.presentationContextID != context ||
        static_cast<double>(instance.Bytes()) > most)
    {
      return DIMSE_UNEXPECTEDPDVTYPE;
    }
    instance.Write(part.data, part.fragmentLength);
    if (instance.Bytes() - alarmed >= alarmBytes)
    {
      RestartAlarm();
      alarmed = instance.Bytes();
    }
  }
  return EC_Normal;
}

OFCondition
DicomAcceptor::Receive(T_ASC_Association * association,
                       T_ASC_PresentationContextID context,
                       T_DIMSE_C_StoreRQ & request)
{
  T_ASC_PresentationContext accepted{};
  if (request.DataSetType == DIMSE_DATASET_NULL ||
      ASC_findAcceptedPresentationContext(association->params, context, &accepted).bad())
  {
    return DIMSE_BADCOMMANDTYPE;
  }
  DicomReceivedSeries series;
  T_DIMSE_C_StoreRSP response{};
  {
    IncomingInstance instance(
        m_Store, {request.AffectedSOPClassUID, request.AffectedSOPInstanceUID, accepted.acceptedTransferSyntax});
    const OFCondition condition = ReadData(association, context, instance);
    if (condition.bad())
    {
      return condition;
    }
    RestartAlarm();
    response.DimseStatus = instance.Store(series);
  }
  response.DimseStatus == DicomStatus::success ? stored(series) : refused(response.DimseStatus);
  return DIMSE_sendStoreResponse(association, context, &request, &response, nullptr);
}
} // namespace tweedie
