// SPDX-License-Identifier: Apache-2.0
#include "tweedieFamiliarityAudit.h"

#include "tweedieFamiliarity.h"
#include "tweedieNetworkDenoiser.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

namespace tweedie
{
FamiliarityAudit
AuditFamiliarity(const NetworkDenoiser & prior, const at::Tensor & images)
{
  constexpr std::int64_t mostImages = 8; // they differ little
  const at::Tensor all = images.reshape({-1, 1, 1, images.size(-2), images.size(-1)});
  const at::Tensor errors = DenoisingErrors(prior, all.narrow(0, 0, std::min(mostImages, all.size(0))));
  FamiliarityAudit audit;
  audit.excess = std::numeric_limits<double>::quiet_NaN();
  for (std::int64_t level = 0; level < errors.size(1); ++level)
  {
    audit.errors.push_back(std::get<0>(errors.select(1, level).nanmedian(0)).item<double>());
    const auto & stated = prior.Card().denoisingErrors;
    const auto row = static_cast<std::size_t>(level);
    if (row < stated.size() && !stated[row].empty())
    {
      audit.training.push_back(stated[row].back());
      const double excess = audit.errors.back() / audit.training.back();
      audit.excess = level == 0 ? excess : std::max(audit.excess, excess);
    }
  }
  return audit;
}
} // namespace tweedie
