// SPDX-License-Identifier: Apache-2.0
#include "tweedieSenseDecomposition.h"

#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace tweedie
{
namespace
{
// The work grows as N^3 for each line of pixels; beyond this a minute is not enough.
constexpr std::int64_t largestMatrix = 400;
constexpr std::int64_t keptBytes = std::int64_t{1} << 30;
constexpr std::int64_t linesAtOnce = 16; // so that the work space stays small beside the result

bool
IsConstantAlong(const at::Tensor & mask, std::int64_t dimension)
{
  return mask.eq(mask.narrow(dimension, 0, 1)).all().item<bool>();
}

std::int64_t
Bytes(const SenseLineSpectrum & spectrum)
{
  return static_cast<std::int64_t>(spectrum.vectors.nbytes() + spectrum.eigenvalues.nbytes());
}

class SenseDecomposition final : public NormalDecomposition
{
public:
  using Pointer = std::shared_ptr<const SenseLineSpectrum>;

  SenseDecomposition(std::vector<Pointer> spectra, bool isTransposed)
      : m_Spectra(std::move(spectra)), m_IsTransposed(isTransposed)
  {
  }

  at::Tensor
  Eigenvalues() const override
  {
    std::vector<at::Tensor> values;
    for (const auto & spectrum : m_Spectra)
    {
      values.push_back(spectrum->eigenvalues);
    }
    return at::stack(values);
  }

  /** [batch, M, N]. */
  at::Tensor
  Analyze(const at::Tensor & x) const override
  {
    const WorkSpan span(WorkKind::Operator);
    const at::Tensor plane = x.flatten(0, 2);
    const at::Tensor lines = m_IsTransposed ? plane : plane.transpose(1, 2); // [batch, M, N]
    // (x^H V)^H instead of V^H x: the small factor is the one that is copied for the conjugate.
    return ForEachRun(
        lines, [](const at::Tensor & b, const at::Tensor & v) { return at::bmm(b.conj().resolve_conj(), v).conj(); });
  }

  at::Tensor
  Synthesize(const at::Tensor & z) const override
  {
    const WorkSpan span(WorkKind::Operator);
    const at::Tensor lines =
        ForEachRun(z, [](const at::Tensor & b, const at::Tensor & v) { return at::bmm(b, v.transpose(1, 2)); });
    const at::Tensor plane = m_IsTransposed ? lines : lines.transpose(1, 2);
    return plane.unsqueeze(1).unsqueeze(1).contiguous();
  }

private:
  /** product(rows [M, samples, N], V [M, N, N]) for samples in a row that share their spectrum: [batch, M, N]. */
  template <typename TProduct>
  at::Tensor
  ForEachRun(const at::Tensor & lines, const TProduct & product) const
  {
    std::vector<at::Tensor> results;
    const auto count = lines.size(0);
    const auto spectrumOf = [this](std::int64_t i)
    { return m_Spectra[m_Spectra.size() == 1 ? 0 : static_cast<std::size_t>(i)]; };
    for (std::int64_t begin = 0, end = 0; begin < count; begin = end)
    {
      while (end < count && spectrumOf(end) == spectrumOf(begin))
      {
        ++end;
      }
      const at::Tensor rows = lines.slice(0, begin, end).transpose(0, 1).contiguous();
      results.push_back(product(rows, spectrumOf(begin)->vectors).transpose(0, 1));
    }
    return results.size() == 1 ? results.front().resolve_conj() : at::cat(results);
  }

  std::vector<Pointer> m_Spectra; ///< of each sample, or one for all
  bool m_IsTransposed;
};
} // namespace

SenseSpectra::SenseSpectra(const at::Tensor & mask, const at::Tensor & maps)
{
  const bool alongX = IsConstantAlong(mask, -1);
  m_IsTransposed = !alongX;
  const std::int64_t size = mask.size(alongX ? -2 : -1);
  m_Lines = mask.size(alongX ? -1 : -2);
  m_IsOffered = (alongX || IsConstantAlong(mask, -2)) && size <= largestMatrix;
  if (m_IsOffered)
  {
    m_Mask = at::fft_ifftshift(mask.flatten(0, 2).select(alongX ? 2 : 1, 0), at::IntArrayRef({-1}));
    m_Maps = (alongX ? maps : maps.transpose(-1, -2)).squeeze(2);
  }
}

SenseLineSpectrum
SenseSpectra::Make(std::int64_t entry, const at::TensorOptions & options) const
{
  const WorkSpan span(WorkKind::Operator, 0);
  const at::NoGradGuard noGrad;
  const auto entryOf = [entry](const at::Tensor & t) { return t[t.size(0) > 1 ? entry : 0]; };
  // In double precision: an error of V in a direction that was not measured is multiplied by r^2 / s^2.
  const at::Tensor response = at::fft_ifft(entryOf(m_Mask).to(at::kComplexDouble).cpu());
  const std::int64_t size = response.size(0);
  const at::Tensor position = at::arange(size, at::kLong);
  const at::Tensor offset = at::remainder(position.unsqueeze(1) - position.unsqueeze(0), size);
  const at::Tensor circulant = response.index_select(0, offset.flatten()).view({1, size, size});
  const at::Tensor maps = entryOf(m_Maps).to(at::kComplexDouble).cpu().permute({2, 1, 0});
  SenseLineSpectrum spectrum{
      at::empty({m_Lines, size, size}, options),
      at::empty({m_Lines, size}, options.dtype(at::toRealValueType(c10::typeMetaToScalarType(options.dtype()))))};
  for (std::int64_t line = 0; line < m_Lines; line += linesAtOnce)
  {
    const std::int64_t count = std::min(linesAtOnce, m_Lines - line);
    const at::Tensor s = maps.narrow(0, line, count); // [line, N, coil]
    const at::Tensor g = at::bmm(s.conj().resolve_conj(), s.transpose(1, 2)) * circulant;
    const auto [values, vectors] = at::linalg_eigh(g);
    spectrum.eigenvalues.narrow(0, line, count).copy_(values.clamp_min(0.0));
    spectrum.vectors.narrow(0, line, count).copy_(vectors);
  }
  return spectrum;
}

SenseSpectra::Pointer
SenseSpectra::Get(std::int64_t entry, const at::TensorOptions & options)
{
  const auto isWanted = [&](const Kept & kept) {
    return kept.entry == entry && kept.options.dtype() == options.dtype() && kept.options.device() == options.device();
  };
  const auto found = std::find_if(m_Kept.begin(), m_Kept.end(), isWanted);
  if (found != m_Kept.end())
  {
    m_Kept.splice(m_Kept.begin(), m_Kept, found);
    return found->spectrum;
  }
  m_Kept.push_front({entry, options, std::make_shared<const SenseLineSpectrum>(Make(entry, options))});
  std::int64_t bytes = 0;
  for (auto kept = m_Kept.begin(); kept != m_Kept.end();)
  {
    bytes += Bytes(*kept->spectrum);
    kept = bytes > keptBytes && kept != m_Kept.begin() ? m_Kept.erase(kept) : std::next(kept);
  }
  return m_Kept.front().spectrum;
}

NormalDecompositionPointer
SenseSpectra::Decompose(const std::vector<std::int64_t> & entries, const at::TensorOptions & options)
{
  const std::lock_guard<std::mutex> lock(m_Mutex);
  std::vector<Pointer> spectra;
  for (const auto entry : entries)
  {
    spectra.push_back(Get(entry, options));
  }
  return std::make_shared<const SenseDecomposition>(std::move(spectra), m_IsTransposed);
}
} // namespace tweedie
