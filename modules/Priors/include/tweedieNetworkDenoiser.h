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
 * imaginary part). float32,
 * with inner layers in bfloat16 where asked for (not in JacobianProduct). Evaluation is thread-safe. */
class NetworkDenoiser final : public Denoiser
{
public:
  NetworkDenoiser(ModelCard card, UNet network);

  /** Reads card and weights. Throws DataError naming the fault. */
  NetworkDenoiser(const ModelFile & model, const std::string & source, c10::Device device, bool brainFloat = false);

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
  /** The error of a network is not white: it lies where the Jacobian is near 1, that is where Cov[x0 | x] = sigma^2 J
   * is near sigma^2, up to the square of the image's unit. Its mean over all pixels is 5 to 100 times smaller and would
   * let the prior overrule the data. */
  double
  GuidanceVariance(double sigma) const override
  {
    return IsotropicVariance(1.0, sigma);
  }
  bool
  NeedsNoise() const override
  {
    return true;
  }
  double MemoryPerPixel(bool withGradient) const override;
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
  bool m_BrainFloat = false;
};

/** precision: float32, bfloat16, or auto = bfloat16 where the processor multiplies in it (emulated, it is a hundred
 * times slower). Throws UsageError for another text. */
bool IsBrainFloat(const std::string & precision, c10::Device device);

/** D(x, sigma) of a network in EDM preconditioning; x: [batch, channels, y, x]. Shared by training and use. */
at::Tensor DenoisePreconditioned(
    const UNet & network, double sigmaData, const at::Tensor & x, const at::Tensor & sigma, bool brainFloat);
} // namespace tweedie

#endif
