// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFftwPlan_h
#define tweedieFftwPlan_h

#include "tweedieFourierOperator.h"

#include <array>
#include <complex>
#include <cstdint>
#include <memory>
#include <string>

namespace tweedie
{
/** What a plan of FFTW is for: an unnormalised transform without shifts over 1, 2 or 3 dimensions, many at a time. */
struct FftwLayout
{
  int rank = 2;
  std::array<int, 3> size{1, 1, 1}; ///< the first rank entries count, slowest first
  int many = 1;                     ///< transforms in one execution
  int stride = 1;                   ///< between elements of one transform
  int distance = 0;                 ///< between the first elements of two transforms
  FourierDirection direction = FourierDirection::Forward;
  bool inPlace = true;
  bool aligned = true; ///< both pointers as well aligned as memory of FftwBuffer
  /** Between real numbers and the N / 2 + 1 first coefficients of their spectrum along the last dimension: one at a
   * time, never in place; backward spoils its input. */
  bool real = false;

  bool operator<(const FftwLayout & other) const;
};

/** A plan: cheap to copy, valid until the process ends, safe to execute from several threads at a time. */
template <typename T> class FftwPlan
{
public:
  /** Made once per layout (by measurement, or from stored wisdom). Throws NumericalError when FFTW cannot. */
  static FftwPlan Get(const FftwLayout & layout);

  void Execute(std::complex<T> * in, std::complex<T> * out) const;
  /** Of layouts of real numbers, forward and backward. */
  void Execute(T * in, std::complex<T> * out) const;
  void Execute(std::complex<T> * in, T * out) const;

  static bool IsAligned(const std::complex<T> * pointer);

private:
  explicit FftwPlan(void * plan) : m_Plan(plan) {}
  void * m_Plan;
};

/** Working memory of the calling thread for count elements, aligned for SIMD; kept between calls unless large. slot,
 * 0 to 4: two different slots never overlap. */
template <typename T> class FftwBuffer
{
public:
  FftwBuffer(int slot, std::int64_t count);
  ~FftwBuffer();
  FftwBuffer(const FftwBuffer &) = delete;
  FftwBuffer & operator=(const FftwBuffer &) = delete;

  std::complex<T> *
  Data() const
  {
    return static_cast<std::complex<T> *>(m_Data);
  }

private:
  void * m_Data;
  bool m_Owned;
};

/** Folder for wisdom: $XDG_CACHE_HOME/tweedie, else ~/.cache/tweedie; empty where neither is known. */
std::string WisdomFolder();
/** Reads or writes the wisdom of one precision ("float" or "double") in a folder; false when that was not possible. */
bool LoadWisdom(const std::string & folder, bool doublePrecision);
bool SaveWisdom(const std::string & folder, bool doublePrecision);
} // namespace tweedie

#endif
