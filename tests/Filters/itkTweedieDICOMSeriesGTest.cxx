// SPDX-License-Identifier: Apache-2.0
#include "itkPosteriorMeanTesting.h"
#include "itkRestorationPosteriorMeanImageFilter.h"
#include "itkTweedieDICOMSeriesReader.h"
#include "itkTweedieDICOMSeriesWriter.h"
#include "tweedieDicomWriterFixture.h"

#include <itkGDCMImageIO.h>
#include <itkGDCMSeriesFileNames.h>
#include <itkImageSeriesReader.h>
#include <itkMetaDataObject.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using ImageType = itk::Image<float, 3>;
using Reader = itk::TweedieDICOMSeriesReader<ImageType>;
using Writer = itk::TweedieDICOMSeriesWriter<ImageType>;

/** An oblique MR series of 4 slices, value 1000 z + 10 y + x. */
class DICOMSeriesTest : public test::TemporaryFolderTest
{
protected:
  void
  SetUp() override
  {
    test::WriterSource source;
    source.modality = "MR";
    source.grid.size = {4, 16, 24};
    source.image = Volume(source.grid, Volume::Element::Real);
    for (std::int64_t i = 0; i < source.image.NumberOfElements(); ++i)
    {
      source.image.Data()[i] = static_cast<float>(1000 * (i / 384) + 10 * (i / 24 % 16) + i % 24);
    }
    fs::create_directory(File("series"));
    source.Write(File("series"));
    m_Truth = source.image;
  }
  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }
  Reader::Pointer
  MakeReader(const std::string & name = "series") const
  {
    auto reader = Reader::New();
    reader->SetPath(File(name));
    return reader;
  }

  Volume m_Truth;
};

TEST_F(DICOMSeriesTest, HeadersSayWhereTheImageIsAndWhatItIs)
{
  const auto reader = MakeReader();
  reader->UpdateOutputInformation();
  const ImageType * const image = reader->GetOutput();
  EXPECT_EQ(image->GetLargestPossibleRegion().GetSize(), (ImageType::SizeType{{24, 16, 4}}));
  EXPECT_EQ(image->GetBufferedRegion().GetNumberOfPixels(), 0U) << "pixels are read later";
  EXPECT_TRUE(GridFromInformation(*image).IsCongruent(m_Truth.GetGrid(), 1e-6)); // decimal strings of 10 digits
  std::string modality;
  EXPECT_TRUE(itk::ExposeMetaData<std::string>(image->GetMetaDataDictionary(), "Tweedie_Modality", modality));
  EXPECT_EQ(modality, "MR");
  EXPECT_EQ(reader->GetSeries().frames.size(), 4U);
}

TEST_F(DICOMSeriesTest, PixelsAreThoseOfTheFilesAndNothingNamesThePatient)
{
  const auto reader = MakeReader();
  reader->Update();
  EXPECT_TRUE(at::equal(TensorView(VolumeFromImage(reader->GetOutput())), TensorView(m_Truth)));
  std::ostringstream text;
  reader->GetOutput()->Print(text);
  reader->Print(text);
  for (const std::string & key : reader->GetOutput()->GetMetaDataDictionary().GetKeys())
  {
    std::string value;
    itk::ExposeMetaData<std::string>(reader->GetOutput()->GetMetaDataDictionary(), key, value);
    text << key << value;
  }
  EXPECT_EQ(text.str().find("Muster"), std::string::npos);
}

TEST_F(DICOMSeriesTest, OtherPixelsAreConverted)
{
  auto reader = itk::TweedieDICOMSeriesReader<itk::Image<short, 3>>::New();
  reader->SetPath(File("series"));
  reader->Update();
  const itk::Index<3> index{{5, 7, 2}};
  EXPECT_EQ(reader->GetOutput()->GetPixel(index), 2075);
}

TEST_F(DICOMSeriesTest, ASeriesThatIsNotWholeNeedsPermission)
{
  fs::remove(File("series/source-2.dcm"));
  test::ExpectRefused(MakeReader().GetPointer(), "--fill-missing");
  const auto reader = MakeReader();
  reader->FillMissingOn();
  reader->Update();
  const itk::Index<3> index{{5, 7, 1}};
  EXPECT_EQ(reader->GetOutput()->GetPixel(index), 1075.0F); // halfway between 75 and 2075
  test::ExpectRefused(Reader::New().GetPointer(), "path: not given");
  test::ExpectRefused(MakeReader("nowhere").GetPointer(), "nowhere");
}

TEST_F(DICOMSeriesTest, APipelineFromSeriesToSeries)
{
  test::WriteTinyModel(File("tiny.safetensors"), 1);
  const auto reader = MakeReader();
  auto posterior = itk::RestorationPosteriorMeanImageFilter<ImageType>::New();
  posterior->SetInput(reader->GetOutput());
  posterior->SetTask("denoise");
  posterior->SetNoiseStandardDeviation(20.0);
  posterior->SetPriorFileName(File("tiny.safetensors"));
  posterior->SetNumberOfSteps(2);
  posterior->SetNumberOfSamples(2);
  posterior->SetMaximumMemory(1); // 24 x 16 pixels of a small network
  posterior->Update();
  auto writer = Writer::New();
  writer->SetInput(posterior->GetPosteriorMean());
  writer->SetStandardDeviation(posterior->GetPosteriorStandardDeviation());
  writer->SetSource(reader->GetSeries());
  writer->SetSummary(posterior->GetSummary());
  writer->SetPriorFileName(File("tiny.safetensors"));
  writer->SetStatement("Denoised");
  writer->SetPath(File("out"));
  writer->Update();
  EXPECT_EQ(writer->GetFiles().size(), 12U); // four slices twice, three maps, a report
  const auto again = MakeReader("out/mean");
  again->Update();
  EXPECT_TRUE(GridFromInformation(*again->GetOutput()).IsCongruent(m_Truth.GetGrid(), 1e-6));
  const Volume mean = VolumeFromImage(posterior->GetPosteriorMean());
  const Volume stored = VolumeFromImage(again->GetOutput());
  const double range = TensorView(mean).max().item<double>() - TensorView(mean).min().item<double>();
  // 16 bits over the range and zero: half a step.
  EXPECT_LE((TensorView(mean) - TensorView(stored)).abs().max().item<double>(), 0.5 * (range + 3100.0) / 65535.0);
  auto map = Reader::New();
  map->SetPath(File("out/standard-deviation.dcm"));
  map->Update();
  EXPECT_TRUE(at::equal(TensorView(VolumeFromImage(map->GetOutput())),
                        TensorView(VolumeFromImage(posterior->GetPosteriorStandardDeviation()))));
  const std::string derivation = test::WrittenFile(File("out/mean/image-0001.dcm")).Text(DCM_DerivationDescription);
  EXPECT_NE(derivation.find("Denoised"), std::string::npos) << derivation;
  for (const char * name : {"out/mean/image-0001.dcm", "out/report.html"})
  {
    EXPECT_EQ(test::ReadFile(File(name)).find(m_Folder.Path().string()), std::string::npos)
        << "names of folders may name patients";
  }
}

/** What ITK's own reader makes of a folder with one series. */
ImageType::Pointer
ReadByItk(const std::string & folder)
{
  auto names = itk::GDCMSeriesFileNames::New();
  names->SetDirectory(folder);
  auto reader = itk::ImageSeriesReader<ImageType>::New();
  reader->SetImageIO(itk::GDCMImageIO::New());
  reader->SetFileNames(names->GetInputFileNames());
  reader->ForceOrthogonalDirectionOff();
  reader->Update();
  return reader->GetOutput();
}

TEST_F(DICOMSeriesTest, ItkReadsTheSameFromSourceAndResult)
{
  const auto reader = MakeReader();
  auto writer = Writer::New();
  writer->SetInput(reader->GetOutput());
  reader->Update();
  writer->SetSource(reader->GetSeries());
  writer->SetPath(File("out"));
  writer->Update();
  for (const char * name : {"series", "out/mean"})
  {
    SCOPED_TRACE(name);
    const ImageType::Pointer judge = ReadByItk(File(name));
    const auto ours = MakeReader(name);
    ours->Update();
    EXPECT_TRUE(GridFromInformation(*judge).IsCongruent(GridFromInformation(*ours->GetOutput()), 1e-5));
    const at::Tensor difference =
        TensorView(VolumeFromImage(judge.GetPointer())) - TensorView(VolumeFromImage(ours->GetOutput()));
    EXPECT_LE(difference.abs().max().item<double>(), 4e-4); // numbers up to 3200 in single precision
  }
}

TEST_F(DICOMSeriesTest, AWriterNeedsASourceAndAPlace)
{
  const auto reader = MakeReader();
  const auto expect = [](Writer * writer, const std::string & word)
  {
    try
    {
      writer->Update();
      ADD_FAILURE() << "no exception; expected one with " << word;
    }
    catch (const itk::ExceptionObject & error)
    {
      EXPECT_NE(std::string(error.GetDescription()).find(word), std::string::npos) << error.GetDescription();
    }
  };
  auto writer = Writer::New();
  expect(writer, "Primary");
  writer->SetInput(reader->GetOutput());
  expect(writer, "path: not given");
  writer->SetPath(File("out"));
  expect(writer, "source: not given");
  writer->SetSource(reader->GetSeries());
  writer->SetPath(File("series"));
  writer->SetOverwrite(true);
  expect(writer, "required a new folder");
  EXPECT_TRUE(fs::exists(File("series/source-1.dcm")));
  writer->SetPath(File("out"));
  writer->Update();
  EXPECT_EQ(writer->GetFiles().size(), 5U); // no deviation: the slices and a report
}

TEST_F(DICOMSeriesTest, TheSamePipelineGivesTheSameBytes)
{
  const auto reader = MakeReader();
  for (const char * name : {"a", "b"})
  {
    auto writer = Writer::New();
    writer->SetInput(reader->GetOutput());
    reader->Update();
    writer->SetSource(reader->GetSeries());
    writer->SetDeterministicUids(true);
    writer->SetPath(File(name));
    writer->Update();
  }
  for (const char * name : {"mean/image-0003.dcm", "report.dcm"})
  {
    EXPECT_TRUE(test::ReadFile(File("a/" + std::string(name))) == test::ReadFile(File("b/" + std::string(name))));
  }
}
} // namespace
} // namespace tweedie
