// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFolderOutput_h
#define tweedieFolderOutput_h

#include <functional>
#include <string>

namespace tweedie
{
/** RequireWritable for a folder of files with that extension. */
void RequireWritableFolder(const std::string & path, const std::string & extension, bool overwrite);

/** WriteAtomically for a folder of files: write is given a temporary folder beside path, whose files are flushed to
 * disk before it is renamed. A folder that is there is replaced, in one step where the file system can exchange names,
 * if overwrite is true and it holds only files with that extension. Throws UsageError otherwise, or where the parent
 * cannot be written, DataError when the disk is full. */
void WriteFolderAtomically(const std::string & path,
                           const std::string & extension,
                           bool overwrite,
                           const std::function<void(const std::string & temporaryPath)> & write);
} // namespace tweedie

#endif
