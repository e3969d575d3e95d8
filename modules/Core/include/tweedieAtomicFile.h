// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieAtomicFile_h
#define tweedieAtomicFile_h

#include <functional>
#include <string>

namespace tweedie
{
/** Makes outputs appear whole or not at all: write is given a temporary path in the same folder (same extension), which
 * is flushed to disk and renamed to path when write returns, and removed when it throws. Throws DataError when the disk
 * is full, UsageError when the folder cannot be written. */
void WriteAtomically(const std::string & path, const std::function<void(const std::string & temporaryPath)> & write);

/** WriteAtomically for a text. */
void WriteTextAtomically(const std::string & path, const std::string & text);

/** Throws UsageError unless a file at path could be created now: its folder exists and can be written, and it does not
 * exist yet or overwrite is true. Called before long work. */
void RequireWritable(const std::string & path, bool overwrite);
} // namespace tweedie

#endif
