// SPDX-License-Identifier: Apache-2.0
#include "tweedieGuard.h"

#include <c10/util/Exception.h>

#include <new>

namespace tweedie
{
namespace
{
/** The first line, without what LibTorch appends about its own source. */
std::string
FirstLine(const std::string & message)
{
  std::string line = message.substr(0, message.find('\n'));
  const auto place = line.find(" (Exception raised from ");
  return place == std::string::npos ? line : line.substr(0, place);
}

Error
FromText(const std::string & message)
{
  const std::string line = FirstLine(message);
  const bool outOfMemory = line.find("out of memory") != std::string::npos ||
                           line.find("not enough memory") != std::string::npos ||
                           line.find("can't allocate memory") != std::string::npos;
  if (outOfMemory)
  {
    return NumericalError("out of memory: " + line + "; use a smaller batch");
  }
  return DataError("unexpected: " + line);
}
} // namespace

Error
TranslateException(const std::exception_ptr & exception)
{
  try
  {
    std::rethrow_exception(exception);
  }
  catch (const Error & error)
  {
    return error;
  }
  catch (const std::bad_alloc &)
  {
    return NumericalError("out of memory: an allocation failed; use a smaller batch");
  }
  catch (const c10::Error & error)
  {
    return FromText(error.what_without_backtrace());
  }
  catch (const std::exception & error)
  {
    return FromText(error.what());
  }
  catch (...)
  {
    return DataError("unexpected: an exception without a message");
  }
}

void
Guard(const std::function<void()> & work)
{
  try
  {
    work();
  }
  catch (...)
  {
    const Error error = TranslateException(std::current_exception());
    switch (error.Code())
    {
    case ExitCode::Usage:
      throw UsageError(error.what());
    case ExitCode::Numerical:
      throw NumericalError(error.what());
    case ExitCode::Interrupted:
      throw Aborted(error.what());
    default:
      throw DataError(error.what());
    }
  }
}
} // namespace tweedie
