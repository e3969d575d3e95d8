// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomRequest_h
#define tweedieDicomRequest_h

#include "tweedieTlsLayer.h"

#include <dcmtk/dcmnet/dimse.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
struct DicomPeer;

/** A DICOM file that can be sent: its data set begins at offset. */
struct DicomInstance
{
  std::string file;
  std::string uid;
  std::string kind;   ///< SOP class UID
  std::string syntax; ///< transfer syntax UID
  std::uint64_t offset = 0;
};

using DicomInstances = std::vector<DicomInstance>;

/** SOP class and transfer syntax, and the number it is called by in an association. */
using DicomContexts = std::map<std::pair<std::string, std::string>, T_ASC_PresentationContextID>;

/** An association that we ask for. Ends with it. keepWaiting is called every second; where it returns false, the
 * association is aborted and the result is DIMSE_NODATAAVAILABLE. */
class DicomRequest
{
public:
  DicomRequest(const DicomPeer & peer, DcmTransportLayer * tls, std::function<bool()> keepWaiting);
  DicomRequest(const DicomRequest &) = delete;
  DicomRequest & operator=(const DicomRequest &) = delete;
  ~DicomRequest();

  /** At most 127 contexts, with one more of C-ECHO. */
  OFCondition Open(const DicomContexts & contexts);

  /** Of those offered, what the peer takes. */
  bool Takes(T_ASC_PresentationContextID context) const;

  /** Why it cannot be opened and never will; empty: it may be tried again. */
  std::string Rejection(const OFCondition & condition) const;

  OFCondition Store(const DicomInstance & instance, T_ASC_PresentationContextID context, std::uint16_t & status);

  void Release();

private:
  OFCondition Write(T_ASC_PresentationContextID context, DUL_DATAPDV what, char * data, std::size_t size, bool isLast);
  OFCondition SendData(const DicomInstance & instance, T_ASC_PresentationContextID context);
  OFCondition WaitFor(T_DIMSE_Message & response);

  const DicomPeer & m_Peer;
  DcmTransportLayer * m_Tls;
  std::function<bool()> m_KeepWaiting;
  T_ASC_Network * m_Network = nullptr;
  T_ASC_Parameters * m_Parameters = nullptr; ///< of the association, once there is one
  T_ASC_Association * m_Association = nullptr;
  bool m_IsOpen = false;
};
} // namespace tweedie

#endif
