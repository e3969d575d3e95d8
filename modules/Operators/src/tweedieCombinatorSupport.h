// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCombinatorSupport_h
#define tweedieCombinatorSupport_h

#include "tweedieLinearOperator.h"

#include <string>

namespace tweedie
{
/** Throws DataError "where: given ...; required ...". */
[[noreturn]] void Mismatch(const char * where, const std::string & given, const std::string & required);

/** Throws DataError for a null pointer. */
void RequireOperator(const LinearOperatorPointer & op, const char * where);

/** The batch of two operators applied together; throws DataError unless they are equal or one is 1. */
std::int64_t CommonBatch(std::int64_t a, std::int64_t b, const char * where);

std::string ShapeText(const Shape & shape);

LinearOperatorPointer SelectOperator(const LinearOperatorPointer & op, const at::Tensor & index);
} // namespace tweedie

#endif
