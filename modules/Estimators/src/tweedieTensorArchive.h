// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTensorArchive_h
#define tweedieTensorArchive_h

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

namespace tweedie
{
/** Named tensors and numbers in one file: a model file used as a container. Floating-point tensors, real or complex;
 * values come back with every bit. */
class TensorArchive
{
public:
  /** An undefined tensor is left out. */
  void Put(const std::string & name, const at::Tensor & tensor);
  /** Undefined where there is none. */
  at::Tensor Get(const std::string & name) const;

  /** Names that begin so. */
  std::vector<std::string> Names(const std::string & prefix) const;

  void PutNumber(const std::string & name, double value);
  /** Throws DataError where there is none. */
  double Number(const std::string & name) const;
  std::int64_t Integer(const std::string & name) const;

  /** kind: what the file is, checked when it is read. */
  void Write(const std::string & path, const std::string & kind, const std::string & fingerprint) const;

  /** Throws DataError for a damaged or foreign file, UsageError for another fingerprint. */
  static TensorArchive Read(const std::string & path, const std::string & kind, const std::string & fingerprint);

private:
  std::map<std::string, at::Tensor> m_Tensors;
  std::map<std::string, double> m_Numbers;
};
} // namespace tweedie

#endif
