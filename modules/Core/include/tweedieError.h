// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieError_h
#define tweedieError_h

#include <stdexcept>
#include <string>

namespace tweedie
{
/** Process exit codes: what a caller can do about a failure. */
enum class ExitCode : int
{
  Success = 0,
  Usage = 1,
  Data = 2,
  Numerical = 3,
  Interrupted = 130
};

/** The text with a space for every control character: names and values that come from files are part of messages. */
std::string OneLine(std::string text);

/** Base of every exception thrown by Tweedie. The message is one line: where: what was given; what is required. */
class Error : public std::runtime_error
{
public:
  Error(ExitCode code, const std::string & message) : std::runtime_error(OneLine(message)), m_Code(code) {}

  ExitCode
  Code() const
  {
    return m_Code;
  }

private:
  ExitCode m_Code;
};

/** Wrong option or value, existing output, folder that cannot be written. */
class UsageError : public Error
{
public:
  explicit UsageError(const std::string & message) : Error(ExitCode::Usage, message) {}
};

/** Missing, truncated, foreign, non-finite, mis-shaped or tampered input. */
class DataError : public Error
{
public:
  explicit DataError(const std::string & message) : Error(ExitCode::Data, message) {}
};

/** A computation that left the finite numbers, did not converge, or ran out of memory. */
class NumericalError : public Error
{
public:
  explicit NumericalError(const std::string & message) : Error(ExitCode::Numerical, message) {}
};

/** The progress callback asked to stop. */
class Aborted : public Error
{
public:
  explicit Aborted(const std::string & message) : Error(ExitCode::Interrupted, message) {}
};
} // namespace tweedie

#endif
