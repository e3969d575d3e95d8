// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFolderOutput_h
#define tweedieFolderOutput_h

#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** RequireWritable for a folder of files with those extensions. */
void RequireWritableFolder(const std::string & path, const std::vector<std::string> & extensions, bool overwrite);

/** WriteAtomically for a folder of files, and of folders of them: write is given a temporary folder beside path, whose
 * files are flushed to disk before it is renamed. A folder that is there is replaced, in one step where the file system
 * can exchange names, if overwrite is true and it holds only files with those extensions. Throws UsageError otherwise,
 * or where the parent cannot be written, DataError when the disk is full. */
void WriteFolderAtomically(const std::string & path,
                           const std::vector<std::string> & extensions,
                           bool overwrite,
                           const std::function<void(const std::string & temporaryPath)> & write);

/** Throws UsageError where a file that is read lies in the folder that is to be replaced, or anywhere below. */
void RequireOutside(const std::string & file, const std::string & folder);
} // namespace tweedie

#endif
