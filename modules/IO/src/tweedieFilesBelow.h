// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFilesBelow_h
#define tweedieFilesBelow_h

#include <string>
#include <vector>

namespace tweedie
{
/** All regular files below a folder, at most a million, in the order of their names; links to folders are not followed,
 * hidden files left out. Throws DataError for a folder that cannot be read. */
std::vector<std::string> FilesBelow(const std::string & folder);
} // namespace tweedie

#endif
