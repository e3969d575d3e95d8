// SPDX-License-Identifier: Apache-2.0
#include "tweedieFftwPlan.h"

#include "tweedieError.h"

#include <fftw3.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <unistd.h>

namespace tweedie
{
namespace
{
std::atomic<FourierPlanning> planning{FourierPlanning::Measure};

// The two precisions of FFTW are two libraries; this is their difference.
template <typename T> struct Fftw;

template <> struct Fftw<float>
{
  using Plan = fftwf_plan;
  using Complex = fftwf_complex;
  static constexpr auto PlanMany = fftwf_plan_many_dft;
  static constexpr auto PlanToHalf = fftwf_plan_dft_r2c;
  static constexpr auto PlanFromHalf = fftwf_plan_dft_c2r;
  static constexpr auto Execute = fftwf_execute_dft;
  static constexpr auto ExecuteToHalf = fftwf_execute_dft_r2c;
  static constexpr auto ExecuteFromHalf = fftwf_execute_dft_c2r;
  static constexpr auto AlignmentOf = fftwf_alignment_of;
  static constexpr auto MakeThreadSafe = fftwf_make_planner_thread_safe;
  static constexpr auto ImportWisdom = fftwf_import_wisdom_from_string;
  static constexpr auto ExportWisdom = fftwf_export_wisdom_to_string;
};

template <> struct Fftw<double>
{
  using Plan = fftw_plan;
  using Complex = fftw_complex;
  static constexpr auto PlanMany = fftw_plan_many_dft;
  static constexpr auto PlanToHalf = fftw_plan_dft_r2c;
  static constexpr auto PlanFromHalf = fftw_plan_dft_c2r;
  static constexpr auto Execute = fftw_execute_dft;
  static constexpr auto ExecuteToHalf = fftw_execute_dft_r2c;
  static constexpr auto ExecuteFromHalf = fftw_execute_dft_c2r;
  static constexpr auto AlignmentOf = fftw_alignment_of;
  static constexpr auto MakeThreadSafe = fftw_make_planner_thread_safe;
  static constexpr auto ImportWisdom = fftw_import_wisdom_from_string;
  static constexpr auto ExportWisdom = fftw_export_wisdom_to_string;
};

struct AlignedMemory
{
  explicit AlignedMemory(std::size_t bytes) : data(fftwf_malloc(bytes))
  {
    if (data == nullptr)
    {
      throw std::bad_alloc();
    }
  }
  ~AlignedMemory()
  {
    fftwf_free(data);
  }
  AlignedMemory(const AlignedMemory &) = delete;
  AlignedMemory & operator=(const AlignedMemory &) = delete;

  void * data;
};

std::size_t
ElementsOf(const FftwLayout & layout)
{
  std::size_t last = 0; // index of the last element of one transform, in strides
  std::size_t product = 1;
  for (int i = 0; i < layout.rank; ++i)
  {
    product *= static_cast<std::size_t>(layout.size[i]);
  }
  last = (product - 1) * static_cast<std::size_t>(layout.stride);
  return last + static_cast<std::size_t>(layout.many - 1) * static_cast<std::size_t>(layout.distance) + 1;
}

template <typename T>
typename Fftw<T>::Plan
MakePlan(const FftwLayout & layout, unsigned flags)
{
  using Complex = typename Fftw<T>::Complex;
  const std::size_t bytes = ElementsOf(layout) * sizeof(Complex);
  const AlignedMemory in(bytes);
  const AlignedMemory out(layout.inPlace && !layout.real ? 1 : bytes);
  auto * source = static_cast<Complex *>(in.data);
  auto * target = layout.inPlace ? source : static_cast<Complex *>(out.data);
  flags |= layout.aligned ? 0U : FFTW_UNALIGNED;
  if (layout.real)
  {
    auto * numbers = static_cast<T *>(out.data);
    return layout.direction == FourierDirection::Forward
               ? Fftw<T>::PlanToHalf(layout.rank, layout.size.data(), numbers, source, flags)
               : Fftw<T>::PlanFromHalf(layout.rank, layout.size.data(), source, numbers, flags);
  }
  const int sign = layout.direction == FourierDirection::Forward ? FFTW_FORWARD : FFTW_BACKWARD;
  return Fftw<T>::PlanMany(layout.rank,
                           layout.size.data(),
                           layout.many,
                           source,
                           nullptr,
                           layout.stride,
                           layout.distance,
                           target,
                           nullptr,
                           layout.stride,
                           layout.distance,
                           sign,
                           flags);
}

template <typename T>
typename Fftw<T>::Plan
MakePlanKeepingWisdom(const FftwLayout & layout)
{
  const unsigned effort = planning.load() == FourierPlanning::Patient ? FFTW_PATIENT : FFTW_MEASURE;
  if (auto plan = MakePlan<T>(layout, effort | FFTW_WISDOM_ONLY))
  {
    return plan;
  }
  auto plan = MakePlan<T>(layout, effort);
  if (plan == nullptr)
  {
    throw NumericalError("FourierTransform: FFTW has no plan for this size; required: positive extents");
  }
  SaveWisdom(WisdomFolder(), std::is_same_v<T, double>);
  return plan;
}

// Never destroyed: threads may still transform while static objects are being taken down.
template <typename T> struct PlanCache
{
  std::mutex mutex;
  std::map<FftwLayout, typename Fftw<T>::Plan> plans;

  static PlanCache &
  Instance()
  {
    static PlanCache * const cache = []
    {
      Fftw<T>::MakeThreadSafe(); // ITK plans in the same process
      LoadWisdom(WisdomFolder(), std::is_same_v<T, double>);
      return new PlanCache;
    }();
    return *cache;
  }
};

std::string
WisdomFile(const std::string & folder, bool doublePrecision)
{
  return folder + (doublePrecision ? "/fftw-wisdom-double" : "/fftw-wisdom-float");
}
} // namespace

void
SetFourierPlanning(FourierPlanning value)
{
  planning.store(value);
}

bool
FftwLayout::operator<(const FftwLayout & other) const
{
  const auto key = [](const FftwLayout & l)
  { return std::tie(l.rank, l.size, l.many, l.stride, l.distance, l.direction, l.inPlace, l.aligned, l.real); };
  return key(*this) < key(other);
}

template <typename T>
FftwPlan<T>
FftwPlan<T>::Get(const FftwLayout & layout)
{
  auto & cache = PlanCache<T>::Instance();
  const std::lock_guard<std::mutex> lock(cache.mutex);
  auto found = cache.plans.find(layout);
  if (found == cache.plans.end())
  {
    found = cache.plans.emplace(layout, MakePlanKeepingWisdom<T>(layout)).first;
  }
  return FftwPlan(found->second);
}

template <typename T>
void
FftwPlan<T>::Execute(std::complex<T> * in, std::complex<T> * out) const
{
  using Complex = typename Fftw<T>::Complex;
  Fftw<T>::Execute(
      static_cast<typename Fftw<T>::Plan>(m_Plan), reinterpret_cast<Complex *>(in), reinterpret_cast<Complex *>(out));
}

template <typename T>
void
FftwPlan<T>::Execute(T * in, std::complex<T> * out) const
{
  Fftw<T>::ExecuteToHalf(
      static_cast<typename Fftw<T>::Plan>(m_Plan), in, reinterpret_cast<typename Fftw<T>::Complex *>(out));
}

template <typename T>
void
FftwPlan<T>::Execute(std::complex<T> * in, T * out) const
{
  Fftw<T>::ExecuteFromHalf(
      static_cast<typename Fftw<T>::Plan>(m_Plan), reinterpret_cast<typename Fftw<T>::Complex *>(in), out);
}

template <typename T>
bool
FftwPlan<T>::IsAligned(const std::complex<T> * pointer)
{
  return Fftw<T>::AlignmentOf(reinterpret_cast<T *>(const_cast<std::complex<T> *>(pointer))) == 0;
}

template <typename T> FftwBuffer<T>::FftwBuffer(int slot, std::int64_t count)
{
  struct Kept
  {
    std::unique_ptr<AlignedMemory> memory;
    std::size_t bytes = 0;
  };
  constexpr std::size_t largestKept = std::size_t{1} << 24;
  thread_local std::array<Kept, 5> kept;

  const std::size_t bytes = std::max<std::size_t>(1, static_cast<std::size_t>(count) * sizeof(std::complex<T>));
  m_Owned = bytes > largestKept;
  if (m_Owned)
  {
    m_Data = fftwf_malloc(bytes);
    if (m_Data == nullptr)
    {
      throw std::bad_alloc();
    }
    return;
  }
  auto & place = kept.at(static_cast<std::size_t>(slot));
  if (place.bytes < bytes)
  {
    place.memory.reset();
    place.memory = std::make_unique<AlignedMemory>(bytes);
    place.bytes = bytes;
  }
  m_Data = place.memory->data;
}

template <typename T> FftwBuffer<T>::~FftwBuffer()
{
  if (m_Owned)
  {
    fftwf_free(m_Data);
  }
}

std::string
WisdomFolder()
{
  if (const char * cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
  {
    return std::string(cache) + "/tweedie";
  }
  if (const char * home = std::getenv("HOME"); home != nullptr && *home == '/')
  {
    return std::string(home) + "/.cache/tweedie";
  }
  return {};
}

bool
LoadWisdom(const std::string & folder, bool doublePrecision)
{
  if (folder.empty())
  {
    return false;
  }
  const std::ifstream file(WisdomFile(folder, doublePrecision));
  std::stringstream text;
  text << file.rdbuf();
  if (!file || text.str().empty())
  {
    return false;
  }
  const auto import = doublePrecision ? Fftw<double>::ImportWisdom : Fftw<float>::ImportWisdom;
  return import(text.str().c_str()) != 0;
}

bool
SaveWisdom(const std::string & folder, bool doublePrecision)
{
  if (folder.empty())
  {
    return false;
  }
  LoadWisdom(folder, doublePrecision); // what another process has learnt meanwhile
  char * const exported = doublePrecision ? Fftw<double>::ExportWisdom() : Fftw<float>::ExportWisdom();
  if (exported == nullptr)
  {
    return false;
  }
  const std::string wisdom(exported);
  std::free(exported);

  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string path = WisdomFile(folder, doublePrecision);
  const std::string temporary = path + "." + std::to_string(::getpid());
  std::ofstream file(temporary, std::ios::trunc);
  file << wisdom;
  file.close();
  if (file)
  {
    std::filesystem::rename(temporary, path, error);
  }
  const bool written = file && !error;
  if (!written)
  {
    std::filesystem::remove(temporary, error);
  }
  return written;
}

template class FftwPlan<float>;
template class FftwPlan<double>;
template class FftwBuffer<float>;
template class FftwBuffer<double>;
} // namespace tweedie
