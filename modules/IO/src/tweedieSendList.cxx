// SPDX-License-Identifier: Apache-2.0
#include "tweedieSendList.h"

#include "tweedieDicomUid.h"
#include "tweedieError.h"

#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <unistd.h>

namespace tweedie
{
void
SendList::Refuse(const std::string & required)
{
  if (m_File >= 0)
  {
    close(m_File);
  }
  throw UsageError("--list: given " + m_Path + "; required " + required);
}

SendList::SendList(const std::string & path) : m_Path(path)
{
  if (path.empty())
  {
    return;
  }
  m_File = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (m_File < 0)
  {
    Refuse("a file that can be written");
  }
  if (flock(m_File, LOCK_EX | LOCK_NB) != 0)
  {
    Refuse("one that no other run is using");
  }
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin))
  {
    const std::string uid = text.substr(begin, end - begin);
    if (!IsUid(uid))
    {
      Refuse("a new file, or one of UIDs, one a line");
    }
    m_Uids.insert(uid);
    begin = end + 1;
  }
  const bool isPart = text.find_first_not_of("0123456789.", begin) == std::string::npos && text.size() - begin <= 64;
  if (!isPart || ftruncate(m_File, static_cast<off_t>(begin)) != 0)
  {
    Refuse("a new file, or one of UIDs, one a line");
  }
}

SendList::~SendList()
{
  if (m_File >= 0)
  {
    close(m_File);
  }
}

void
SendList::Add(const std::string & uid)
{
  m_Uids.insert(uid);
  const std::string line = uid + "\n";
  const bool isWritten = m_File < 0 || (write(m_File, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                                        fdatasync(m_File) == 0);
  if (!isWritten)
  {
    throw DataError("--list: given " + m_Path + ", which could not be written; required a disk that is not full");
  }
}
} // namespace tweedie
