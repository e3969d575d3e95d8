// SPDX-License-Identifier: Apache-2.0
#include "tweedieTlsLayer.h"

#include "tweedieDicomPeer.h"
#include "tweedieError.h"

#include <dcmtk/dcmtls/tlslayer.h>

namespace tweedie
{
namespace
{
void
Require(bool isRight, const std::string & flag, const std::string & given, const std::string & required)
{
  if (!isRight)
  {
    throw UsageError(flag + ": given " + (given.empty() ? "nothing" : given) + "; required " + required);
  }
}

void
Identify(DcmTLSTransportLayer & layer, const DicomTls & tls)
{
  layer.setPrivateKeyPasswd(""); // nobody is there to be asked
  Require(layer.setPrivateKeyFile(tls.key.c_str(), DCF_Filetype_PEM).good(),
          "--tls-key",
          tls.key,
          "a PEM file with a private key without a pass phrase");
  Require(layer.setCertificateFile(tls.certificate.c_str(), DCF_Filetype_PEM).good(),
          "--tls-certificate",
          tls.certificate,
          "a PEM file with a certificate");
  Require(layer.checkPrivateKeyMatchesCertificate() == OFTrue,
          "--tls-key",
          tls.key,
          "the key of the certificate " + tls.certificate);
}
} // namespace

std::unique_ptr<DcmTransportLayer>
MakeTlsLayer(const DicomTls & tls, T_ASC_NetworkRole role)
{
  const bool isNamed = !tls.certificate.empty() || !tls.key.empty() || !tls.authorities.empty();
  Require(tls.isOn || !isNamed, "--tls", "", "it beside the other flags of its name");
  if (!tls.isOn)
  {
    return nullptr;
  }
  auto layer = std::make_unique<DcmTLSTransportLayer>(role, nullptr, OFTrue);
  if (role == NET_ACCEPTOR || !tls.certificate.empty() || !tls.key.empty())
  {
    Identify(*layer, tls);
  }
  if (tls.verify || !tls.authorities.empty())
  {
    Require(!tls.authorities.empty() &&
                layer->addTrustedCertificateFile(tls.authorities.c_str(), DCF_Filetype_PEM).good(),
            "--tls-ca",
            tls.authorities,
            "a PEM file with certificates, or --no-tls-verify");
  }
  layer->setCertificateVerification(tls.verify ? DCV_requireCertificate : DCV_ignoreCertificate);
  const bool isReady = layer->setTLSProfile(TSP_Profile_BCP195_ND).good() && layer->activateCipherSuites().good();
  if (!isReady)
  {
    throw UsageError("--tls: given an OpenSSL without the ciphers of BCP 195; required one that has them");
  }
  return layer;
}
} // namespace tweedie
