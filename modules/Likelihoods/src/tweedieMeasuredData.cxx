// SPDX-License-Identifier: Apache-2.0
#include "tweedieMeasuredData.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>
#include <string>

namespace tweedie
{
void
RequireData(const char * where, const ForwardModelPointer & model, const at::Tensor & y)
{
  if (!model)
  {
    throw DataError(std::string(where) + ": given no model; required a forward model");
  }
  const Shape range = model->RangeShape();
  const bool typed = y.defined() && (y.is_complex() || y.is_floating_point());
  const bool fits = typed && y.dim() == static_cast<std::int64_t>(range.size()) + 1 &&
                    y.sizes().slice(1).equals(range) &&
                    (y.size(0) == 1 || model->BatchSize() == 1 || y.size(0) == model->BatchSize());
  if (!fits)
  {
    std::ostringstream message;
    message << where << ": given data ";
    y.defined() ? message << y.sizes() << " of type " << y.scalar_type() : message << "that are undefined";
    message << "; required [batch], then the range " << at::IntArrayRef(range) << " of " << model->Name();
    throw DataError(message.str());
  }
  const at::Tensor parts = y.is_complex() ? at::view_as_real(y.resolve_conj()) : y;
  if (!parts.isfinite().all().item<bool>())
  {
    throw DataError(std::string(where) + ": given data with NaN or infinite values; required finite data");
  }
}

void
RequireImage(const char * where, const at::Tensor & x, std::int64_t batch, const at::Tensor & data)
{
  const bool fits = x.defined() && x.dim() > 0 && (batch == 1 || x.size(0) == batch);
  if (!fits || at::toRealValueType(x.scalar_type()) != at::toRealValueType(data.scalar_type()))
  {
    std::ostringstream message;
    message << where << ": given x ";
    x.defined() ? message << x.sizes() << " of type " << x.scalar_type() : message << "that is undefined";
    message << "; required a batch of " << (batch == 1 ? "any size" : std::to_string(batch))
            << " in the precision of the data, " << at::toRealValueType(data.scalar_type());
    throw DataError(message.str());
  }
}

at::Tensor
WithDimensionsOf(const char * where, const at::Tensor & data, const at::Tensor & values, const char * what)
{
  at::Tensor result = values.detach().to(data.options().dtype(at::toRealValueType(data.scalar_type())));
  if (result.dim() <= 1)
  {
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(data.dim()), 1);
    sizes[0] = result.numel();
    result = result.reshape(sizes);
  }
  bool fits = result.dim() == data.dim();
  for (std::int64_t i = 0; fits && i < data.dim(); ++i)
  {
    fits = result.size(i) == data.size(i) || result.size(i) == 1 || (i == 0 && data.size(i) == 1);
  }
  if (!fits || result.numel() == 0)
  {
    std::ostringstream message;
    message << where << ": given " << what << " of shape " << values.sizes() << "; required a scalar, [batch] or the "
            << "shape of the data " << data.sizes();
    throw DataError(message.str());
  }
  return result;
}

at::Tensor
SampledLike(const char * where, const at::Tensor & data, const at::Tensor & sampled)
{
  const at::Tensor result = WithDimensionsOf(where, data, sampled, "sampled");
  if (!result.eq(0).logical_or(result.eq(1)).all().item<bool>())
  {
    throw DataError(std::string(where) + ": given values of 'sampled' other than 0 and 1; required zeros and ones");
  }
  return result;
}

at::Tensor
Shaped(const at::Tensor & numbers, const at::Tensor & x)
{
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(x.dim()), 1);
  sizes[0] = -1;
  return numbers.reshape(sizes);
}

at::Tensor
Factor(const at::Tensor & numbers, const at::Tensor & x)
{
  return Shaped(numbers.to(x.device(), at::toRealValueType(x.scalar_type())), x);
}

at::Tensor
SelectEntries(const at::Tensor & tensor, const at::Tensor & index)
{
  return tensor.defined() && tensor.size(0) > 1 ? tensor.index_select(0, index.to(tensor.device())) : tensor;
}
} // namespace tweedie
