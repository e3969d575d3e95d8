// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFileGroup_h
#define tweedieFileGroup_h

#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** One file of several that belong together: its path, and what writes it to the temporary path it is given. */
struct GroupFile
{
  std::string path;
  std::function<void(const std::string & temporaryPath)> write;
};

/** WriteAtomically for several files: all temporary files are complete before the first one is renamed, and when a
 * later renaming fails the files renamed already are removed. */
void WriteGroupAtomically(const std::vector<GroupFile> & files);

/** Writes bytes to a path. Throws DataError when the disk is full. */
void WriteBytes(const std::string & path, const void * bytes, std::size_t size);
} // namespace tweedie

#endif
