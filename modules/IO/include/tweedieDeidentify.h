// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDeidentify_h
#define tweedieDeidentify_h

#include "tweedieOptions.h"
#include "tweedieProgress.h"

#include <cstddef>
#include <string>
#include <vector>

namespace tweedie
{
struct DeidentifyOptions
{
  std::string profile = "basic";
  std::vector<std::string> keep; ///< options of the profile (PS3.15 E.3)
  std::string patientId;         ///< empty: made from the key
  std::string keyFile;           ///< empty: a random key that nobody ever knows
  bool burnedIn = false;
  bool leaveOut = false;

  void Visit(OptionVisitor & v);
};

/** One row of the profile's table. */
struct ConfidentialityRow
{
  std::string tag;    ///< eight hexadecimal digits, x for any; "private"
  std::string action; ///< PS3.15 table E.1-1: X, Z, D, U, K and what is between
  std::vector<std::string> keptBy;
  std::string name;
};

/** The rows of PS3.15 table E.1-1 (K: our own, what images need beside it), in the order of their tags. */
const std::vector<ConfidentialityRow> & ConfidentialityRows();

/** What happens under these options: "removed", "emptied", "replaced", "new UID", "kept", "shifted", "items cleaned".
 */
std::string ConfidentialityOutcome(const ConfidentialityRow & row, const DeidentifyOptions & options);

struct DeidentifyResult
{
  std::size_t written = 0;
  std::size_t patients = 0;
  std::size_t duplicates = 0;       ///< files with an instance that was written already
  std::size_t foreign = 0;          ///< files of folders that are no DICOM
  std::size_t directories = 0;      ///< DICOMDIR
  std::vector<std::string> refused; ///< left out, one line each
};

/** Writes images, Parametric Maps and Segmentations (files, and all below folders) without what could name the patient
 * (PS3.15 annex E, basic application level confidentiality profile) into a folder of files named by their new UIDs,
 * which appears whole or not at all. Elements are treated by the table of the profile at every depth; what is in
 * neither the table nor DCMTK's dictionary, private elements and texts not in the table are removed. Under one key,
 * equal UIDs become equal UIDs, patients get equal names, and the dates of a patient are shifted by equally many days.
 * Pixels are not touched: text and faces in them stay.
 *
 * Throws DataError for a file that is not whole or is refused (unless options.leaveOut): another kind of object, or
 * pixels that say or may have text burned in (unless options.burnedIn); UsageError for a folder that cannot be written,
 * a key that is none, or one name for several patients. Files are parsed in a child process. */
DeidentifyResult Deidentify(const std::vector<std::string> & paths,
                            const std::string & folder,
                            const DeidentifyOptions & options,
                            bool overwrite,
                            const ProgressCallback & progress = nullptr);
} // namespace tweedie

#endif
