// SPDX-License-Identifier: Apache-2.0
#include "tweedieChildProcess.h"

#include "tweedieError.h"
#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

namespace tweedie
{
namespace
{
using Emit = std::function<void(const std::string &)>;

/** The message of what a child's end throws; empty where nothing is. */
template <typename TError>
std::string
Failure(const std::function<void(const Emit &)> & work, const ChildLimits & limits = {})
{
  try
  {
    RunInChild("file", limits, work, [](const std::string &) {});
  }
  catch (const TError & error)
  {
    return error.what();
  }
  return "";
}

TEST(ChildProcess, MessagesArriveInOrderAndWhole)
{
  std::vector<std::string> received;
  const std::string large(300000, 'x'); // more than a pipe holds
  RunInChild(
      "file",
      {},
      [&](const Emit & emit)
      {
        emit(std::string("a\0b", 3));
        emit(large);
        emit("");
      },
      [&](const std::string & message) { received.push_back(message); });
  EXPECT_EQ(received, (std::vector<std::string>{std::string("a\0b", 3), large, ""}));
}

TEST(ChildProcess, ErrorsAreThrownAgain)
{
  EXPECT_EQ(Failure<DataError>([](const Emit &) { throw DataError("file: bad"); }), "file: bad");
  EXPECT_EQ(Failure<UsageError>([](const Emit &) { throw UsageError("--x: bad"); }), "--x: bad");
}

TEST(ChildProcess, ACrashIsOneError)
{
  const std::string message = Failure<DataError>([](const Emit &) { std::raise(SIGSEGV); });
  EXPECT_EQ(message, "file: what decodes it crashed (signal 11); required a file that is in order");
  EXPECT_NE(Failure<Aborted>([](const Emit &) { std::raise(SIGINT); }), "");
}

TEST(ChildProcess, WhatWasSaidBeforeACrashIsKept)
{
  std::string received;
  EXPECT_THROW(RunInChild(
                   "file",
                   {},
                   [](const Emit & emit)
                   {
                     emit("first");
                     std::raise(SIGABRT);
                   },
                   [&](const std::string & message) { received = message; }),
               DataError);
  EXPECT_EQ(received, "first");
}

TEST(ChildProcess, ProcessorTimeIsLimited)
{
  ChildLimits limits;
  limits.seconds = 1;
  const auto spin = [](const Emit &)
  {
    for (volatile unsigned count = 0;; count = count + 1)
    {
    }
  };
  EXPECT_NE(Failure<DataError>(spin, limits).find("more processor time or memory than allowed"), std::string::npos);
}

#if !defined(__SANITIZE_ADDRESS__) // whose allocator ends the process where another one says no
TEST(ChildProcess, MemoryIsLimited)
{
  ChildLimits limits;
  limits.memory = std::uint64_t(64) << 20U;
  const auto take = [](const Emit & emit)
  { emit(std::to_string(std::vector<char>(std::size_t(1) << 30U, 'x').size())); };
  EXPECT_EQ(Failure<DataError>(take, limits), "more memory needed than allowed");
}
#endif

TEST(ChildProcess, NoFileIsWritten)
{
  const test::TemporaryFolder folder;
  const std::string path = folder.File("stolen");
  const auto write = [&](const Emit &) { std::ofstream(path) << "bytes" << std::flush; };
  EXPECT_NE(Failure<DataError>(write), "");
  std::ifstream stream(path);
  EXPECT_EQ(stream.get(), std::ifstream::traits_type::eof());
}
} // namespace
} // namespace tweedie
