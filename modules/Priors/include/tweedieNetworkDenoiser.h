// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNetworkDenoiser_h
#define tweedieNetworkDenoiser_h

#include "tweedieDenoiser.h"
#include "tweedieModelCard.h"

#include <c10/core/Device.h>

namespace tweedie
{
struct ModelFile;

/** A learned prior: a U-Net in EDM preconditioning (Karras et al. 2022, eq. 7 and table 1),
 *
 *    D(x, s) = c_skip x + c_out F(c_in x; ln(s)/4),
 *    c_skip = d^2/(s^2 + d^2),  c_out = s d/sqrt(s^2 + d^2),  c_in = 1/sqrt(s^2 + d^2),  d = sigmaData.
 *
 * State: real [batch, channels, 1, y, x], or complex [batch, 1, 1, y, x] for a network of two channels (real and
 * imaginary part). float32. Evaluation is thread-safe. */
class NetworkDenoiser final : public Denoiser
{
public:
  NetworkDenoiser(ModelCard card, UNet network);

  /** Reads card and weights. Throws DataError naming the fault. */
  NetworkDenoiser(const ModelFile & model, const std::string & source, c10::Device device);

  std::string
  Name() const override
  {
    return m_Card.name;
  }
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const override;
  bool
  HasJacobianProduct() const override
  {
    return true;
  }
  at::Tensor JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const override;
  double
  PriorVariance() const override
  {
    return m_Card.priorVariance;
  }
  double
  SigmaMinimum() const override
  {
    return m_Card.sigmaMinimum;
  }
  double
  SigmaMaximum() const override
  {
    return m_Card.sigmaMaximum;
  }

  const ModelCard &
  Card() const
  {
    return m_Card;
  }
  const UNet &
  Network() const
  {
    return m_Network;
  }

private:
  ModelCard m_Card;
  UNet m_Network;
};

/** D(x, sigma) of a network in EDM preconditioning; x: [batch, channels, y, x]. Shared by training and use. */
at::Tensor DenoisePreconditioned(
    const UNet & network, double sigmaData, const at::Tensor & x, const at::Tensor & sigma, bool brainFloat);
} // namespace tweedie

#endif
