// SPDX-License-Identifier: Apache-2.0
// What the tests of the filters share.
#ifndef itkPosteriorMeanTesting_h
#define itkPosteriorMeanTesting_h

#include "tweedieImageBridge.h"
#include "tweedieModelCard.h"
#include "tweedieOptions.h"
#include "tweediePriorTable.h"
#include "tweedieVolumeTensor.h"

#include <itkProcessObject.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
namespace test
{
/** A network with random weights: what comes out means nothing, but all of it is there. channels: 2 = one complex.
 * hounsfieldAtOne: of a prior of CT. */
inline void
WriteTinyModel(const std::string & path,
               std::int64_t channels = 2,
               const std::optional<double> & hounsfieldAtOne = std::nullopt)
{
  ModelCard card;
  card.name = "tiny";
  card.network.channels = channels;
  card.network.widths = {16.0, 16.0};
  card.network.blocks = 1;
  card.network.embedding = 16;
  card.sigmaData = 0.3;
  card.priorVariance = 0.09;
  card.units = hounsfieldAtOne ? "attenuation" : "1 = 99.9th percentile of the magnitude";
  card.hounsfieldAtOne = hounsfieldAtOne;
  SavePrior(path, card, UNet(card.network, 1));
}

/** An image that is to the last bit what the library returns: the shell adds nothing. */
template <typename TImage>
void
ExpectSameValues(TImage * image, const Volume & expected)
{
  const Volume volume = VolumeFromImage(image);
  ASSERT_EQ(volume.IsComplex(), expected.IsComplex());
  ASSERT_EQ(volume.NumberOfElements(), expected.NumberOfElements());
  EXPECT_TRUE(volume.GetGrid().IsCongruent(expected.GetGrid(), 1e-12)); // geometry is copied, not computed
  EXPECT_TRUE(at::equal(TensorView(volume), TensorView(expected)));
}

/** The filter throws an ExceptionObject whose text has the word and is one line, and has no pixels afterwards. */
template <typename TFilter>
void
ExpectRefused(TFilter * filter, const std::string & word)
{
  try
  {
    filter->Update();
    FAIL() << "no exception; expected one with '" << word << "'";
  }
  catch (const itk::ExceptionObject & error)
  {
    const std::string text = error.GetDescription();
    EXPECT_NE(text.find(word), std::string::npos) << text;
    const auto message = text.substr(text.find("): ") == std::string::npos ? 0 : text.find("): ") + 3);
    EXPECT_EQ(message.find('\n'), std::string::npos) << text;
  }
  EXPECT_EQ(filter->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 0u);
}

/** An observer's abort stops the filter after one iteration, with one AbortEvent; then it runs again, to the end. */
template <typename TFilter>
void
ExpectAbortStopsOnce(TFilter * filter)
{
  int iterations = 0;
  int aborts = 0;
  const auto stopper = filter->AddObserver(itk::IterationEvent(),
                                           [&](const itk::EventObject &)
                                           {
                                             ++iterations;
                                             filter->AbortGenerateDataOn();
                                           });
  const auto counter = filter->AddObserver(itk::AbortEvent(), [&](const itk::EventObject &) { ++aborts; });
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
  EXPECT_EQ(iterations, 1);
  EXPECT_EQ(aborts, 1);
  filter->RemoveObserver(stopper);
  filter->RemoveObserver(counter);
  filter->Update();
}

/** What an observer throws comes through as it is. */
template <typename TFilter>
void
ExpectObserversExceptionIsItsOwn(TFilter * filter)
{
  struct Private
  {
  };
  filter->AddObserver(itk::IterationEvent(), [](const itk::EventObject &) { throw Private(); });
  EXPECT_THROW(filter->Update(), Private);
}

/** Counts the iterations of a filter: 0 more = it did not run. */
class IterationCounter
{
public:
  explicit IterationCounter(itk::ProcessObject * filter)
  {
    filter->AddObserver(itk::IterationEvent(), [this](const itk::EventObject &) { ++m_Count; });
  }
  /** Since the last call. */
  int
  Take()
  {
    return std::exchange(m_Count, 0);
  }

private:
  int m_Count = 0;
};

/** Names every field that the options list. */
class NameList final : public OptionVisitor
{
public:
  std::vector<std::string> names;
#define VISIT(type)                                                                                                    \
  void Visit(const Field & field, type &) override                                                                     \
  {                                                                                                                    \
    names.push_back(field.name);                                                                                       \
  }
  VISIT(bool)
  VISIT(std::int64_t)
  VISIT(double)
  VISIT(std::string)
  VISIT(std::optional<double>)
  VISIT(std::optional<std::int64_t>)
  VISIT(std::vector<double>)
  VISIT(std::vector<std::string>)
#undef VISIT
};
} // namespace test
} // namespace tweedie

#endif
