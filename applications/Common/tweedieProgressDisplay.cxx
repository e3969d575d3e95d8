// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgressDisplay.h"

#include "tweedieFieldText.h"
#include "tweedieInterrupt.h"
#include "tweedieReportTable.h"
#include "tweedieSlicerParameter.h"
#include "tweedieTerminal.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace tweedie
{
namespace
{
constexpr double secondsBetweenDrawings = 0.1;
constexpr double secondsBetweenLines = 10.0;

void
Write(const std::string & text)
{
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}
} // namespace

double
ProgressFraction(const ProgressReport & report)
{
  return report.steps > 0 ? std::clamp(static_cast<double>(report.step) / static_cast<double>(report.steps), 0.0, 1.0)
                          : 0.0;
}

std::string
DurationText(double seconds)
{
  const auto whole = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  const auto padded = [](long long value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  const auto minutes = whole / 60;
  const auto tail = ":" + padded(whole % 60);
  return minutes < 60 ? std::to_string(minutes) + tail
                      : std::to_string(minutes / 60) + ":" + padded(minutes % 60) + tail;
}

std::string
ProgressText(const ProgressReport & report, double secondsLeft, int width, bool bar)
{
  const double fraction = ProgressFraction(report);
  std::string tail = " " + std::to_string(report.step) + "/" + std::to_string(report.steps);
  if (report.noiseLevel > 0.0)
  {
    tail += "  sigma " + FormatSignificant(report.noiseLevel, 2);
  }
  tail += report.note.empty() ? "" : "  " + report.note;
  tail += secondsLeft >= 0.0 && fraction < 1.0 ? "  " + DurationText(secondsLeft) + " left" : "";
  const int percent = static_cast<int>(100.0 * fraction);
  const std::string head = report.task + (report.task.empty() ? "" : " ") + std::to_string(percent) + "%";
  const int room = width - static_cast<int>(head.size() + tail.size()) - 4;
  if (!bar || room < 5)
  {
    return (head + tail).substr(0, static_cast<std::size_t>(std::max(width, 1)));
  }
  const int length = std::min(room, 30);
  const int done = static_cast<int>(std::floor(fraction * length));
  return head + " [" + std::string(static_cast<std::size_t>(done), '#') +
         std::string(static_cast<std::size_t>(length - done), '.') + "]" + tail;
}

ProgressDisplay::ProgressDisplay(const std::string & mode)
    : m_Style(mode == "none"                                ? Style::None
              : mode == "slicer"                            ? Style::Slicer
              : mode == "bar" || isatty(STDERR_FILENO) != 0 ? Style::Bar
                                                            : Style::Lines),
      m_Last(std::chrono::steady_clock::now())
{
}

ProgressDisplay::~ProgressDisplay()
{
  Clear();
  EndForSlicer();
}

void
ProgressDisplay::Clear()
{
  if (m_IsDrawn)
  {
    Write("\r\033[K");
    m_IsDrawn = false;
  }
}

void
ProgressDisplay::ShowToSlicer(const ProgressReport & report, bool isDue)
{
  const bool isNew = !m_Shown || report.task != m_Shown->task;
  if (isNew)
  {
    EndForSlicer();
    const auto name = SlicerElement("filter-name", report.task.empty() ? "tweedie" : report.task);
    Print("<filter-start>\n" + name + SlicerElement("filter-comment", report.note) + "</filter-start>\n");
  }
  if (isNew || isDue || report.step == report.steps)
  {
    Print(SlicerElement("filter-progress", NumberText(ProgressFraction(report))));
    m_Last = std::chrono::steady_clock::now();
  }
  m_Shown = report;
}

void
ProgressDisplay::EndForSlicer()
{
  if (m_Shown)
  {
    const auto name = SlicerElement("filter-name", m_Shown->task.empty() ? "tweedie" : m_Shown->task);
    Print("<filter-end>\n" + name + SlicerElement("filter-time", NumberText(m_Shown->elapsedSeconds)) +
          "</filter-end>\n");
  }
  m_Shown.reset();
}

double
ProgressDisplay::SecondsLeft(const ProgressReport & report)
{
  const bool isNewTask = m_First.steps != report.steps || report.elapsedSeconds < m_First.elapsedSeconds;
  if (isNewTask)
  {
    m_First = report;
  }
  const double done = static_cast<double>(report.step - m_First.step);
  const double rate = done > 0.0 ? (report.elapsedSeconds - m_First.elapsedSeconds) / done : -1.0;
  return rate < 0.0 ? -1.0 : rate * static_cast<double>(report.steps - report.step);
}

void
ProgressDisplay::Show(const ProgressReport & report)
{
  const auto now = std::chrono::steady_clock::now();
  const double since = std::chrono::duration<double>(now - m_Last).count();
  const double left = SecondsLeft(report);
  if (m_Style == Style::Bar && (!m_IsDrawn || since >= secondsBetweenDrawings))
  {
    // One column stays free: a full line makes some terminals scroll.
    Write("\r" + ProgressText(report, left, TerminalWidth(STDERR_FILENO) - 1, true) + "\033[K");
    m_IsDrawn = true;
    m_Last = now;
  }
  else if (m_Style == Style::Slicer)
  {
    ShowToSlicer(report, since >= secondsBetweenDrawings);
  }
  else if (m_Style == Style::Lines && since >= secondsBetweenLines)
  {
    Write(ProgressText(report, left, 1000, false) + "\n");
    m_Last = now;
  }
}

ProgressCallback
ProgressDisplay::Callback()
{
  return [this](const ProgressReport & report)
  {
    Show(report);
    return !IsInterrupted();
  };
}
} // namespace tweedie
