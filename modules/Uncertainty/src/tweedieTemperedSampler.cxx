// SPDX-License-Identifier: Apache-2.0
#include "tweedieDrawRecorder.h"
#include "tweedieReferenceSamplers.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace tweedie
{
namespace
{
/** Prior and data apart, so that a state can change its power without a new evaluation. */
struct Place
{
  at::Tensor z;
  LogDensity prior;
  LogDensity data;

  Place(const TargetDensity & target, at::Tensor where)
      : z(std::move(where)), prior(target.Prior(z)), data(target.Data(z))
  {
  }
  at::Tensor
  Gradient(const at::Tensor & power) const
  {
    return prior.gradient + data.gradient * power.unsqueeze(1);
  }
  at::Tensor
  Value(const at::Tensor & power) const
  {
    return prior.value + data.value * power;
  }
  /** The other where it says so, row by row. */
  void
  Take(const at::Tensor & accept, const Place & other)
  {
    const at::Tensor row = accept.unsqueeze(1);
    z = at::where(row, other.z, z);
    prior = {at::where(accept, other.prior.value, prior.value), at::where(row, other.prior.gradient, prior.gradient)};
    data = {at::where(accept, other.data.value, data.value), at::where(row, other.data.gradient, data.gradient)};
  }
  void
  Reorder(const at::Tensor & order)
  {
    for (at::Tensor * part : {&z, &prior.value, &prior.gradient, &data.value, &data.gradient})
    {
      *part = part->index_select(0, order);
    }
  }
};

class TemperedSampler final : public ReferenceSampler
{
public:
  TemperedSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options)
      : m_Target(std::move(target)), m_Options(options), m_Count(options.chains * options.temperatures),
        m_Random(ChainStreams(options.seed, m_Count)), m_Place(*m_Target, m_Target->Start(m_Random))
  {
    m_Power =
        at::logspace(std::log10(options.coldest), std::log10(options.hottest), options.temperatures, 10.0, at::kDouble)
            .repeat({options.chains});
    m_Step = at::full({m_Count}, 0.05, at::kDouble);
  }

  void
  Step(bool tunes) override
  {
    Move(tunes);
    if (m_Target->StartsFromPrior())
    {
      Renew();
    }
    Exchange(tunes);
    ++m_Steps;
  }
  /** The coldest of each ladder. */
  at::Tensor
  State() const override
  {
    return m_Place.z.reshape({m_Options.chains, m_Options.temperatures, -1}).select(1, 0);
  }
  double
  Acceptance() const override
  {
    return m_Accepted / std::max(1.0, m_Moves);
  }
  double
  Exchanges() const override
  {
    return m_Exchanged / std::max(1.0, m_Offers);
  }

private:
  void
  Move(bool tunes)
  {
    const at::Tensor step = m_Step.unsqueeze(1);
    const at::Tensor before = m_Random.NormalLike(m_Place.z);
    at::Tensor momentum = before + m_Place.Gradient(m_Power) * step / 2.0;
    Place place = m_Place;
    for (std::int64_t leap = 0; leap < m_Options.leaps; ++leap)
    {
      place = Place(*m_Target, place.z + momentum * step);
      momentum = momentum + place.Gradient(m_Power) * (leap + 1 < m_Options.leaps ? step : step / 2.0);
    }
    const at::Tensor kinetic = (before.square() - momentum.square()).sum(1) / 2.0;
    const at::Tensor change = place.Value(m_Power) - m_Place.Value(m_Power) + kinetic;
    const at::Tensor accept = m_Random.Uniform({}, at::kDouble).log().lt(change);
    m_Place.Take(accept, place);
    if (tunes)
    {
      m_Step = m_Step * at::where(accept, at::full_like(m_Step, 1.02), at::full_like(m_Step, 0.93)); // 0.78 accepted
      return;
    }
    m_Moves += static_cast<double>(m_Count);
    m_Accepted += accept.to(at::kDouble).sum().item<double>();
  }

  /** An independent draw of the prior, accepted as the data say: often where their power is small, so that modes of the
   * prior itself exchange, which no Hamiltonian path does. */
  void
  Renew()
  {
    const Place place(*m_Target, m_Target->Start(m_Random));
    const at::Tensor change = (place.data.value - m_Place.data.value) * m_Power;
    m_Place.Take(m_Random.Uniform({}, at::kDouble).log().lt(change), place);
  }

  /** Neighbours k, k + 1 with k even, then with k odd. */
  void
  Exchange(bool tunes)
  {
    const at::Tensor uniform = m_Random.Uniform({}, at::kDouble).log();
    const at::Tensor value = m_Place.data.value.contiguous();
    const double * data = value.data_ptr<double>();
    const double * power = m_Power.data_ptr<double>();
    std::vector<std::int64_t> order(static_cast<std::size_t>(m_Count));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    for (std::int64_t k = m_Steps % 2; k + 1 < m_Count; k += 2)
    {
      if ((k + 1) % m_Options.temperatures == 0)
      {
        continue; // the hottest of one ladder and the coldest of the next
      }
      const double gain = (power[k] - power[k + 1]) * (data[k + 1] - data[k]);
      const bool swaps = uniform.data_ptr<double>()[k] < gain;
      if (swaps)
      {
        std::swap(order[static_cast<std::size_t>(k)], order[static_cast<std::size_t>(k + 1)]);
      }
      m_Offers += tunes ? 0.0 : 1.0;
      m_Exchanged += swaps && !tunes ? 1.0 : 0.0;
    }
    m_Place.Reorder(at::tensor(order, at::kLong));
  }

  TargetDensityPointer m_Target;
  ReferenceSamplerOptions m_Options;
  std::int64_t m_Count;
  RandomStreams m_Random;
  Place m_Place;
  at::Tensor m_Power; ///< [chains * temperatures], ladder by ladder
  at::Tensor m_Step;
  std::int64_t m_Steps = 0;
  double m_Moves = 0.0;
  double m_Accepted = 0.0;
  double m_Offers = 0.0;
  double m_Exchanged = 0.0;
};
} // namespace

ReferenceSamplerPointer
MakeTemperedSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options)
{
  return std::make_unique<TemperedSampler>(std::move(target), options);
}
} // namespace tweedie
