// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFileKind_h
#define tweedieFileKind_h

#include <string>

namespace tweedie
{
/** What a file or folder seems to hold, by its name and what lies beside it: model, raw, patterns, projections, dicom,
 * scan (k-space) or image. */
std::string FileKindOf(const std::string & path);
} // namespace tweedie

#endif
