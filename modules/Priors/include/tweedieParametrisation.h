// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieParametrisation_h
#define tweedieParametrisation_h

#include "tweedieNetworkFamily.h"

namespace tweedie
{
/** What a network was trained to return, as the factors of D(x, s) = skip x + out F(in x; label), each [batch] float64.
 */
struct Scalings
{
  at::Tensor skip;
  at::Tensor out;
  at::Tensor in;
  at::Tensor label;
};

/** How E[x0 | x0 + s n] comes of a network, in the units that it was trained in; table of names and factors:
 *
 *    name      skip             out                 in                label
 *    edm       d^2/(s^2 + d^2)  s d/sqrt(s^2 + d^2) 1/sqrt(s^2 + d^2) ln(s)/4     Karras et al. 2022, eq. 7; d =
 * sigmaData vp        1                -s                  1/sqrt(1 + s^2)   999 t(s)    ibid. table 1, beta = 0.1
 * + 19.9 t ve        1                s                   1                 ln(s/2)     ibid. table 1 eps       1 -s
 * 1/sqrt(1 + s^2)   t(s)        Ho et al. 2020 v         1/(1 + s^2)      -s/sqrt(1 + s^2)    1/sqrt(1 + s^2)   t(s)
 * Salimans and Ho 2022 x0        0                1                   1/sqrt(1 + s^2)   t(s)
 *
 * The last three know steps t = 0, 1, ... of x_t = sqrt(a) x0 + sqrt(1 - a) n = (x0 + s n)/sqrt(1 + s^2), a =
 * schedule[t] (alphas_cumprod), s^2 = (1 - a)/a. Between steps, t(s) is linear in ln(s); beyond them it is the first or
 * last one. */
class Parametrisation
{
public:
  /** Throws DataError for an unknown name, and for a schedule that is missing where it is needed, given where it is
   * not, or that does not fall within (0, 1). schedule: [steps] or undefined. */
  Parametrisation(const std::string & name, double sigmaData, const at::Tensor & schedule = {});

  /** sigma: [batch]; on its device. */
  Scalings At(const at::Tensor & sigma) const;

  /** t(s), [batch] float64. */
  at::Tensor StepOf(const at::Tensor & sigma) const;

  double
  SigmaData() const
  {
    return m_SigmaData;
  }

  struct Row;

private:
  const Row * m_Row;
  double m_SigmaData;
  std::vector<double> m_LogSigma; ///< of each step, rising
};

/** Names that a model card may give. */
std::vector<std::string> ParametrisationNames();

/** D(x, sigma); x: [batch, channels, y, x] in the network's units, sigma: [batch] or scalar. Shared by training and
 * use. */
at::Tensor DenoisePreconditioned(const DenoiserNetwork & network,
                                 const Parametrisation & parametrisation,
                                 const at::Tensor & x,
                                 const at::Tensor & sigma,
                                 bool brainFloat);
} // namespace tweedie

#endif
