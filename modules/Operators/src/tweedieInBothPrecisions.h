// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieInBothPrecisions_h
#define tweedieInBothPrecisions_h

#include <memory>
#include <mutex>

namespace tweedie
{
/** Something with tables of either precision, each made when it is first needed. */
template <template <typename> class TEngine> class InBothPrecisions
{
public:
  template <typename T, typename TMake>
  const TEngine<T> &
  Get(const TMake & make) const
  {
    auto & kept = Kept(T(0));
    std::call_once(kept.once, [&] { kept.engine = make(); });
    return *kept.engine;
  }

private:
  template <typename T> struct Entry
  {
    std::once_flag once;
    std::unique_ptr<const TEngine<T>> engine;
  };
  Entry<float> &
  Kept(float) const
  {
    return m_Single;
  }
  Entry<double> &
  Kept(double) const
  {
    return m_Double;
  }

  mutable Entry<float> m_Single;
  mutable Entry<double> m_Double;
};
} // namespace tweedie

#endif
