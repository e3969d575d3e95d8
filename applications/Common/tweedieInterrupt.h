// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieInterrupt_h
#define tweedieInterrupt_h

namespace tweedie
{
/** From now on the first SIGINT or SIGTERM only sets a flag; a second one ends the process at once. */
void CatchInterrupts();

/** Whether such a signal has come. */
bool IsInterrupted();
} // namespace tweedie

#endif
