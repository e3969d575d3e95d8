// SPDX-License-Identifier: Apache-2.0
#include "tweedieWorkMeter.h"

namespace tweedie
{
namespace
{
thread_local WorkMeter * current = nullptr;
} // namespace

WorkMeter::WorkMeter() : m_Outer(current)
{
  current = this;
}

WorkMeter::~WorkMeter()
{
  current = m_Outer;
}

WorkSpan::WorkSpan(WorkKind kind, std::int64_t calls)
    : m_Meter(current && !current->m_IsBusy ? current : nullptr), m_Kind(kind), m_Calls(calls)
{
  if (m_Meter)
  {
    m_Meter->m_IsBusy = true;
    m_Begin = std::chrono::steady_clock::now();
  }
}

WorkSpan::~WorkSpan()
{
  if (m_Meter)
  {
    Work & work = m_Meter->m_Work[static_cast<std::size_t>(m_Kind)];
    work.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - m_Begin).count();
    work.calls += m_Calls;
    m_Meter->m_IsBusy = false;
  }
}
} // namespace tweedie
