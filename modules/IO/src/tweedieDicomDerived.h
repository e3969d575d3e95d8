// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomDerived_h
#define tweedieDicomDerived_h

#include "tweedieDicomPut.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcfilefo.h>

#include <memory>
#include <string>

namespace tweedie
{
/** A source's file as far as its pixels; its attributes of a frame are found wherever it keeps them. Raw data have no
 * file: what their header says. */
class DicomSource
{
public:
  /** Throws DataError for a file that cannot be read or has no study. */
  explicit DicomSource(const DicomFrame & frame);
  explicit DicomSource(const std::vector<DicomAttribute> & attributes);

  DcmDataset &
  Dataset() const
  {
    return *m_File->getDataset();
  }
  const DicomFrame &
  Frame() const
  {
    return m_Frame;
  }
  bool
  IsMultiFrame() const
  {
    return m_IsMultiFrame;
  }
  /** The item that has an attribute: the frame's functional groups, those of all frames, or the data set; null where
   * none has it. */
  DcmItem * Holder(const DcmTagKey & tag) const;
  std::string Text(const DcmTagKey & tag) const;
  void Copy(DcmItem & item, std::initializer_list<DcmTagKey> tags) const;
  void CopyOrEmpty(DcmItem & item, std::initializer_list<DcmTagKey> tags) const;

private:
  DicomFrame m_Frame;
  std::unique_ptr<DcmFileFormat> m_File;
  bool m_IsMultiFrame = false;
};

/** What the objects of one new series share: UIDs, dates, and where they come from. */
class DerivedSeries
{
public:
  /** kind: all that makes these objects others than another call's with the same options. */
  DerivedSeries(const DicomSeries & source, const DicomWriteOptions & options, const std::string & kind);

  const std::string &
  Uid() const
  {
    return m_Uid;
  }
  /** Of an instance, or of what else a name tells apart. */
  std::string NewUid(const std::string & name) const;

  /** Patient, study, series, equipment and SOP common attributes, and derivation where the object is an image. */
  void Fill(DcmItem & object,
            const DicomSource & from,
            const std::string & classUid,
            std::int64_t instanceNumber,
            const std::string & modality) const;

  /** "standard deviation by daps, ..., Research use only": at most 1024 characters. */
  std::string Derivation(const std::string & quantity) const;

  /** The source's, or a new one where it has none. */
  std::string FrameOfReference(const DicomSource & from) const;

  /** Pixels that lost something once have lost it for good. */
  void PutLossy(DcmItem & object, const DicomSource & from) const;

  /** A reference to a frame, with its purpose (121322, DCM). */
  static void AddSource(DcmItem & item, const DcmTagKey & sequence, const DicomFrame & frame, bool isMultiFrame);

  /** References to all instances of the source, as of the Common Instance Reference module. */
  void AddReferencedSeries(DcmItem & object) const;

  /** Writes an object; whole, or DataError. */
  static void Save(DcmFileFormat & file, const std::string & path);

private:
  void PutDates(DcmItem & object, const DicomSource & from) const;
  void AddEquipment(DcmItem & object, const DicomSource & from) const;

  const DicomSeries & m_Source;
  const DicomWriteOptions & m_Options;
  std::string m_Key; ///< from which UIDs are derived
  std::string m_Uid;
  std::string m_FrameOfReference; ///< of a source without one
};

/** The source's frame nearest to a slice. Throws DataError for a source without frames. */
const DicomFrame & NearestFrame(const DicomSeries & source, const Grid & grid, std::int64_t slice);

/** What the source says of a slice: its nearest frame does, or the header of raw data. */
DicomSource SourceOf(const DicomSeries & source, const Grid & grid, std::int64_t slice);

/** Throws UsageError where a file of the source lies in a folder that is to be written. */
void RequireApart(const std::string & folder, const DicomSeries & source);

/** The centre of the first voxel of a slice. */
std::vector<double> SlicePosition(const Grid & grid, std::int64_t slice);
std::vector<double> SliceOrientation(const Grid & grid);

/** Throws DataError unless it is a real volume of one channel, finite, with slices along their normal. */
void RequireWritableVolume(const Volume & volume, const char * name);

const DicomCode & SourcePurposeCode();
/** Whether a BodyPartExamined is known to be no part of a pair. */
bool IsUnpaired(const std::string & bodyPart);
DicomCode UnitsCode(const std::string & units);
} // namespace tweedie

#endif
