// SPDX-License-Identifier: Apache-2.0
#include "tweedieInterrupt.h"

#include <csignal>

namespace tweedie
{
namespace
{
volatile std::sig_atomic_t interrupted = 0;

extern "C" void
TweedieOnInterrupt(int)
{
  interrupted = 1;
}
} // namespace

void
CatchInterrupts()
{
  for (const int signal : {SIGINT, SIGTERM})
  {
    struct sigaction previous
    {
    };
    sigaction(signal, nullptr, &previous);
    if (previous.sa_handler == SIG_IGN)
    {
      continue; // started in the background of a shell without job control: Ctrl-C is not meant for us
    }
    struct sigaction action
    {
    };
    action.sa_handler = TweedieOnInterrupt;
    action.sa_flags = SA_RESETHAND | SA_RESTART;
    sigaction(signal, &action, nullptr);
  }
}

bool
IsInterrupted()
{
  return interrupted != 0;
}
} // namespace tweedie
