// SPDX-License-Identifier: Apache-2.0
// The far field of an isolated object in, the object and how sure it is out, in an ITK pipeline.
#include "itkPhaseRetrievalPosteriorMeanImageFilter.h"

#include <itkImageFileReader.h>
#include <itkImageFileWriter.h>
#include <itkNrrdImageIOFactory.h>

#include <cstdlib>
#include <iostream>

int
main(int argc, char * argv[])
{
  if (argc != 8)
  {
    std::cerr << "usage: " << argv[0] << " amplitudes.nrrd keV metres noise prior.safetensors mean.nrrd std.nrrd\n";
    return EXIT_FAILURE;
  }
  itk::NrrdImageIOFactory::RegisterOneFactory();
  using PatternImage = itk::Image<float, 4>; // x, y, object, pattern
  try
  {
    auto filter = itk::PhaseRetrievalPosteriorMeanImageFilter<PatternImage>::New();
    const auto patterns = itk::ReadImage<PatternImage>(argv[1]); // spacing: the detector's pitch in mm
    const auto size = patterns->GetLargestPossibleRegion().GetSize();
    filter->SetInput(patterns);
    filter->SetEnergy(std::atof(argv[2]));
    filter->SetDistances({std::atof(argv[3])});
    filter->SetBeamCentre({{static_cast<double>(size[0] / 2), static_cast<double>(size[1] / 2)}});
    filter->SetObjectSize({static_cast<std::int64_t>(size[0] / 2), static_cast<std::int64_t>(size[1] / 2)});
    filter->SetNoiseStandardDeviation(std::atof(argv[4]));
    filter->SetPriorFileName(argv[5]);
    filter->SetNumberOfSamples(8);
    filter->SetStartMethod("hio");
    auto options = filter->GetOptions();
    options.startSigma = 0.3; // how far the end of the classical method may be off, in the prior's unit
    filter->SetOptions(options);
    filter->AddObserver(itk::IterationEvent(),
                        [&](const itk::EventObject &) { std::cout << 100.0f * filter->GetProgress() << " %\n"; });
    filter->Update(); // before the writer looks: the keys that say how the image came about are known only then
    std::cout << "flipped ends: " << 100.0 * filter->GetFlippedShare() << " %\n";
    itk::WriteImage(filter->GetPosteriorMean(), argv[6]);
    itk::WriteImage(filter->GetPosteriorStandardDeviation(), argv[7]);
  }
  catch (const itk::ExceptionObject & error)
  {
    std::cerr << error.GetDescription() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
