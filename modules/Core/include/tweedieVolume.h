// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieVolume_h
#define tweedieVolume_h

#include "tweedieGrid.h"

#include <complex>
#include <memory>

namespace tweedie
{
/** A float buffer, real or complex, on a Grid, in the order [channel][z][y][x] (x fastest).
 *
 * Copies share the buffer; Clone() does not. A buffer may belong to somebody else (an ITK image): the keeper handle
 * keeps the owner alive. No Torch here: the tensor view is a function of tweedieVolumeTensor.h. */
class Volume
{
public:
  enum class Element
  {
    Real,
    Complex
  };

  Volume() = default;

  /** Allocates and zeroes. Throws DataError when an extent is not positive. */
  Volume(const Grid & grid, Element element, std::int64_t channels = 1);

  /** Looks at memory owned by keeper. */
  Volume(const Grid & grid, Element element, std::int64_t channels, float * data, std::shared_ptr<void> keeper);

  const Grid &
  GetGrid() const
  {
    return m_Grid;
  }
  /** Replaces spacing, origin and direction. Throws DataError when the size differs. */
  void SetGrid(const Grid & grid);

  std::int64_t
  Channels() const
  {
    return m_Channels;
  }
  bool
  IsComplex() const
  {
    return m_Element == Element::Complex;
  }
  bool
  IsEmpty() const
  {
    return m_Data == nullptr;
  }
  /** Channels times voxels; a complex number counts once. */
  std::int64_t
  NumberOfElements() const
  {
    return m_Data ? m_Channels * m_Grid.NumberOfVoxels() : 0;
  }

  /** The buffer as floats: a complex element is two of them. */
  float *
  Data()
  {
    return m_Data.get();
  }
  const float *
  Data() const
  {
    return m_Data.get();
  }
  /** The buffer as complex numbers. Throws DataError for a real volume. */
  std::complex<float> * ComplexData();
  const std::complex<float> * ComplexData() const;

  Volume Clone() const;

  /** A copy of slices z = first, first + step, ... (count of them), with their grid. Throws DataError out of range. */
  Volume Slices(std::int64_t first, std::int64_t count, std::int64_t step = 1) const;

  /** Throws DataError "name: ..." unless all values are finite. */
  void RequireFinite(const char * name) const;

private:
  Grid m_Grid;
  Element m_Element = Element::Real;
  std::int64_t m_Channels = 1;
  std::shared_ptr<float> m_Data;
};
} // namespace tweedie

#endif
