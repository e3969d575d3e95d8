// SPDX-License-Identifier: Apache-2.0
#include "tweediePosteriorOptions.h"

namespace tweedie
{
void
PosteriorOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("prior", "model file of the prior").Reads(PathKind::File), prior);
  EstimatorOptions::Visit(v);
  v.Visit(
      Field("noise",
            "standard deviation of a sample, complex ones E|n|^2 = noise^2; absent: from the measurement, or estimated")
          .Unit("data units")
          .Above(0),
      noise);
  v.Visit(Field("null-space",
                "tell what share of the samples' variance lies in directions that a linear model does not "
                "see"),
          nullSpace);
  v.Visit(
      Field("maximum-memory",
            "of the images that go through the prior together, beside data and results: makes batch smaller; 0: any")
          .Unit("MB")
          .Range(0, 1e9),
      maximumMemory);
  v.Visit(Field("threads", "of the computation; 0: all").Range(0, 4096), threads);
  v.Visit(Field("device", "where tensors live").Choices({"cpu", "cuda"}), device);
  v.Visit(Field("inner-solver",
                "equations inside a step: by a decomposition of whole sampled lines, or by conjugate "
                "gradients")
              .Choices({"direct", "iterative"}),
          innerSolver);
  v.Visit(Field("precision", "of the network's inner layers; auto: bfloat16 where the processor has it")
              .Choices({"auto", "float32", "bfloat16"}),
          precision);
}
} // namespace tweedie
