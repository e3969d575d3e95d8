// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomAccept_h
#define tweedieDicomAccept_h

#include "tweedieDicomStore.h"
#include "tweedieTlsLayer.h"

#include <dcmtk/dcmnet/dimse.h>

#include <cstdint>
#include <functional>

namespace tweedie
{
/** What an association came to, in the line of the log about it. */
enum class DicomEnd
{
  Released,
  Lost,    ///< aborted, silent for too long, or cut off
  Rejected ///< the titles are not right, or there are too many
};

/** Serves one association of a connection that was accepted, in a process of its own: sets limits for it that stay. A
 * peer that keeps still for twice the timeout, or sends slower than 64 KiB in it, ends the process with SIGALRM. stored
 * and refused are called before the peer is answered. */
class DicomAcceptor
{
public:
  DicomAcceptor(const DicomReceiveOptions & options, const DicomStore & store, DcmTransportLayer * tls);

  std::function<void(const DicomReceivedSeries &)> stored;
  std::function<void(std::uint16_t status)> refused;

  /** isFull: only to say that there are too many. */
  DicomEnd Serve(int connection, bool isFull);

private:
  DicomEnd Negotiate(T_ASC_Association * association, bool isFull) const;
  DicomEnd Answer(T_ASC_Association * association);
  OFCondition
  Receive(T_ASC_Association * association, T_ASC_PresentationContextID context, T_DIMSE_C_StoreRQ & request);
  OFCondition
  ReadData(T_ASC_Association * association, T_ASC_PresentationContextID context, IncomingInstance & instance) const;
  void Confine() const;
  void RestartAlarm() const;

  const DicomReceiveOptions & m_Options;
  const DicomStore & m_Store;
  DcmTransportLayer * m_Tls;
};
} // namespace tweedie

#endif
