// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMagnitudeProjector_h
#define tweedieMagnitudeProjector_h

#include <ATen/core/Tensor.h>

#include <complex>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace tweedie
{
/** The nearest plane g whose far field has the measured amplitudes b, for planes in memory:
 *
 *    P g = F^-1 (b F g / |F g|)    (Fienup 1982, eq. 4; a wave of zero gets phase 0),    F g where b is not known
 *
 * F is the unitary transform. Where g lies on its plane does not matter. T: float or double; numbers: real or complex.
 * Real planes take the half of the spectrum. Every function works on its own, in any thread. */
template <typename TNumber> class MagnitudeProjector
{
public:
  using Real = decltype(std::real(TNumber{}));

  /** amplitude: [rows, columns], zero frequency at floor(N / 2); measured: zeros and ones of that size, or undefined.
   * A real plane has a symmetric pattern: each pair of opposite pixels counts with the mean of what is known of it.
   * Throws DataError for other shapes and for nothing measured. */
  explicit MagnitudeProjector(const at::Tensor & amplitude, const at::Tensor & measured = {});
  ~MagnitudeProjector();

  std::int64_t Rows() const;
  std::int64_t Columns() const;

  /** out = P g, which may be g itself. Returns sum | |F g| - b | / sum b over what was measured. */
  double Project(const TNumber * g, TNumber * out) const;

  /** The same figure alone. */
  double Residual(const TNumber * g) const;

  /** out = F^-1 exp(-f^2 / (2 width^2)) F g, f in cycles per pixel: a blur of 1 / (2 pi width) pixels; out may be g. */
  void Smooth(const TNumber * g, double width, TNumber * out) const;

private:
  struct Data;
  std::unique_ptr<const Data> m_Data;
};

extern template class MagnitudeProjector<float>;
extern template class MagnitudeProjector<double>;
extern template class MagnitudeProjector<std::complex<float>>;
extern template class MagnitudeProjector<std::complex<double>>;
} // namespace tweedie

#endif
