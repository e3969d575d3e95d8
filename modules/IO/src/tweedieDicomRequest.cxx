// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomRequest.h"

#include "tweedieDicomPeer.h"

#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmnet/cond.h>
#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>

#include <algorithm>
#include <fstream>

namespace tweedie
{
namespace
{
void
Put(std::string & bytes, std::uint32_t number, std::size_t count)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    bytes += static_cast<char>(number >> 8 * i & 0xFFU);
  }
}

/** An element of group 0, little endian, with implicit value representation (PS3.7 6.3.1). */
void
Put(std::string & bytes, std::uint16_t element, const std::string & value)
{
  Put(bytes, 0, 2);
  Put(bytes, element, 2);
  Put(bytes, static_cast<std::uint32_t>(value.size()), 4);
  bytes += value;
}

std::string
Word(std::uint16_t number)
{
  std::string bytes;
  Put(bytes, number, 2);
  return bytes;
}

std::string
Padded(std::string uid)
{
  uid.resize(uid.size() + uid.size() % 2);
  return uid;
}

/** C-STORE-RQ (PS3.7 9.3.1.1) with a data set. DCMTK's own functions send it only with one that they have parsed. */
std::string
StoreCommand(const DicomInstance & instance, std::uint16_t message)
{
  std::string rest;
  Put(rest, 0x0002, Padded(instance.kind));
  Put(rest, 0x0100, Word(DIMSE_C_STORE_RQ));
  Put(rest, 0x0110, Word(message));
  Put(rest, 0x0700, Word(0)); // medium priority
  Put(rest, 0x0800, Word(1)); // a data set follows
  Put(rest, 0x1000, Padded(instance.uid));
  std::string length;
  Put(length, static_cast<std::uint32_t>(rest.size()), 4);
  std::string command;
  Put(command, 0x0000, length);
  return command + rest;
}
} // namespace

DicomRequest::DicomRequest(const DicomPeer & peer, DcmTransportLayer * tls, std::function<bool()> keepWaiting)
    : m_Peer(peer), m_Tls(tls), m_KeepWaiting(std::move(keepWaiting))
{
}

DicomRequest::~DicomRequest()
{
  if (m_IsOpen)
  {
    ASC_dropAssociation(m_Association); // an abort would wait for a peer that may have gone
  }
  if (m_Association != nullptr)
  {
    ASC_destroyAssociation(&m_Association);
  }
  else if (m_Parameters != nullptr)
  {
    ASC_destroyAssociationParameters(&m_Parameters);
  }
  if (m_Network != nullptr)
  {
    ASC_dropNetwork(&m_Network);
  }
}

OFCondition
DicomRequest::Open(const DicomContexts & contexts)
{
  const auto timeout = static_cast<int>(m_Peer.timeoutSeconds);
  dcmConnectionTimeout.set(timeout);
  dcmSocketSendTimeout.set(timeout);
  dcmSocketReceiveTimeout.set(timeout);
  OFCondition condition = ASC_initializeNetwork(NET_REQUESTOR, 0, timeout, &m_Network);
  if (condition.good() && m_Tls != nullptr)
  {
    condition = ASC_setTransportLayer(m_Network, m_Tls, 0);
  }
  if (condition.good())
  {
    condition = ASC_createAssociationParameters(&m_Parameters, ASC_DEFAULTMAXPDU);
  }
  if (condition.bad())
  {
    return condition;
  }
  const std::string address = m_Peer.host + ":" + std::to_string(m_Peer.port);
  ASC_setAPTitles(m_Parameters, m_Peer.callingAe.c_str(), m_Peer.calledAe.c_str(), nullptr);
  ASC_setPresentationAddresses(m_Parameters, "localhost", address.c_str()); // ours is not sent
  ASC_setTransportLayerType(m_Parameters, m_Tls != nullptr ? OFTrue : OFFalse);
  const char * plain = UID_LittleEndianImplicitTransferSyntax;
  ASC_addPresentationContext(m_Parameters, 1, UID_VerificationSOPClass, &plain, 1);
  for (const auto & [what, number] : contexts)
  {
    const char * syntax = what.second.c_str();
    ASC_addPresentationContext(m_Parameters, number, what.first.c_str(), &syntax, 1);
  }
  condition = ASC_requestAssociation(m_Network, m_Parameters, &m_Association, nullptr, nullptr, DUL_NOBLOCK, timeout);
  m_IsOpen = condition.good();
  return condition;
}

bool
DicomRequest::Takes(T_ASC_PresentationContextID context) const
{
  T_ASC_PresentationContext accepted;
  return ASC_findAcceptedPresentationContext(m_Parameters, context, &accepted).good();
}

std::string
DicomRequest::Rejection(const OFCondition & condition) const
{
  if (condition.module() == OFM_dcmtls || condition.code() == DULC_TLSERROR)
  {
    return std::string("no agreement on TLS: ") + condition.text();
  }
  T_ASC_RejectParameters reject{};
  if (condition != DUL_ASSOCIATIONREJECTED || ASC_getRejectParameters(m_Parameters, &reject).bad() ||
      reject.result != ASC_RESULT_REJECTEDPERMANENT)
  {
    return "";
  }
  switch (reject.reason)
  {
  case ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED:
    return "the peer does not know the called title";
  case ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED:
    return "the peer does not know the calling title";
  default:
    return "the peer rejects the association for good";
  }
}

OFCondition
DicomRequest::Write(T_ASC_PresentationContextID context, DUL_DATAPDV what, char * data, std::size_t size, bool isLast)
{
  DUL_PDV part{};
  part.fragmentLength = size;
  part.presentationContextID = context;
  part.pdvType = what;
  part.lastPDV = isLast ? OFTrue : OFFalse;
  part.data = data;
  DUL_PDVLIST list{};
  list.count = 1;
  list.pdv = &part;
  return DUL_WritePDVs(&m_Association->DULassociation, &list);
}

OFCondition
DicomRequest::SendData(const DicomInstance & instance, T_ASC_PresentationContextID context)
{
  std::ifstream file(instance.file, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(instance.offset));
  auto * buffer = reinterpret_cast<char *>(m_Association->sendPDVBuffer);
  const auto most = static_cast<std::streamsize>(m_Association->sendPDVLength & ~1UL);
  OFCondition condition = EC_Normal;
  for (bool isLast = false; condition.good() && !isLast;)
  {
    std::streamsize count = file.good() ? file.read(buffer, most).gcount() : 0;
    if (file.bad() || (count == 0 && !file.eof()))
    {
      return DIMSE_SENDFAILED;
    }
    isLast = file.peek() == std::ifstream::traits_type::eof();
    if (count % 2 == 1)
    {
      buffer[count++] = 0; // deflated data of an odd length (PS3.5 A.5)
    }
    condition = Write(context, DUL_DATASETPDV, buffer, static_cast<std::size_t>(count), isLast);
  }
  return condition;
}

OFCondition
DicomRequest::WaitFor(T_DIMSE_Message & response)
{
  const auto timeout = static_cast<int>(m_Peer.timeoutSeconds);
  for (int seconds = 0; seconds < timeout && ASC_dataWaiting(m_Association, 1) == OFFalse; ++seconds)
  {
    if (!m_KeepWaiting())
    {
      return DIMSE_NODATAAVAILABLE;
    }
  }
  T_ASC_PresentationContextID context = 0;
  DcmDataset * detail = nullptr;
  const OFCondition condition = DIMSE_receiveCommand(m_Association, DIMSE_NONBLOCKING, 1, &context, &response, &detail);
  delete detail;
  return condition;
}

OFCondition
DicomRequest::Store(const DicomInstance & instance, T_ASC_PresentationContextID context, std::uint16_t & status)
{
  const std::uint16_t message = m_Association->nextMsgID++;
  std::string command = StoreCommand(instance, message);
  OFCondition condition = Write(context, DUL_COMMANDPDV, command.data(), command.size(), true);
  condition = condition.good() ? SendData(instance, context) : condition;
  T_DIMSE_Message response{};
  condition = condition.good() ? WaitFor(response) : condition;
  if (condition.good() &&
      (response.CommandField != DIMSE_C_STORE_RSP || response.msg.CStoreRSP.MessageIDBeingRespondedTo != message))
  {
    condition = makeDcmnetCondition(DIMSEC_UNEXPECTEDRESPONSE, OF_error, "DIMSE: Unexpected Response");
  }
  status = response.msg.CStoreRSP.DimseStatus;
  return condition;
}

void
DicomRequest::Release()
{
  if (m_IsOpen)
  {
    ASC_releaseAssociation(m_Association);
    m_IsOpen = false;
  }
}
} // namespace tweedie
