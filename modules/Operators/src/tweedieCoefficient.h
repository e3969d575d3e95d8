// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCoefficient_h
#define tweedieCoefficient_h

#include <ATen/core/Tensor.h>

#include <mutex>
#include <vector>

namespace tweedie
{
/** A constant tensor of an operator, available in the type and on the device of whatever it is applied to; each
 * conversion is made once. Safe to read from several threads. */
class Coefficient
{
public:
  Coefficient() = default;
  explicit Coefficient(const at::Tensor & original);
  Coefficient(const Coefficient & other) : Coefficient(other.m_Original) {}
  Coefficient & operator=(const Coefficient &) = delete;

  bool
  IsDefined() const
  {
    return m_Original.defined();
  }
  const at::Tensor &
  Original() const
  {
    return m_Original;
  }

  /** With the precision and on the device of x; complex if either is. */
  at::Tensor For(const at::Tensor & x) const;
  /** With the precision and on the device of x, but staying real if it is. */
  at::Tensor RealFor(const at::Tensor & x) const;

  /** Entries of the first dimension; the same tensor if that has size 1 (or there is none). */
  at::Tensor Select(const at::Tensor & index) const;

private:
  at::Tensor Converted(at::ScalarType type, at::Device device) const;

  at::Tensor m_Original;
  mutable std::mutex m_Mutex;
  mutable std::vector<at::Tensor> m_Converted;
};
} // namespace tweedie

#endif
