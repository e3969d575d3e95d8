// SPDX-License-Identifier: Apache-2.0
// Projections of parallel beams over half a turn in, posterior mean and standard deviation out, in an ITK pipeline.
#include "itkCTPosteriorMeanImageFilter.h"
#include "tweedieCTGeometryOptions.h"

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
    std::cerr << "usage: " << argv[0] << " projections.nrrd grid.nrrd prior.safetensors mean.nrrd std.nrrd\n";
    return EXIT_FAILURE;
  }
  itk::NrrdImageIOFactory::RegisterOneFactory();
  using ImageType = itk::Image<float, 3>;
  try
  {
    const ImageType::Pointer projections = itk::ReadImage<ImageType>(argv[1]); // line integrals; u, v and view
    // Equal steps over half a turn; tweedie::ReadCTGeometry of module IO reads other scans from RTK's files.
    tweedie::CTGeometryOptions scan;
    scan.type = "parallel";
    scan.views = static_cast<std::int64_t>(projections->GetLargestPossibleRegion().GetSize(2));
    auto filter = itk::CTPosteriorMeanImageFilter<ImageType>::New();
    filter->SetInput(projections);
    filter->SetGeometry(tweedie::MakeCTGeometry(scan));
    filter->SetOutputParametersFromImage(itk::ReadImage<ImageType>(argv[2]));
    filter->SetPriorFileName(argv[3]);
    filter->SetPhotons(1e5); // behind a ray that meets nothing: how noisy the line integrals are
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
