// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSendList_h
#define tweedieSendList_h

#include <set>
#include <string>

namespace tweedie
{
/** A file of UIDs, one a line, that is on the disk before Add returns. A line that was cut short does not count. */
class SendList
{
public:
  /** An empty path: a list without a file. Throws UsageError for a file that is no such list, cannot be written, or is
   * in use by another run. */
  explicit SendList(const std::string & path);
  SendList(const SendList &) = delete;
  SendList & operator=(const SendList &) = delete;
  ~SendList();

  bool
  Has(const std::string & uid) const
  {
    return m_Uids.count(uid) > 0;
  }

  void Add(const std::string & uid);

private:
  [[noreturn]] void Refuse(const std::string & required);

  std::string m_Path;
  int m_File = -1;
  std::set<std::string> m_Uids;
};
} // namespace tweedie

#endif
