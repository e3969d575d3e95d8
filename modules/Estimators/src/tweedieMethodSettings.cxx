// SPDX-License-Identifier: Apache-2.0
#include "tweedieMethodSettings.h"

#include "tweedieEstimator.h"

#include <algorithm>
#include <typeinfo>

namespace tweedie
{
MethodSettingsSet::MethodSettingsSet()
{
  for (const EstimatorRow & row : EstimatorTable())
  {
    if (row.makeSettings != nullptr)
    {
      m_All.push_back(row.makeSettings());
    }
  }
}

MethodSettingsSet::MethodSettingsSet(const MethodSettingsSet & other)
{
  for (const auto & settings : other.m_All)
  {
    m_All.push_back(settings->Clone());
  }
}

MethodSettingsSet &
MethodSettingsSet::operator=(const MethodSettingsSet & other)
{
  MethodSettingsSet copy(other);
  m_All.swap(copy.m_All);
  return *this;
}

void
MethodSettingsSet::Visit(OptionVisitor & v)
{
  for (const auto & settings : m_All)
  {
    settings->Visit(v);
  }
}

MethodSettings &
MethodSettingsSet::Find(bool (*isWanted)(const MethodSettings &))
{
  const auto found =
      std::find_if(m_All.begin(), m_All.end(), [&](const auto & settings) { return isWanted(*settings); });
  if (found == m_All.end())
  {
    throw std::bad_cast();
  }
  return **found;
}
} // namespace tweedie
