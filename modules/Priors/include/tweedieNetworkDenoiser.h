// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNetworkDenoiser_h
#define tweedieNetworkDenoiser_h

#include "tweedieDenoiser.h"
#include "tweedieModelCard.h"
#include "tweedieParametrisation.h"

#include <c10/core/Device.h>

namespace tweedie
{
struct ModelFile;

/** A learned prior: a network of one of the NetworkFamilies() with its Parametrisation D_F, in units of images,
 *
 *    D(x, s) = a + b D_F((x - a)/b, s/b),    a = dataOffset, b = dataScale of the card.
 *
 * State: real [batch, channels, 1, y, x], or complex [batch, 1, 1, y, x] for a network of two channels (real and
 * imaginary part). float32,
 * with inner layers in bfloat16 where asked for (not in JacobianProduct). Evaluation is thread-safe. */
class NetworkDenoiser final : public Denoiser
{
public:
  NetworkDenoiser(ModelCard card, UNet network);

  /** Reads card, weights and, where the parametrisation has steps, "schedule.alphas_cumprod". Throws DataError naming
   * the fault. */
  NetworkDenoiser(const ModelFile & model, const std::string & source, c10::Device device, bool brainFloat = false);

  std::string
  Name() const override
  {
    return m_Card.name;
  }
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const override;
  /** The same for images as the network sees them, real [batch, channels, y, x]; float32 even where the other one
   * computes in bfloat16. */
  at::Tensor DenoiseChannels(const at::Tensor & x, const at::Tensor & sigma) const;
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
  double
  MemoryPerPixel(bool withGradient) const override
  {
    return m_Network->MemoryPerPixel(withGradient, m_BrainFloat);
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
  const DenoiserNetwork &
  Network() const
  {
    return *m_Network;
  }
  /** The network, where it is of the family that this toolkit trains. Throws DataError elsewhere. */
  const UNet & OwnNetwork() const;
  bool
  UsesBrainFloat() const
  {
    return m_BrainFloat;
  }

private:
  at::Tensor Evaluate(const at::Tensor & x, const at::Tensor & sigma, bool brainFloat) const;

  ModelCard m_Card;
  Parametrisation m_Parametrisation;
  NetworkPointer m_Network;
  bool m_BrainFloat = false;
};

/** precision: float32, bfloat16, or auto = bfloat16 where the processor multiplies in it (emulated, it is a hundred
 * times slower). Throws UsageError for another text. */
bool IsBrainFloat(const std::string & precision, c10::Device device);
} // namespace tweedie

#endif
