// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomPixels_h
#define tweedieDicomPixels_h

#include "tweedieDicomImage.h"

#include <memory>
#include <string>

namespace tweedie
{
/** The frames of one file as numbers: slope * stored + intercept, or the modality LUT (PS3.3 C.11.1); padding is NaN.
 * DCMTK decodes, GDCM what is JPEG 2000. Belongs into a child process. */
class DicomPixels
{
public:
  /** Throws DataError for what cannot be read. */
  explicit DicomPixels(const std::string & path);
  DicomPixels(const DicomPixels &) = delete;
  DicomPixels & operator=(const DicomPixels &) = delete;
  ~DicomPixels();

  const std::string & Path() const;
  const DicomImage & Image(std::int64_t frame) const;

  /** rows * columns values. Throws DataError for pixels that cannot be decoded. */
  void Read(std::int64_t frame, float * values);

private:
  struct Content;
  std::unique_ptr<Content> m_Content;
};
} // namespace tweedie

#endif
