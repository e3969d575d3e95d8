// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieResamplingFactors_h
#define tweedieResamplingFactors_h

#include "tweedieLinearOperator.h"

#include <vector>

namespace tweedie
{
/** {1, z, y, x} from factors over (y, x) or (z, y, x). Throws DataError "where: ..." for a domain that is not {channel,
 * z, y, x}, UsageError unless each factor is positive and divides its extent. */
Shape ResamplingFactors(const Shape & domain, const std::vector<std::int64_t> & factors, const std::string & where);

/** The domain with every extent divided by its factor. */
Shape DividedBy(const Shape & domain, const Shape & factors);
} // namespace tweedie

#endif
