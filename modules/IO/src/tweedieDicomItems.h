// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomItems_h
#define tweedieDicomItems_h

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <dcmtk/dcmdata/dctagkey.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Where an attribute of a frame is looked for, first come first: its own functional groups, those of all frames, and
 * the data set. */
class DicomItems
{
public:
  explicit DicomItems(DcmItem & dataset) : m_Dataset(&dataset) {}

  /** The groups of one frame, those of all frames; either may be null. */
  void
  SetGroups(DcmItem * frame, DcmItem * shared)
  {
    m_Frame = frame;
    m_Shared = shared;
  }

  /** The first item of a functional group; of a classic file the data set itself. */
  DcmItem * Group(const DcmTagKey & sequence) const;
  DcmItem &
  Dataset() const
  {
    return *m_Dataset;
  }

  /** Printable, without spaces at the ends; several values with backslashes between; empty where missing. */
  static std::string Text(DcmItem * item, const DcmTagKey & tag);
  /** Finite, with any sign; absent where missing or no number. */
  static std::optional<double> Number(DcmItem * item, const DcmTagKey & tag, unsigned long index = 0);
  static std::int64_t Integer(DcmItem * item, const DcmTagKey & tag, std::int64_t otherwise);

private:
  DcmItem * m_Dataset;
  DcmItem * m_Frame = nullptr;
  DcmItem * m_Shared = nullptr;
};

/** The item of a sequence, null where there is none. */
DcmItem * SequenceItem(DcmItem * item, const DcmTagKey & sequence, long index = 0);
} // namespace tweedie

#endif
