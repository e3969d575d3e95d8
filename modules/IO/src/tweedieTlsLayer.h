// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTlsLayer_h
#define tweedieTlsLayer_h

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmnet/assoc.h>

#include <memory>

class DcmTransportLayer;

namespace tweedie
{
struct DicomTls;

/** Null where TLS is off. Throws UsageError for files that cannot be read or do not belong together, and where what the
 * role needs is not given. */
std::unique_ptr<DcmTransportLayer> MakeTlsLayer(const DicomTls & tls, T_ASC_NetworkRole role);
} // namespace tweedie

#endif
