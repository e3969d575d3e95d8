// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomProjectionSeries_h
#define tweedieDicomProjectionSeries_h

#include "tweedieEllipsoidPhantom.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcuid.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tweedie::test
{
/** A series in the DICOM-CT-PD format, made from its definition (Chen et al. 2015): an oracle that shares no code with
 * what reads it. Lengths in mm, angles in radians, in the format's left-handed system: seen from the table's foot x to
 * the right, y up, z into the gantry. */
struct DicomSeries
{
  struct View
  {
    double phi = 0.0, z = 0.0, rho = 500.0;              ///< of the focal centre
    double shiftPhi = 0.0, shiftZ = 0.0, shiftRho = 0.0; ///< of the focal spot
  };
  using Edit = std::function<void(DcmDataset &, std::size_t)>;

  int rows = 1, columns = 1;
  double transverse = 1.0, axial = 1.0, distance = 900.0;
  double centralColumn = 1.0, centralRow = 1.0; ///< counted from 1
  std::string shape = "CYLINDRICAL";
  std::string type = "HELICAL";
  std::string focalSpotMode = "FFSNONE";
  std::vector<View> views;
  bool isTransposed = true; ///< as the published files are
  double slope = 1e-4, intercept = -0.01;
  std::string muWater = "0.0192";
  std::vector<float> photons;
  E_TransferSyntax syntax = EXS_LittleEndianExplicit;
  Edit edit; ///< of a file before it is written

  /** Turns of a helix, or of a circle without feed; the first view at the height -feed * turns / 2. */
  void
  Turn(int count, double turns, double feed, double rho)
  {
    constexpr double whole = 2.0 * 3.14159265358979323846;
    for (int k = 0; k < count; ++k)
    {
      const double turn = turns * k / count;
      views.push_back({std::fmod(whole * turn, whole), feed * (turn - 0.5 * turns), rho});
    }
  }

  static Vector3
  Point(double rho, double phi, double z)
  {
    return {-rho * std::sin(phi), rho * std::cos(phi), z};
  }

  Vector3
  Source(std::size_t k) const
  {
    const View & v = views[k];
    return Point(v.rho + v.shiftRho, v.phi + v.shiftPhi, v.z + v.shiftZ);
  }

  /** The middle of an element; column and row counted from 1. */
  Vector3
  Element(std::size_t k, int column, int row) const
  {
    const View & v = views[k];
    const Vector3 centre = Point(v.rho, v.phi, v.z);
    const double along = (column - centralColumn) * transverse;
    const bool isFlat = shape == "FLAT";
    const double turn = isFlat ? 0.0 : along / distance, beside = isFlat ? along : 0.0;
    // The central ray runs from the focal centre through the axis; columns turn it as x turns towards y.
    const Vector3 towards{std::sin(v.phi + turn), -std::cos(v.phi + turn), 0.0};
    const Vector3 across{std::cos(v.phi), std::sin(v.phi), 0.0};
    Vector3 element = AddScaled(AddScaled(centre, distance, towards), beside, across);
    element[2] += (centralRow - row) * axial;
    return element;
  }

  /** In the scanner's fixed system of CTView. */
  static Vector3
  InScanner(const Vector3 & p)
  {
    return {p[0], p[2], p[1]};
  }

  CTRay
  Ray(std::size_t k, int column, int row) const
  {
    const Vector3 origin = InScanner(Source(k));
    const Vector3 along = AddScaled(InScanner(Element(k, column, row)), -1.0, origin);
    return {origin, AddScaled({0.0, 0.0, 0.0}, 1.0 / Length(along), along)};
  }

  static std::string
  FileName(std::size_t k)
  {
    char text[32];
    std::snprintf(text, sizeof(text), "view-%04u.dcm", static_cast<unsigned>(k + 1));
    return text;
  }

  /** Writes one file a view. */
  void
  Write(const std::string & folder, const EllipsoidPhantom & phantom) const
  {
    char series[100];
    dcmGenerateUniqueIdentifier(series, SITE_SERIES_UID_ROOT);
    for (std::size_t k = 0; k < views.size(); ++k)
    {
      DcmFileFormat file;
      Fill(*file.getDataset(), k, series, phantom);
      if (edit)
      {
        edit(*file.getDataset(), k);
      }
      const OFCondition status = file.saveFile((folder + "/" + FileName(k)).c_str(), syntax);
      if (status.bad())
      {
        throw std::runtime_error(std::string("DicomSeries: ") + status.text());
      }
    }
  }

  static void
  Put(DcmDataset & set, unsigned short group, unsigned short element, const std::vector<float> & values)
  {
    set.putAndInsertFloat32Array(
        DcmTag(group, element, EVR_FL), values.data(), static_cast<unsigned long>(values.size()));
  }
  static void
  Put(DcmDataset & set, unsigned short group, unsigned short element, double value)
  {
    Put(set, group, element, std::vector<float>{static_cast<float>(value)});
  }
  static void
  PutWord(DcmDataset & set, unsigned short group, unsigned short element, int value)
  {
    set.putAndInsertUint16(DcmTag(group, element, EVR_US), static_cast<Uint16>(value));
  }
  static void
  PutText(
      DcmDataset & set, unsigned short group, unsigned short element, const std::string & text, DcmEVR type = EVR_CS)
  {
    set.putAndInsertString(DcmTag(group, element, type), text.c_str());
  }

private:
  /** At most 16 characters, as the type DS may have. */
  static std::string
  Decimal(double value)
  {
    char text[32];
    std::snprintf(text, sizeof(text), "%.9g", value);
    return text;
  }

  void
  Fill(DcmDataset & set, std::size_t k, const char * series, const EllipsoidPhantom & phantom) const
  {
    char instance[100];
    PutText(set, 0x0008, 0x0016, UID_CTImageStorage, EVR_UI); // as the published files
    PutText(set, 0x0008, 0x0018, dcmGenerateUniqueIdentifier(instance, SITE_INSTANCE_UID_ROOT), EVR_UI);
    PutText(set, 0x0008, 0x0060, "CT");
    PutText(set, 0x0010, 0x0010, "Synthetic^Phantom", EVR_PN);
    PutText(set, 0x0018, 0x5100, "HFS");
    PutText(set, 0x0020, 0x000E, series, EVR_UI);
    PutText(set, 0x0020, 0x0013, std::to_string(k + 1), EVR_IS);
    FillGeometry(set, views[k]);
    FillPixels(set, k, phantom);
  }

  void
  FillGeometry(DcmDataset & set, const View & view) const
  {
    for (const unsigned short group : {0x7029, 0x7031, 0x7033, 0x7037, 0x7039, 0x7041}) // creators of the blocks
    {
      PutText(set, group, 0x0010, "CT IMG ACQUISITION", EVR_LO);
    }
    Put(set, 0x7029, 0x1002, transverse);
    Put(set, 0x7029, 0x1006, axial);
    PutText(set, 0x7029, 0x100B, shape);
    PutWord(set, 0x7029, 0x1010, rows);
    PutWord(set, 0x7029, 0x1011, columns);
    Put(set, 0x7031, 0x1001, view.phi);
    Put(set, 0x7031, 0x1002, view.z);
    Put(set, 0x7031, 0x1003, view.rho);
    Put(set, 0x7031, 0x1031, distance);
    Put(set, 0x7031, 0x1033, {static_cast<float>(centralColumn), static_cast<float>(centralRow)});
    Put(set, 0x7033, 0x100B, view.shiftPhi);
    Put(set, 0x7033, 0x100C, view.shiftZ);
    Put(set, 0x7033, 0x100D, view.shiftRho);
    PutText(set, 0x7033, 0x100E, focalSpotMode);
    PutWord(set, 0x7033, 0x1061, 1);
    PutWord(set, 0x7033, 0x1063, 1);
    if (!photons.empty())
    {
      Put(set, 0x7033, 0x1065, photons);
    }
    PutText(set, 0x7037, 0x1009, type);
    PutText(set, 0x7037, 0x100A, "FANBEAM");
    PutText(set, 0x7039, 0x1009, "YES");
    if (!muWater.empty())
    {
      PutText(set, 0x7041, 0x1001, muWater, EVR_DS);
    }
  }

  void
  FillPixels(DcmDataset & set, std::size_t k, const EllipsoidPhantom & phantom) const
  {
    std::vector<Uint16> words(static_cast<std::size_t>(rows * columns));
    for (int row = 1; row <= rows; ++row)
    {
      for (int column = 1; column <= columns; ++column)
      {
        const double stored = std::round((LineIntegral(phantom, Ray(k, column, row)) - intercept) / slope);
        if (!(stored >= 0.0 && stored <= 65535.0))
        {
          throw std::runtime_error("DicomSeries: " + std::to_string(stored) + " is no 16-bit word");
        }
        const int at = isTransposed ? (column - 1) * rows + row - 1 : (row - 1) * columns + column - 1;
        words[static_cast<std::size_t>(at)] = static_cast<Uint16>(stored);
      }
    }
    PutWord(set, 0x0028, 0x0002, 1);
    PutText(set, 0x0028, 0x0004, "MONOCHROME2");
    PutWord(set, 0x0028, 0x0010, isTransposed ? columns : rows);
    PutWord(set, 0x0028, 0x0011, isTransposed ? rows : columns);
    PutWord(set, 0x0028, 0x0100, 16);
    PutWord(set, 0x0028, 0x0101, 16);
    PutWord(set, 0x0028, 0x0102, 15);
    PutWord(set, 0x0028, 0x0103, 0);
    PutText(set, 0x0028, 0x1052, Decimal(intercept), EVR_DS);
    PutText(set, 0x0028, 0x1053, Decimal(slope), EVR_DS);
    set.putAndInsertUint16Array(DCM_PixelData, words.data(), static_cast<unsigned long>(words.size()));
  }
};
} // namespace tweedie::test

#endif
