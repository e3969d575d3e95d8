// SPDX-License-Identifier: Apache-2.0
#include "tweedieVolumeDigest.h"

#include "tweedieSha256.h"

namespace tweedie
{
std::string
DigestOf(const Volume & volume)
{
  const Grid & grid = volume.GetGrid();
  const std::int64_t numbers = volume.NumberOfElements() * (volume.IsComplex() ? 2 : 1);
  Sha256Hash hash;
  hash.Update(volume.Data(), static_cast<std::size_t>(numbers) * sizeof(float));
  hash.Update(grid.direction.data(), sizeof(grid.direction));
  hash.Update(grid.origin.data(), sizeof(grid.origin));
  hash.Update(&grid.spacing, sizeof(grid.spacing));
  hash.Update(&grid.size, sizeof(grid.size));
  return hash.Finish();
}
} // namespace tweedie
