// SPDX-License-Identifier: Apache-2.0
// K-space in, posterior mean and standard deviation out, in an ITK pipeline.
#include "itkMRIPosteriorMeanImageFilter.h"

#include <itkImageFileReader.h>
#include <itkImageFileWriter.h>
#include <itkNrrdImageIOFactory.h>

#include <cstdlib>
#include <iostream>

int
main(int argc, char * argv[])
{
  if (argc != 6)
  {
    std::cerr << "usage: " << argv[0] << " kspace.nrrd sensitivities.nrrd prior.safetensors mean.nrrd std.nrrd\n";
    return EXIT_FAILURE;
  }
  itk::NrrdImageIOFactory::RegisterOneFactory();
  using KSpaceImage = itk::Image<std::complex<float>, 4>; // x, y, slice, coil
  using MagnitudeImage = itk::Image<float, 3>;
  try
  {
    auto filter = itk::MRIPosteriorMeanImageFilter<KSpaceImage, MagnitudeImage>::New();
    filter->SetInput(itk::ReadImage<KSpaceImage>(argv[1]));
    filter->SetSensitivities(itk::ReadImage<KSpaceImage>(argv[2]));
    filter->SetPriorFileName(argv[3]);
    filter->SetNumberOfSamples(8);
    filter->AddObserver(itk::IterationEvent(),
                        [&](const itk::EventObject &) { std::cout << 100.0f * filter->GetProgress() << " %\n"; });
    filter->Update(); // before the writer looks: the keys that say how the image came about are known only then
    itk::WriteImage(filter->GetPosteriorMean(), argv[4]);
    itk::WriteImage(filter->GetPosteriorStandardDeviation(), argv[5]);
  }
  catch (const itk::ExceptionObject & error)
  {
    std::cerr << error.GetDescription() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
