// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseScanFile.h"

namespace tweedie
{
void
PhaseReadOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("experiment", "how the object became patterns; file: as the file says")
              .Choices({"file", "fourier", "coded", "near-field"}),
          experiment);
  v.Visit(Field("values", "what the numbers are").Choices({"file", "amplitudes", "counts"}), values);
  v.Visit(Field("object-kind", "what the object may be").Choices({"file", "complex", "real", "non-negative"}),
          objectKind);
  v.Visit(Field("wavelength", "of the radiation").Unit("m").Above(0.0), wavelength);
  v.Visit(Field("energy", "of a photon, in place of the wavelength").Unit("keV").Above(0.0), energy);
  v.Visit(Field("distance", "object to detector; near field: one, or one for each pattern").Unit("m"), distance);
  v.Visit(
      Field("source-distance", "point source to object, near field; parallel beam if not given").Unit("m").Above(0.0),
      sourceDistance);
  v.Visit(Field("pixel-pitch", "of the detector: one number, or x and y").Unit("m"), pixelPitch);
  v.Visit(Field("beam-centre", "where the direct beam meets the detector, in pixels from the centre of the first")
              .Unit("X,Y"),
          beamCentre);
  v.Visit(Field("object-size", "size of the object in its pixels; of a near field, that of the detector if not given")
              .Unit("X,Y"),
          objectSize);
  v.Visit(Field("mask", "image of 1 where a detector pixel counts and 0 where it does not").Reads(PathKind::Labels),
          mask);
  v.Visit(Field("codes", "image of the complex codes, a channel for each pattern").Reads(PathKind::File), codes);
  v.Visit(Field("support", "image of 1 where the object may be and 0 elsewhere, on the object's pixels")
              .Reads(PathKind::Labels),
          support);
  v.Visit(Field("counts-per-unit", "mean count where the squared amplitude is 1").Above(0.0), countsPerUnit);
  v.Visit(Field("dark-count", "mean count beside those of the object").Range(0.0), darkCount);
  v.Visit(Field("amplitude-noise", "standard deviation of an amplitude").Above(0.0), amplitudeNoise);
  v.Visit(Field("saturation", "values from here on are masked").Above(0.0), saturation);
  v.Visit(Field("patterns-per-object",
                "patterns of one object in an HDF5 file, whose frames run over the objects first; 1 if not given")
              .Range(1),
          perObject);
  v.Visit(Field("dataset", "path of the patterns inside an HDF5 file, where it is not one of the usual").Unit("PATH"),
          dataset);
}
} // namespace tweedie
