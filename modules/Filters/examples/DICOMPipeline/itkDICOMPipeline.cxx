// SPDX-License-Identifier: Apache-2.0
// A DICOM series in, denoised inside of a threshold; mean and standard deviation as DICOM out, beside the series.
#include "itkRestorationPosteriorMeanImageFilter.h"
#include "itkTweedieDICOMSeriesReader.h"
#include "itkTweedieDICOMSeriesWriter.h"

#include <itkMaskImageFilter.h>
#include <itkOtsuThresholdImageFilter.h>

#include <cstdlib>
#include <iostream>

int
main(int argc, char * argv[])
{
  if (argc != 5)
  {
    std::cerr << "usage: " << argv[0] << " series-folder noise prior.safetensors result-folder\n";
    return EXIT_FAILURE;
  }
  using ImageType = itk::Image<float, 3>;
  using MaskType = itk::Image<unsigned char, 3>;
  try
  {
    auto reader = itk::TweedieDICOMSeriesReader<ImageType>::New();
    reader->SetPath(argv[1]);

    auto threshold = itk::OtsuThresholdImageFilter<ImageType, MaskType>::New();
    threshold->SetInput(reader->GetOutput());
    threshold->SetInsideValue(0); // below: air
    threshold->SetOutsideValue(1);

    auto head = itk::MaskImageFilter<ImageType, MaskType>::New();
    head->SetInput(reader->GetOutput());
    head->SetMaskImage(threshold->GetOutput());

    auto posterior = itk::RestorationPosteriorMeanImageFilter<ImageType>::New();
    posterior->SetInput(head->GetOutput());
    posterior->SetTask("denoise");
    posterior->SetNoiseStandardDeviation(std::atof(argv[2]));
    posterior->SetPriorFileName(argv[3]);
    posterior->SetNumberOfSamples(4);
    posterior->AddObserver(itk::IterationEvent(),
                           [&](const itk::EventObject &) { std::cout << 100.0f * posterior->GetProgress() << " %\n"; });
    posterior->Update(); // before the writer: how the images came about is known only then

    auto writer = itk::TweedieDICOMSeriesWriter<ImageType>::New();
    writer->SetInput(posterior->GetPosteriorMean());
    writer->SetStandardDeviation(posterior->GetPosteriorStandardDeviation());
    writer->SetSource(reader->GetSeries());
    writer->SetSummary(posterior->GetSummary());
    writer->SetPriorFileName(argv[3]);
    writer->SetStatement("Denoised inside of a threshold");
    writer->SetPath(argv[4]);
    writer->Update();
    std::cout << writer->GetFiles().size() << " files\n";
  }
  catch (const itk::ExceptionObject & error)
  {
    std::cerr << error.GetDescription() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
