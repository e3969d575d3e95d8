// SPDX-License-Identifier: Apache-2.0
#include "tweedieCombinatorSupport.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <sstream>

namespace tweedie
{
void
Mismatch(const char * where, const std::string & given, const std::string & required)
{
  throw DataError(std::string(where) + ": given " + given + "; required " + required);
}

void
RequireOperator(const LinearOperatorPointer & op, const char * where)
{
  if (!op)
  {
    Mismatch(where, "no operator", "an operator");
  }
}

std::int64_t
CommonBatch(std::int64_t a, std::int64_t b, const char * where)
{
  if (a != b && a != 1 && b != 1)
  {
    Mismatch(where, "batches of " + std::to_string(a) + " and " + std::to_string(b), "equal batches, or a batch of 1");
  }
  return std::max(a, b);
}

std::string
ShapeText(const Shape & shape)
{
  std::ostringstream text;
  text << at::IntArrayRef(shape);
  return text.str();
}

LinearOperatorPointer
SelectOperator(const LinearOperatorPointer & op, const at::Tensor & index)
{
  return std::dynamic_pointer_cast<const LinearOperator>(op->Select(index));
}
} // namespace tweedie
