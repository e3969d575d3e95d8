// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomPeer_h
#define tweedieDicomPeer_h

#include "tweedieOptions.h"

#include <cstdint>
#include <string>

namespace tweedie
{
/** Encryption by the non-downgrading profile BCP 195 (DICOM PS3.15 B.10: TLS 1.2 or later); files in PEM format. */
struct DicomTls
{
  bool isOn = false;
  std::string certificate; ///< ours; a client may be without
  std::string key;         ///< of it, without a pass phrase
  std::string authorities; ///< certificates that vouch for the peer's; host names are not compared
  bool verify = true;      ///< false: any peer will do

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("tls", "encrypt, with TLS 1.2 or later (BCP 195)"), isOn);
    v.Visit(Field("tls-certificate", "our certificate (PEM)").Reads(PathKind::File), certificate);
    v.Visit(Field("tls-key", "its private key (PEM), without a pass phrase").Reads(PathKind::File), key);
    v.Visit(Field("tls-ca", "certificates that must vouch for the peer's (PEM)").Reads(PathKind::File), authorities);
    v.Visit(Field("tls-verify", "talk only to peers that --tls-ca vouches for"), verify);
  }
};

/** Who takes the files. */
struct DicomPeer
{
  std::string host = "127.0.0.1";
  std::int64_t port = 104;
  std::string calledAe = "ANY-SCP"; ///< at most 16 characters
  std::string callingAe = "TWEEDIE";
  std::int64_t timeoutSeconds = 30; ///< for connection, negotiation and each response
  DicomTls tls;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("host", "name or address of the peer").Unit("HOST"), host);
    v.Visit(Field("port", "of the peer").Range(1, 65535), port);
    v.Visit(Field("called-ae", "application entity title of the peer").Unit("TITLE"), calledAe);
    v.Visit(Field("calling-ae", "application entity title of this program").Unit("TITLE"), callingAe);
    v.Visit(Field("timeout", "seconds to wait for the connection and for each response").Range(1, 86400),
            timeoutSeconds);
    tls.Visit(v);
  }
};
} // namespace tweedie

#endif
