// SPDX-License-Identifier: Apache-2.0
// An image with a shadow of metal in, what may lie in the shadow and how sure that is out, in an ITK pipeline.
#include "itkRestorationPosteriorMeanImageFilter.h"

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
    std::cerr << "usage: " << argv[0] << " image.nrrd mask.nrrd prior.safetensors mean.nrrd std.nrrd\n";
    return EXIT_FAILURE;
  }
  itk::NrrdImageIOFactory::RegisterOneFactory();
  using ImageType = itk::Image<float, 3>;
  using FilterType = itk::RestorationPosteriorMeanImageFilter<ImageType>;
  try
  {
    auto filter = FilterType::New();
    filter->SetInput(itk::ReadImage<ImageType>(argv[1]));
    filter->SetMask(itk::ReadImage<FilterType::MaskImageType>(argv[2])); // 0 in the shadow
    filter->SetTask("inpaint-box");
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
