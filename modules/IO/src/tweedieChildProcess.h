// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieChildProcess_h
#define tweedieChildProcess_h

#include <cstdint>
#include <functional>
#include <string>

namespace tweedie
{
/** What a child may take at most. */
struct ChildLimits
{
  std::uint64_t memory = std::uint64_t(2) << 30U; ///< bytes of address space beside what the parent has
  std::uint64_t seconds = 120;                    ///< of processor time; ten times as many by the clock
};

/** Runs work in a child process, for files that nobody vouches for: what goes wrong there does not happen here. It may
 * write no file. Messages that it emits arrive in order; so does an Error that it throws, which is thrown here.
 *
 * Throws DataError "where: ..." when the child crashed or ran into a limit, Aborted when it was told to end. */
void RunInChild(const std::string & where,
                const ChildLimits & limits,
                const std::function<void(const std::function<void(const std::string &)> & emit)> & work,
                const std::function<void(const std::string & message)> & receive);
} // namespace tweedie

#endif
