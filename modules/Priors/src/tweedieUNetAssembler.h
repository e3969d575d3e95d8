// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieUNetAssembler_h
#define tweedieUNetAssembler_h

#include "tweedieStagedNetwork.h"

namespace tweedie
{
enum class UNetSide
{
  Down,
  Middle,
  Up,
};

struct UNetPlace
{
  UNetSide side;
  std::size_t level; ///< 0: of full size
  std::int64_t index;
};

/** The plan that the families share (Ho et al. 2020), of which each says what its layers are called:
 *
 *    input -> [blocks, down] per level -> block, attention, block -> [blocks + 1, each with what the way down kept, up]
 *    per level -> output
 *
 * Layers that a family does not have are null. */
class UNetAssembler
{
public:
  explicit UNetAssembler(WeightSource & source) : m_Source(source) {}
  virtual ~UNetAssembler() = default;

  struct Level
  {
    std::int64_t width;
    std::int64_t blocks;
  };

  /** inputWidth: channels of the input layer; 0: those of the first level. */
  std::vector<NetworkStage> Assemble(const std::vector<Level> & levels, std::int64_t inputWidth = 0);

protected:
  virtual LayerPointer Input(std::int64_t width) = 0;
  virtual LayerPointer Block(const UNetPlace & place, std::int64_t in, std::int64_t out) = 0;
  virtual LayerPointer Attention(const UNetPlace & place, std::int64_t width) = 0;
  /** index: of the last block of the level. */
  virtual std::vector<LayerPointer> Halve(const UNetPlace & place, std::int64_t width) = 0;
  /** What a stage of Halve() has beside it (NetworkStage::auxiliary). */
  virtual LayerPointer
  Auxiliary(const UNetPlace &, std::int64_t)
  {
    return nullptr;
  }
  virtual std::vector<LayerPointer> Double(const UNetPlace & place, std::int64_t width) = 0;
  virtual std::vector<LayerPointer> Output(std::int64_t width) = 0;

  WeightSource & m_Source;
};

/** Levels of a card. */
std::vector<UNetAssembler::Level> LevelsOf(const std::vector<double> & widths, const std::vector<double> & blocks);

/** As many blocks at every level. */
std::vector<UNetAssembler::Level> LevelsOf(const std::vector<double> & widths, std::int64_t blocks);

/** Of a network whose size halves from level to level. */
StagedNetwork::Shape
ShapeOf(std::int64_t channels, std::int64_t outputs, const std::vector<UNetAssembler::Level> & levels);
} // namespace tweedie

#endif
