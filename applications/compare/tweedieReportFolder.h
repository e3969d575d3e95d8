// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportFolder_h
#define tweedieReportFolder_h

#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** A folder that a command fills, and creates when it is not there. */
class ReportFolder
{
public:
  /** Throws UsageError unless the folder is there and can be written, or can be created. */
  ReportFolder(std::string path, bool overwrite);

  /** Throws UsageError when one of the files exists and may not be replaced. */
  void RequireFree(const std::vector<std::string> & files) const;

  /** Runs work; when it throws, and the folder was not there before, removes it. */
  void Write(const std::function<void()> & work) const;

private:
  std::string m_Path;
  bool m_Overwrite;
  bool m_Existed;
};
} // namespace tweedie

#endif
