// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBartGroup_h
#define tweedieBartGroup_h

#include "tweedieBartFile.h"
#include "tweedieFileGroup.h"

namespace tweedie
{
/** The two files of an array for WriteGroupAtomically; array must outlive the call. */
std::vector<GroupFile> BartFiles(const std::string & base, const BartArray & array);

/** Throws UsageError for an extension that would end up inside the name (scan.h5.cfl). */
void RequireBartOutput(const std::string & path);
} // namespace tweedie

#endif
