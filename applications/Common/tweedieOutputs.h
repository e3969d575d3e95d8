// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieOutputs_h
#define tweedieOutputs_h

#include "tweedieScanFile.h"

#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** The files that a command is going to make: refused before the work when they cannot be made, and all of them or none
 * afterwards. */
class Outputs
{
public:
  explicit Outputs(bool overwrite) : m_Overwrite(overwrite) {}

  /** A file that is read; no output may have its name. To be said before the outputs. An empty path adds nothing. */
  void AddInput(const std::string & path);

  /** These throw UsageError when the folder cannot be written, the file exists without --overwrite, the name is that of
   * an input or of another output, or, for images, the extension is not known (or that of a picture, unless allowed).
   * flag: who asked for it ("--std"). An empty path adds nothing. */
  void AddFile(const std::string & flag, const std::string & path);
  void AddImage(const std::string & flag, const std::string & path, bool pictures = false);
  /** A folder of DICOM files (tweedieDicomResult.h). */
  void AddDicomResult(const std::string & flag, const std::string & folder);
  void AddScan(const std::string & flag, const std::string & path, const ScanParts & parts);

  bool
  IsOverwriting() const
  {
    return m_Overwrite;
  }

  /** Runs work, which writes the files. When it throws, those that were not there before are removed. */
  void Write(const std::function<void()> & work) const;

private:
  void Add(const std::string & flag, const std::vector<std::string> & files);

  bool m_Overwrite;
  std::vector<std::string> m_Inputs;
  std::vector<std::string> m_Files;
};

/** The files behind the name of an image or array: both of a BART pair, else the path itself. */
std::vector<std::string> ImageFiles(const std::string & path);

/** The path without its extension: .nii.gz counts as one. */
std::string OutputStem(const std::string & path);
} // namespace tweedie

#endif
