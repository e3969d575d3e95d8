// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieExtendedPlane_h
#define tweedieExtendedPlane_h

#include "tweediePaganin.h"

#include <cstdint>

namespace tweedie
{
/** The centred spectra of planes that go on beyond their edges. */
class ExtendedPlane
{
public:
  /** Throws UsageError for a geometry without positive lengths. */
  ExtendedPlane(std::int64_t rows,
                std::int64_t columns,
                const PropagationGeometry & geometry,
                PlaneExtension extension);

  /** F of real planes [..., y, x], in double precision. */
  at::Tensor Analyze(const at::Tensor & planes) const;
  /** The real planes of such spectra. */
  at::Tensor Synthesize(const at::Tensor & spectra) const;

  /** f^2, m^-2, as Analyze gives it: [N_y, N_x]. */
  const at::Tensor &
  SquaredFrequency() const
  {
    return m_SquaredFrequency;
  }

private:
  std::int64_t m_Rows;
  std::int64_t m_Columns;
  at::Tensor m_RowIndex;
  at::Tensor m_ColumnIndex;
  at::Tensor m_SquaredFrequency;
};

/** Throws DataError "where: ..." unless these are finite real planes [..., y, x]. */
void RequireIntensity(const char * where, const at::Tensor & intensity);
} // namespace tweedie

#endif
