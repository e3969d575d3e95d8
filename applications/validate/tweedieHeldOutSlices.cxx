// SPDX-License-Identifier: Apache-2.0
#include "tweedieHeldOutSlices.h"

#include "tweedieError.h"
#include "tweedieSuiteSupport.h"

#include <algorithm>

namespace tweedie
{
HeldOutSlices
HeldOutOf(const ModelCard & card)
{
  const std::string marker = " slices ";
  const std::size_t begin = card.heldOut.find(marker), end = card.heldOut.find(" (from 0)");
  if (begin == std::string::npos || end == std::string::npos || end < begin)
  {
    return {};
  }
  HeldOutSlices found{card.heldOut.substr(0, begin), ""};
  for (const char letter : card.heldOut.substr(begin + marker.size(), end - begin - marker.size()))
  {
    found.ranges += letter == ' ' ? "" : std::string(1, letter);
  }
  return found;
}

void
RequireHeldOut(const ModelCard & card,
               const std::vector<std::int64_t> & slices,
               const std::string & axis,
               std::int64_t available,
               bool isUnseen)
{
  if (isUnseen)
  {
    return;
  }
  const std::string wayOut = ", or --unseen where the prior never saw this image";
  const HeldOutSlices heldOut = HeldOutOf(card);
  if (heldOut.axis != axis)
  {
    throw UsageError("--slices: given " + axis + " ones of a prior that held out " +
                     (card.heldOut.empty() ? "nothing that its card names" : card.heldOut) +
                     "; required slices that it never saw" + wayOut);
  }
  std::vector<std::int64_t> allowed;
  try
  {
    allowed = SliceList(heldOut.ranges, available);
  }
  catch (const UsageError &)
  {
    throw UsageError("--image: given " + std::to_string(available) + " slices; required the image whose slices " +
                     heldOut.ranges + " the prior held out" + wayOut);
  }
  for (const std::int64_t slice : slices)
  {
    if (std::find(allowed.begin(), allowed.end(), slice) == allowed.end())
    {
      throw UsageError("--slices: given " + std::to_string(slice) +
                       ", which the prior may have been trained on; required those that it held out, " +
                       heldOut.ranges + wayOut);
    }
  }
}
} // namespace tweedie
