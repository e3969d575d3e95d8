// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReadoutChoice_h
#define tweedieReadoutChoice_h

#include "tweedieMRIPreparation.h"

#include <string>
#include <vector>

namespace tweedie
{
/** The readouts of a scan by what they are for. */
struct ReadoutChoice
{
  const MRIEncoding * encoding = nullptr;
  std::vector<const MRIReadout *> noise;
  std::vector<const MRIReadout *> imaging;
  std::vector<const MRIReadout *> calibration; ///< with those that are for imaging too; empty unless some are not
  std::vector<std::string> warnings;

  /** By the header: places that come with Cartesian lines are not used. */
  bool
  IsCartesian() const
  {
    return encoding->trajectory == "cartesian";
  }
};

/** Throws as PrepareMRI does. */
ReadoutChoice ChooseReadouts(const MRIRaw & raw, const MRIPreparationOptions & options);
} // namespace tweedie

#endif
