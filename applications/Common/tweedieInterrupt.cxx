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

void
Catch(int signal)
{
  struct sigaction action
  {
  };
  sigaction(signal, nullptr, &action);
  if (action.sa_handler == SIG_IGN)
  {
    return; // started in the background of a shell without job control: Ctrl-C is not meant for us
  }
  action.sa_handler = TweedieOnInterrupt;
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  sigaction(signal, &action, nullptr);
}
} // namespace

void
CatchInterrupts()
{
  Catch(SIGINT);
  Catch(SIGTERM);
}

bool
IsInterrupted()
{
  return interrupted != 0;
}
} // namespace tweedie
