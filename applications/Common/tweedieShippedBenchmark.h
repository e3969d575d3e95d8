// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieShippedBenchmark_h
#define tweedieShippedBenchmark_h

#include "tweedieBenchmarkCard.h"
#include "tweedieValidationReport.h"

namespace tweedie
{
/** data/validation/closed-form.json, built into the program; empty where this build had none. */
BenchmarkCard ShippedBenchmark();

/** What every report of a validation shows of it. */
inline ValidationSection
ShippedBenchmarkSection()
{
  return {ValidationPart::Benchmark,
          "Problems whose posterior is known, solved by this build before it was shipped: what the methods are worth "
          "where nothing has to be guessed.",
          [](ReportDocument & page) { AddBenchmark(ShippedBenchmark(), page); }};
}
} // namespace tweedie

#endif
