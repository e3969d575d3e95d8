// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCertificates_h
#define tweedieCertificates_h

#include "tweedieProcess.h"

#include <stdexcept>
#include <string>

namespace tweedie::test
{
/** A key and a certificate that vouches for itself, valid for a day: folder/name.key and folder/name.pem. */
inline void
MakeCertificate(const std::string & folder, const std::string & name)
{
  const auto result = Process({"/usr/bin/openssl",
                               "req",
                               "-x509",
                               "-newkey",
                               "rsa:2048",
                               "-sha256",
                               "-nodes",
                               "-days",
                               "1",
                               "-subj",
                               "/CN=" + name,
                               "-keyout",
                               folder + "/" + name + ".key",
                               "-out",
                               folder + "/" + name + ".pem"})
                          .Run();
  if (result.exitCode != 0)
  {
    throw std::runtime_error("openssl: " + result.error);
  }
}
} // namespace tweedie::test

#endif
