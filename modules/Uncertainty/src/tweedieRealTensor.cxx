// SPDX-License-Identifier: Apache-2.0
#include "tweedieRealTensor.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
at::Tensor
RealTensor(const at::Tensor & x, std::int64_t axes, const char * what)
{
  const bool isReal = x.defined() && !x.is_complex();
  if (!isReal || x.dim() != axes || x.numel() == 0)
  {
    std::ostringstream message;
    message << what << ": given ";
    x.defined() ? message << (isReal ? "a tensor" : "a complex tensor") << " of shape " << x.sizes()
                : message << "no tensor";
    message << "; required real numbers along " << axes << (axes == 1 ? " axis" : " axes");
    throw DataError(message.str());
  }
  const at::Tensor real = x.detach().to(at::kCPU, at::kDouble).contiguous();
  if (!at::isfinite(real).all().item<bool>())
  {
    throw DataError(std::string(what) + ": given values that are not finite; required finite ones");
  }
  return real;
}
} // namespace tweedie
