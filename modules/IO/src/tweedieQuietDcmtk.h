// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieQuietDcmtk_h
#define tweedieQuietDcmtk_h

#include <dcmtk/config/osconfig.h>

#include <dcmtk/oflog/oflog.h>

namespace tweedie
{
/** DCMTK reports what it meets to the terminal, which is not ours to write to.
 */
class QuietDcmtk
{
public:
  QuietDcmtk() : m_Logger(OFLog::getLogger("dcmtk")), m_Level(m_Logger.getLogLevel())
  {
    m_Logger.setLogLevel(OFLogger::OFF_LOG_LEVEL);
  }
  QuietDcmtk(const QuietDcmtk &) = delete;
  QuietDcmtk & operator=(const QuietDcmtk &) = delete;
  ~QuietDcmtk()
  {
    m_Logger.setLogLevel(m_Level);
  }

private:
  OFLogger m_Logger;
  dcmtk::log4cplus::LogLevel m_Level;
};
} // namespace tweedie

#endif
