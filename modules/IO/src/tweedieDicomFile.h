// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomFile_h
#define tweedieDicomFile_h

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** How a value is written where the file does not say (value representation UN, or implicit ones of private tags). */
enum class DicomType
{
  Float, ///< 32 bits, little endian
  Word,  ///< unsigned, 16 bits, little endian
  Text   ///< also numbers as text
};

struct DicomTag
{
  std::uint16_t group;
  std::uint16_t element;
  const char * name;
  DicomType type;
};

/** "(7031,1001) DetectorFocalCenterAngularPosition". */
std::string NameOf(const DicomTag & tag);

/** Whether a file begins as DICOM files do: 128 bytes and "DICM". */
bool IsDicom(const std::string & path);

/** The top level of a DICOM file, DCMTK behind it. Tags are absolute: the creators of private blocks are not asked.
 * Errors are DataErrors that begin with the path. */
class DicomFile
{
public:
  /** Throws DataError for what is no DICOM file, one that is cut short or damaged, and transfer syntaxes other than the
   * two uncompressed little-endian ones. */
  explicit DicomFile(const std::string & path);
  DicomFile(const DicomFile &) = delete;
  DicomFile & operator=(const DicomFile &) = delete;
  ~DicomFile();

  bool Has(const DicomTag & tag) const;

  /** Throws DataError for a tag that is missing, not of count numbers (0: any number of them), or not finite. */
  std::vector<double> Numbers(const DicomTag & tag, std::size_t count) const;
  double Number(const DicomTag & tag) const;
  /** Absent where the tag is missing or empty. */
  std::optional<double> NumberIfAny(const DicomTag & tag) const;
  /** From low to high, without fraction. */
  std::int64_t Integer(const DicomTag & tag, std::int64_t low, std::int64_t high) const;

  /** Without spaces at the ends, what cannot be printed as '?'; empty where the tag is missing. */
  std::string Text(const DicomTag & tag) const;

  /** Throws DataError unless the pixel data are count 16-bit words. */
  void RequirePixels(std::uint64_t count) const;
  /** The same, and reads them: valid as long as this file. */
  const std::uint16_t * Pixels(std::uint64_t count) const;

  [[noreturn]] void Refuse(const std::string & given, const std::string & required) const;

private:
  struct Content;
  std::string m_Path;
  std::unique_ptr<Content> m_Content;
};
} // namespace tweedie

#endif
