// SPDX-License-Identifier: Apache-2.0
#include "tweedieUNetAssembler.h"

namespace tweedie
{
namespace
{
struct Plan
{
  /** keptWidth: channels that the way up will take; 0: none. */
  void
  Push(std::vector<LayerPointer> layers, std::int64_t keptWidth, bool takesSkip)
  {
    NetworkStage stage{{}, keptWidth > 0, takesSkip};
    for (auto & layer : layers)
    {
      if (layer)
      {
        stage.layers.push_back(std::move(layer));
      }
    }
    if (keptWidth > 0)
    {
      kept.push_back(keptWidth);
    }
    stages.push_back(std::move(stage));
  }

  std::vector<NetworkStage> stages;
  std::vector<std::int64_t> kept;
};
} // namespace

std::vector<NetworkStage>
UNetAssembler::Assemble(const std::vector<Level> & levels, std::int64_t inputWidth)
{
  Plan plan;
  std::int64_t width = inputWidth > 0 ? inputWidth : levels.front().width;
  plan.Push({Input(width)}, width, false);
  for (std::size_t i = 0; i < levels.size(); ++i)
  {
    for (std::int64_t j = 0; j < levels[i].blocks; ++j)
    {
      const UNetPlace place{UNetSide::Down, i, j};
      auto block = Block(place, width, levels[i].width);
      width = levels[i].width;
      plan.Push({block, Attention(place, width)}, width, false);
    }
    if (i + 1 < levels.size())
    {
      const UNetPlace place{UNetSide::Down, i, levels[i].blocks - 1};
      plan.Push(Halve(place, width), width, false);
      plan.stages.back().auxiliary = Auxiliary(place, width);
    }
  }
  const UNetPlace first{UNetSide::Middle, levels.size() - 1, 0};
  const UNetPlace second{UNetSide::Middle, levels.size() - 1, 1};
  plan.Push({Block(first, width, width), Attention(first, width), Block(second, width, width)}, 0, false);
  for (std::size_t i = levels.size(); i-- > 0;)
  {
    for (std::int64_t j = 0; j <= levels[i].blocks; ++j)
    {
      const UNetPlace place{UNetSide::Up, i, j};
      auto block = Block(place, width + plan.kept.back(), levels[i].width);
      plan.kept.pop_back();
      width = levels[i].width;
      plan.Push({block, Attention(place, width)}, 0, true);
    }
    if (i > 0)
    {
      plan.Push(Double({UNetSide::Up, i, levels[i].blocks}, width), 0, false);
    }
  }
  plan.Push(Output(width), 0, false);
  return plan.stages;
}

std::vector<UNetAssembler::Level>
LevelsOf(const std::vector<double> & widths, const std::vector<double> & blocks)
{
  std::vector<UNetAssembler::Level> levels;
  for (std::size_t i = 0; i < widths.size(); ++i)
  {
    levels.push_back({static_cast<std::int64_t>(widths[i]), static_cast<std::int64_t>(blocks[i])});
  }
  return levels;
}

std::vector<UNetAssembler::Level>
LevelsOf(const std::vector<double> & widths, std::int64_t blocks)
{
  return LevelsOf(widths, std::vector<double>(widths.size(), static_cast<double>(blocks)));
}

StagedNetwork::Shape
ShapeOf(std::int64_t channels, std::int64_t outputs, const std::vector<UNetAssembler::Level> & levels)
{
  return {channels, outputs, std::int64_t{1} << (levels.size() - 1), levels.front().width, levels.front().blocks};
}
} // namespace tweedie
