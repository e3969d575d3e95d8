// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieOperatorTable_h
#define tweedieOperatorTable_h

#include "tweedieLinearOperator.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** One kind of operator: a new one becomes part of the conformance tests by its row. */
struct OperatorRow
{
  std::string name; ///< lower-case-hyphen
  std::string help; ///< one line
  /** A small operator of this kind with random coefficients. */
  std::function<LinearOperatorPointer(std::uint64_t seed)> makeTestProblem;
};

const std::vector<OperatorRow> & OperatorTable();
} // namespace tweedie

#endif
