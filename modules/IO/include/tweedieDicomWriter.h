// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomWriter_h
#define tweedieDicomWriter_h

#include "tweedieDicomSeries.h"
#include "tweedieVolume.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
struct Summary;

/** A coded concept (DICOM PS3.3 table 8.8-1). */
struct DicomCode
{
  std::string value;
  std::string scheme; ///< DCM, SCT or UCUM
  std::string meaning;
};

/** How a result came about, for DerivationDescription and ContributingEquipmentSequence. Nothing of it may name the
 * patient. */
struct DicomProvenance
{
  std::string method;        ///< with what guides it
  std::string statement;     ///< what must be said of the data, such as that they were simulated
  std::string modelSha256;   ///< of the prior; empty for classical methods
  std::uint64_t seed = 0;    ///< of the random numbers
  std::string configuration; ///< what was done, one line
  std::string inputsDigest;  ///< SHA-256 of what went in; enters the UIDs where they are deterministic
  /** UIDs are derived from inputs and options, and dates are those of the source: the same run gives the same bytes.
   * Else UIDs are random and dates are those of the clock. */
  bool deterministicUids = false;
};

/** Method, seed and options of a run. */
DicomProvenance DicomProvenanceOf(const Summary & summary, const std::string & modelSha256);

/** Of a new object or series in the study of its source. */
struct DicomWriteOptions
{
  DicomProvenance provenance;
  std::int64_t seriesNumber = 901;
  std::string description; ///< SeriesDescription; empty: made of what the values are and the method
  bool overwrite = false;
};

/** What the numbers of a volume are, and how 16 bits keep them:
 *
 *    value = slope * stored + intercept,   stored = 0 ... 65535 */
struct DicomValues
{
  std::string quantity = "posterior mean";                      ///< "standard deviation", ...
  DicomCode derivation{"113049", "DCM", "Pixel by pixel mean"}; ///< CID 7203; without value: none
  std::string units;                                            ///< "HU", "ms", ...; empty: the source's
  /** Hounsfield units themselves, to be shown as such; false for a standard deviation in HU. */
  bool isImage = true;
  double slope = 0.0;              ///< 0: 1 for a CT image, else the finest that holds all values
  std::optional<double> intercept; ///< absent: -1024 or lower for a CT image, else 0 or lower; values below are clamped
};

/** What the stored numbers became. */
struct DicomSeriesRecord
{
  double slope = 1.0;
  double intercept = 0.0;
  double largestError = 0.0; ///< of the values that were not clamped; at most slope / 2
  std::int64_t clamped = 0;  ///< values beyond the stored range
  std::vector<std::string> files;
  std::string seriesUid;
};

/** Writes a real volume of one channel as CT or MR Image Storage, one file a slice, into a new folder that appears
 * whole or not at all. Patient, study and frame of reference are the source's; a slice takes what its IOD requires of
 * the acquisition from the source's slice at its place. The folder is replaced where options.overwrite allows it and it
 * holds nothing else. Throws UsageError for a folder that cannot be written, DataError for another modality, values
 * that are not finite, slices that are not along their normal, a source that cannot be read, or a full disk. */
DicomSeriesRecord WriteDicomSeries(const std::string & folder,
                                   const Volume & volume,
                                   const DicomSeries & source,
                                   const DicomValues & values,
                                   const DicomWriteOptions & options);

/** Throws what WriteDicomSeries would for its folder; called before long work. */
void RequireDicomFolder(const std::string & folder, bool overwrite);

/** What the numbers of a map are. */
struct DicomMapMeaning
{
  DicomCode quantity;                                          ///< such as StandardDeviationCode()
  DicomCode units;                                             ///< UCUM
  std::string label;                                           ///< ContentLabel: at most 16 of A-Z, 0-9, _ and space
  std::string explanation;                                     ///< at most 64 characters
  DicomCode derivation{"113061", "DCM", "Standard Deviation"}; ///< CID 7203
};

DicomCode StandardDeviationCode();
DicomCode HounsfieldCode();
DicomCode RatioCode();

/** Writes a real volume of one channel as a Parametric Map (PS3.3 A.75): one multi-frame object with its 32-bit floats
 * as they are. Errors as of WriteDicomSeries; returns the UID of its series. */
std::string WriteParametricMap(const std::string & path,
                               const Volume & volume,
                               const DicomSeries & source,
                               const DicomMapMeaning & meaning,
                               const DicomWriteOptions & options);

/** What a mask shows. */
struct DicomMaskMeaning
{
  DicomCode category; ///< CID 7150, such as (85756007, SCT, "Tissue")
  DicomCode type;
  std::string label; ///< at most 64 characters
};

/** Writes a mask (not 0: inside) as a binary Segmentation (PS3.3 A.51) of one segment. Throws DataError for an empty
 * mask, else as WriteDicomSeries; returns the UID of its series. */
std::string WriteSegmentation(const std::string & path,
                              const Volume & mask,
                              const DicomSeries & source,
                              const DicomMaskMeaning & meaning,
                              const DicomWriteOptions & options);

/** Writes a PDF file's bytes as Encapsulated PDF (PS3.3 A.45.1). Throws DataError for other bytes, else as
 * WriteDicomSeries; returns the UID of its series. */
std::string WriteEncapsulatedPdf(const std::string & path,
                                 const std::string & pdf,
                                 const DicomSeries & source,
                                 const std::string & title,
                                 const DicomWriteOptions & options);
} // namespace tweedie

#endif
