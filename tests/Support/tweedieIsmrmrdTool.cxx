// SPDX-License-Identifier: Apache-2.0
// What ISMRMRD's own library writes and reads, for tests to compare with. It shares no code with Tweedie.
//
//   raw FILE right|left full|bare     raw data of three oblique slices, each with one bright pixel; prints where that
//                                     pixel is for the scanner, a line a slice: x y z in mm
//   put FILE                          three real images of 5 x 4 pixels, as a reconstruction appends them
//   images FILE NAME                  prints each image of dataset / NAME, a line each
//   header FILE                       prints the XML header
#include <ismrmrd/dataset.h>
#include <ismrmrd/ismrmrd.h>
#include <ismrmrd/xml.h>

#include <array>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <sstream>
#include <string>

namespace
{
using Vector = std::array<double, 3>;

constexpr double pi = 3.14159265358979323846;
constexpr int columns = 24, rows = 32, slices = 3, coils = 2, oversampling = 2;
constexpr double spacingX = 2.5, spacingY = 3.0, thickness = 5.0, gap = 6.5;

/** How the scanner holds the slices: axes that are orthonormal and along no axis of the patient. */
struct Prescription
{
  Vector read{0.8, 0.36, 0.48};
  Vector phase{-0.6, 0.48, 0.64};
  Vector slice{0.0, -0.8, 0.6}; // read x phase
  Vector centre{31.25, -17.5, 420.125};

  explicit Prescription(bool isLeft)
  {
    for (double & value : slice)
    {
      value = isLeft ? -value : value;
    }
  }
  /** Slices are numbered as they are measured, which is not the order in which they lie. */
  Vector
  Position(int number) const
  {
    const std::array<double, slices> heights{0.0, 2.0 * gap, gap};
    return At(centre, 0.0, 0.0, heights[static_cast<std::size_t>(number)]);
  }
  Vector
  At(const Vector & from, double x, double y, double z) const
  {
    Vector place{};
    for (std::size_t i = 0; i < 3; ++i)
    {
      place[i] = from[i] + x * read[i] + y * phase[i] + z * slice[i];
    }
    return place;
  }
};

/** Of the bright pixel, from the pixel at the position. */
std::array<int, 2>
Marker(int slice)
{
  return {-7 + 2 * slice, 5};
}

void
Describe(ISMRMRD::IsmrmrdHeader & header)
{
  ISMRMRD::SubjectInformation subject;
  subject.patientName = "Muster^Erika";
  subject.patientID = "4711";
  subject.patientBirthdate = "1970-01-31";
  subject.patientGender = "F";
  subject.patientWeight_kg = 61.5F;
  header.subjectInformation = subject;
  ISMRMRD::StudyInformation study;
  study.studyDate = "2024-02-29";
  study.studyTime = "09:05:07";
  study.studyID = "77";
  study.studyDescription = "Knee";
  study.studyInstanceUID = "1.2.826.0.1.3680043.8.498.45787841905";
  header.studyInformation = study;
  ISMRMRD::MeasurementInformation measurement;
  measurement.patientPosition = "FFS";
  measurement.protocolName = "t2 & more";
  measurement.frameOfReferenceUID = "1.2.826.0.1.3680043.8.498.30583";
  header.measurementInformation = measurement;
  ISMRMRD::AcquisitionSystemInformation system;
  system.systemVendor = "Maker";
  system.systemModel = "Model";
  system.systemFieldStrength_T = 2.89362F;
  system.institutionName = "Hospital";
  header.acquisitionSystemInformation = system;
  ISMRMRD::SequenceParameters sequence;
  sequence.TR = std::vector<float>{500.0F};
  sequence.TE = std::vector<float>{12.5F, 80.0F};
  sequence.flipAngle_deg = std::vector<float>{70.0F};
  sequence.sequence_type = "TurboSpinEcho";
  header.sequenceParameters = sequence;
}

std::string
Header(bool isFull)
{
  ISMRMRD::IsmrmrdHeader header;
  header.experimentalConditions.H1resonanceFrequency_Hz = 123194965;
  ISMRMRD::Encoding encoding{};
  const auto set = [](ISMRMRD::EncodingSpace & space, int wider)
  {
    space.matrixSize = ISMRMRD::MatrixSize(static_cast<unsigned short>(columns * wider), rows, 1);
    space.fieldOfView_mm.x = static_cast<float>(columns * wider * spacingX);
    space.fieldOfView_mm.y = static_cast<float>(rows * spacingY);
    space.fieldOfView_mm.z = static_cast<float>(thickness);
  };
  set(encoding.encodedSpace, oversampling);
  set(encoding.reconSpace, 1);
  encoding.encodingLimits.kspace_encoding_step_1 = ISMRMRD::Limit(0, rows - 1, rows / 2);
  encoding.encodingLimits.slice = ISMRMRD::Limit(0, slices - 1, 0);
  encoding.trajectory = ISMRMRD::TrajectoryType::CARTESIAN;
  header.encoding.push_back(encoding);
  if (isFull)
  {
    Describe(header);
  }
  std::ostringstream text;
  ISMRMRD::serialize(header, text);
  return text.str();
}

ISMRMRD::Acquisition
Line(const Prescription & prescription, int slice, int line)
{
  constexpr int samples = columns * oversampling;
  ISMRMRD::Acquisition acquisition(samples, coils);
  const Vector position = prescription.Position(slice);
  for (std::size_t i = 0; i < 3; ++i)
  {
    const auto k = static_cast<uint16_t>(i);
    acquisition.position()[k] = static_cast<float>(position[i]);
    acquisition.read_dir()[k] = static_cast<float>(prescription.read[i]);
    acquisition.phase_dir()[k] = static_cast<float>(prescription.phase[i]);
    acquisition.slice_dir()[k] = static_cast<float>(prescription.slice[i]);
  }
  acquisition.idx().kspace_encode_step_1 = static_cast<uint16_t>(line);
  acquisition.idx().slice = static_cast<uint16_t>(slice);
  acquisition.center_sample() = samples / 2;
  acquisition.sample_time_us() = 5.0F;
  const auto [x, y] = Marker(slice);
  for (int sample = 0; sample < samples; ++sample)
  {
    const double turns =
        static_cast<double>((sample - samples / 2) * x) / samples + static_cast<double>((line - rows / 2) * y) / rows;
    const std::complex<double> value = std::polar(1.0, -2.0 * pi * turns);
    for (int coil = 0; coil < coils; ++coil)
    {
      const std::complex<double> sensitivity = coil == 0 ? std::complex<double>(1.0) : std::complex<double>(0.0, 0.5);
      acquisition.data(static_cast<uint16_t>(sample), static_cast<uint16_t>(coil)) =
          std::complex<float>(value * sensitivity);
    }
  }
  return acquisition;
}

void
WriteRaw(const std::string & path, bool isLeft, bool isFull)
{
  const Prescription prescription(isLeft);
  ISMRMRD::Dataset file(path.c_str(), "dataset", true);
  file.writeHeader(Header(isFull));
  for (int slice = 0; slice < slices; ++slice)
  {
    for (int line = 0; line < rows; ++line)
    {
      file.appendAcquisition(Line(prescription, slice, line));
    }
    const auto [x, y] = Marker(slice);
    const Vector place = prescription.At(prescription.Position(slice), x * spacingX, y * spacingY, 0.0);
    std::printf("%.9g %.9g %.9g\n", place[0], place[1], place[2]);
  }
}

void
PutImages(const std::string & path)
{
  const Prescription prescription(true);
  ISMRMRD::Dataset file(path.c_str(), "dataset", true);
  for (int slice = 0; slice < slices; ++slice)
  {
    ISMRMRD::Image<float> image(5, 4, 1, 1);
    const Vector position = prescription.Position(slice);
    image.setFieldOfView(10.0F, 12.0F, 5.0F);
    const auto floats = [](const Vector & v) {
      return std::array<float, 3>{static_cast<float>(v[0]), static_cast<float>(v[1]), static_cast<float>(v[2])};
    };
    const auto p = floats(position), r = floats(prescription.read), f = floats(prescription.phase),
               s = floats(prescription.slice);
    image.setPosition(p[0], p[1], p[2]);
    image.setReadDirection(r[0], r[1], r[2]);
    image.setPhaseDirection(f[0], f[1], f[2]);
    image.setSliceDirection(s[0], s[1], s[2]);
    image.setSlice(static_cast<uint16_t>(slice));
    image.setImageType(ISMRMRD::ISMRMRD_IMTYPE_MAGNITUDE);
    for (int i = 0; i < 20; ++i)
    {
      image.getDataPtr()[i] = static_cast<float>(100 * slice + i);
    }
    file.appendImage("image_0", image);
  }
}

template <typename TPixel>
void
PrintImages(ISMRMRD::Dataset & file, const std::string & name)
{
  for (uint32_t i = 0; i < file.getNumberOfImages(name); ++i)
  {
    ISMRMRD::Image<TPixel> image;
    file.readImage(name, i, image);
    const ISMRMRD::ISMRMRD_ImageHeader & head = image.getHead();
    std::printf("%d %d %d %d %d %d %d %d %d",
                head.version,
                head.data_type,
                head.image_type,
                head.matrix_size[0],
                head.matrix_size[1],
                head.matrix_size[2],
                head.channels,
                head.slice,
                head.image_index);
    for (const float * vector : {head.field_of_view, head.position, head.read_dir, head.phase_dir, head.slice_dir})
    {
      std::printf(" %.9g %.9g %.9g", vector[0], vector[1], vector[2]);
    }
    for (std::size_t k = 0; k < image.getNumberOfDataElements(); ++k)
    {
      const std::complex<double> value(image.getDataPtr()[k]);
      std::printf(" %.9g %.9g", value.real(), value.imag());
    }
    std::printf("\n");
  }
}

bool
IsComplex(ISMRMRD::Dataset & file, const std::string & name)
{
  try
  {
    ISMRMRD::Image<float> image;
    file.readImage(name, 0, image);
    return image.getHead().data_type == ISMRMRD::ISMRMRD_CXFLOAT;
  }
  catch (const std::runtime_error &) // of another type of pixels
  {
    return true;
  }
}
} // namespace

int
main(int count, char ** words)
{
  const std::string command = count > 2 ? words[1] : "";
  if (command == "raw" && count == 5)
  {
    WriteRaw(words[2], std::string(words[3]) == "left", std::string(words[4]) == "full");
  }
  else if (command == "put")
  {
    PutImages(words[2]);
  }
  else if (command == "images" && count == 4)
  {
    ISMRMRD::Dataset file(words[2], "dataset", false);
    IsComplex(file, words[3]) ? PrintImages<std::complex<float>>(file, words[3]) : PrintImages<float>(file, words[3]);
  }
  else if (command == "header")
  {
    ISMRMRD::Dataset file(words[2], "dataset", false);
    std::string text;
    file.readHeader(text);
    std::cout << text;
  }
  else
  {
    std::cerr << "usage: raw FILE right|left full|bare, put FILE, images FILE NAME or header FILE\n";
    return 1;
  }
  return 0;
}
