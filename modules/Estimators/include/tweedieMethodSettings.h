// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMethodSettings_h
#define tweedieMethodSettings_h

#include "tweedieOptions.h"

#include <memory>
#include <vector>

namespace tweedie
{
/** Settings that one method alone has: a struct derived from SettingsOf<itself> in the method's header, named in the
 * method's row. Its fields are called method-setting, so that no two methods meet. */
class MethodSettings
{
public:
  virtual ~MethodSettings() = default;
  virtual void Visit(OptionVisitor & v) = 0;
  virtual std::unique_ptr<MethodSettings> Clone() const = 0;

  /** True where EstimatorOptions::variance, which all methods share, is worth a search. */
  virtual bool
  SearchesVariance() const
  {
    return false;
  }
};

template <typename TSettings> class SettingsOf : public MethodSettings
{
public:
  std::unique_ptr<MethodSettings>
  Clone() const override
  {
    return std::make_unique<TSettings>(static_cast<const TSettings &>(*this));
  }
};

/** The settings of every method, as a value. */
class MethodSettingsSet
{
public:
  /** Defaults of all rows of EstimatorTable(). */
  MethodSettingsSet();
  MethodSettingsSet(const MethodSettingsSet & other);
  MethodSettingsSet(MethodSettingsSet && other) noexcept = default;
  MethodSettingsSet & operator=(const MethodSettingsSet & other);
  MethodSettingsSet & operator=(MethodSettingsSet && other) noexcept = default;
  ~MethodSettingsSet() = default;

  void Visit(OptionVisitor & v);

  /** Those of one method. Throws std::bad_cast where no row names them. */
  template <typename TSettings>
  TSettings &
  Of()
  {
    return dynamic_cast<TSettings &>(
        Find([](const MethodSettings & s) { return dynamic_cast<const TSettings *>(&s) != nullptr; }));
  }
  template <typename TSettings>
  const TSettings &
  Of() const
  {
    return const_cast<MethodSettingsSet *>(this)->Of<TSettings>();
  }

private:
  MethodSettings & Find(bool (*isWanted)(const MethodSettings &));

  std::vector<std::unique_ptr<MethodSettings>> m_All;
};
} // namespace tweedie

#endif
