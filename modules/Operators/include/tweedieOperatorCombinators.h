// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieOperatorCombinators_h
#define tweedieOperatorCombinators_h

#include "tweedieLinearOperator.h"

#include <complex>
#include <vector>

namespace tweedie
{
/** The algebra of operators: every function returns an operator, and throws DataError "Compose: ..." where shapes do
 * not fit. An identity that takes part in Compose disappears. */

/** A B: first inner, then outer. */
LinearOperatorPointer Compose(const LinearOperatorPointer & outer, const LinearOperatorPointer & inner);

/** A + B. */
LinearOperatorPointer Add(const LinearOperatorPointer & a, const LinearOperatorPointer & b);

/** factor A; its adjoint is conj(factor) A^H. */
LinearOperatorPointer Scale(std::complex<double> factor, const LinearOperatorPointer & a);

/** diag(weights) A: weights real, [1 or B, range...]. */
LinearOperatorPointer Weigh(const at::Tensor & weights, const LinearOperatorPointer & a);

/** (A_1; A_2; ...): the ranges side by side along the channels. */
LinearOperatorPointer Stack(const std::vector<LinearOperatorPointer> & operators);

/** A^H; the adjoint of an adjoint is the operator itself. */
LinearOperatorPointer AdjointOf(const LinearOperatorPointer & a);

/** x -> x. */
LinearOperatorPointer Identity(const Shape & shape);

/** y = M x with x flattened (row-major): domain {1, 1, 1, columns} unless given, range likewise. matrix: [rows,
 * columns], real or complex. For tests and closed forms. */
LinearOperatorPointer Dense(const at::Tensor & matrix, const Shape & domain = {}, const Shape & range = {});

/** True for an operator made by Identity. */
bool IsIdentity(const LinearOperator & a);
} // namespace tweedie

#endif
