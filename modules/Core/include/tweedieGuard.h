// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGuard_h
#define tweedieGuard_h

#include "tweedieError.h"

#include <exception>
#include <functional>

namespace tweedie
{
/** The one place where foreign exceptions become ours. To be called at the boundaries (program, filters, bindings).
 *
 * Error stays what it is; std::bad_alloc and LibTorch's out-of-memory errors become NumericalError; every other
 * exception, LibTorch's among them, becomes DataError with the first line of its message, without the backtrace. */
Error TranslateException(const std::exception_ptr & exception);

/** Runs work and throws whatever it throws as UsageError, DataError, NumericalError or Aborted. */
void Guard(const std::function<void()> & work);
} // namespace tweedie

#endif
