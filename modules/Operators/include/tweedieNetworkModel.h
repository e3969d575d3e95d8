// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNetworkModel_h
#define tweedieNetworkModel_h

#include "tweedieNonlinearModel.h"
#include "tweedieScriptModule.h"

#include <c10/core/Device.h>

#include <string>

namespace tweedie
{
/** A forward model that is a network of the user, such as the blur of a camera learned from pairs (Tran et al. 2021,
 * BKS):
 *
 *    z = b + (w - b) N((x - b) / (w - b)),   J(x)^T v by automatic differentiation of N
 *
 * b and w are the pixel values of black and white, so that N sees images from 0 to 1. N is a ScriptModule: a file with
 * code, which the user names and which is run. Its forward takes images [1, channel, y, x], float32, and returns one
 * tensor of that shape that depends on nothing but the image: what it draws at random must be drawn once and stored in
 * the file. Images go through it one by one, so that none can depend on its batch; states of double precision are
 * rounded to float32 inside. Real. */
class NetworkModel final : public NonlinearModel
{
public:
  /** shape: {channel, 1, y, x}. Throws DataError "weights needed" where there is no such file; for a file that is no
   * TorchScript; and for a network that refuses such images, returns other ones, gives two answers to the same image,
   * or is not differentiable. UsageError for other shapes and unless black < white. */
  NetworkModel(const Shape & shape,
               const std::string & path,
               c10::Device device = c10::Device(c10::DeviceType::CPU),
               double black = 0.0,
               double white = 1.0);

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  NumberKind DomainNumbers() const override;
  NumberKind RangeNumbers() const override;

protected:
  at::Tensor DoApply(const at::Tensor & x) const override;
  at::Tensor DoVjp(const at::Tensor & x, const at::Tensor & v) const override;

private:
  /** N of one image [channel, 1, y, x], both in float32. */
  at::Tensor Network(const at::Tensor & image) const;
  void RequireOperator() const;

  Shape m_Shape;
  double m_Black;
  double m_White;
  c10::Device m_Device;
  ScriptModule m_Module;
};
} // namespace tweedie

#endif
