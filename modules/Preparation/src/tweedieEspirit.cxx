// SPDX-License-Identifier: Apache-2.0
#include "tweedieEspirit.h"

#include "tweedieError.h"
#include "tweediePixelEigenvectors.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t stripRows = 8; ///< whose matrices stay in the cache

/** The largest patch, up to the given one, of which the centre has as many as a patch and one more sample each way has
 * places: what images seen through maps of two samples span. Fewer patches span too little, and the eigenvalues of
 * pixels within the object fall. */
std::int64_t
PatchSize(std::int64_t height, std::int64_t width, std::int64_t given)
{
  std::int64_t kernel = given;
  while (kernel > 2 && (height - kernel + 1) * (width - kernel + 1) < (kernel + 1) * (kernel + 1))
  {
    --kernel;
  }
  return kernel;
}

/** P, the projection on the space of patches, [coil v u, coil v u]: complex double. */
at::Tensor
PatchProjection(const at::Tensor & center, std::int64_t kernel, double threshold)
{
  const at::Tensor patches = center.to(at::kComplexDouble).unfold(1, kernel, 1).unfold(2, kernel, 1);
  const at::Tensor matrix = patches.permute({1, 2, 0, 3, 4}).reshape({-1, center.size(0) * kernel * kernel});
  const auto [values, vectors] = at::linalg_eigh(at::mm(matrix.conj().t(), matrix));
  const double largest = values.max().item<double>();
  if (!(largest > 0.0))
  {
    throw DataError("coil maps: given a centre of k-space without signal; required calibration lines");
  }
  const std::int64_t kept = (values > threshold * largest).sum().item<std::int64_t>();
  const at::Tensor kernels = vectors.narrow(1, vectors.size(1) - kept, kept);
  return at::mm(kernels.conj(), kernels.t()); // patches are rows of A, so they are spanned by conj(v)
}

/** K[c, d](D) = 1 / kernel^2 sum of P[c u, d v] over v - u = D, [coil, coil, 2 kernel - 1, 2 kernel - 1]. */
at::Tensor
ImageKernels(const at::Tensor & projection, std::int64_t coils, std::int64_t kernel)
{
  const at::Tensor p = projection.view({coils, kernel, kernel, coils, kernel, kernel});
  const std::int64_t length = 2 * kernel - 1;
  at::Tensor sum = at::zeros({coils, coils, length, length}, at::kComplexDouble);
  for (std::int64_t y = 0; y < kernel; ++y)
  {
    for (std::int64_t x = 0; x < kernel; ++x)
    {
      sum.narrow(2, kernel - 1 - y, kernel).narrow(3, kernel - 1 - x, kernel).add_(p.select(1, y).select(1, x));
    }
  }
  return sum / static_cast<double>(kernel * kernel);
}

/** exp(-2 pi i D q / N), [N, 2 kernel - 1]. */
at::Tensor
Waves(std::int64_t length, std::int64_t kernel)
{
  const at::Tensor q = at::arange(length, at::kDouble) - static_cast<double>(length / 2);
  const at::Tensor d = at::arange(1 - kernel, kernel, at::kDouble);
  const at::Tensor angle = at::outer(q, d) * (-2.0 * M_PI / static_cast<double>(length));
  return at::complex(at::cos(angle), at::sin(angle)).to(at::kComplexFloat);
}

/** The pairs of coils with d >= c, in the order of PixelMatrices, of a tensor [coil, coil, ...]. */
at::Tensor
UpperPairs(const at::Tensor & matrices)
{
  const at::Tensor index = at::triu_indices(matrices.size(0), matrices.size(1));
  return matrices.index({index[0], index[1]}).contiguous();
}

/** Where the search for eigenvectors starts, orthogonal to each other: real and imaginary part, [2, set, coil, x]. */
at::Tensor
FirstVectors(std::int64_t sets, std::int64_t coils, std::int64_t columns)
{
  const at::Tensor angle = at::outer(at::arange(sets, at::kDouble), at::arange(coils, at::kDouble)) *
                           (2.0 * M_PI / static_cast<double>(coils));
  const at::Tensor real = at::cos(angle) - at::sin(angle), imaginary = at::cos(angle) + at::sin(angle);
  return at::stack({real, imaginary}).to(at::kFloat).unsqueeze(3).expand({2, sets, coils, columns}).contiguous();
}

/** Eigenvectors of matrices [pair, row, x], row by row; one set each from what the last row came to, which is faster.
 */
void
SolveRows(const at::Tensor & matrices, std::int64_t firstRow, SliceMaps & result)
{
  const std::int64_t sets = result.maps.size(0), coils = result.maps.size(1);
  const at::Tensor real = at::real(matrices).contiguous(), imaginary = at::imag(matrices).contiguous();
  const std::int64_t rows = real.size(1), columns = real.size(2);
  at::Tensor vectors = FirstVectors(sets, coils, columns);
  const at::Tensor values = at::empty({sets, columns}, at::kFloat);
  for (std::int64_t row = 0; row < rows; ++row)
  {
    const PixelMatrices of{
        real.data_ptr<float>() + row * columns, imaginary.data_ptr<float>() + row * columns, coils, rows * columns};
    LargestEigenvectors(of,
                        columns,
                        sets,
                        vectors[0].data_ptr<float>(),
                        vectors[1].data_ptr<float>(),
                        columns,
                        values.data_ptr<float>());
    result.values.select(1, firstRow + row).copy_(values);
    result.maps.select(2, firstRow + row).copy_(at::complex(vectors[0], vectors[1]));
    // One vector is the same wherever it starts. In the plane of two equal eigenvalues it is not: there the same start
    // for every pixel keeps the maps, and with them the images of the sets, smooth from pixel to pixel.
    vectors = sets == 1 ? vectors + 1e-3 : FirstVectors(sets, coils, columns);
  }
}

/** matricesOf(first, count): those of some rows. */
template <typename TMatrices>
SliceMaps
Solve(std::int64_t sets, std::int64_t coils, std::int64_t rows, std::int64_t columns, const TMatrices & matricesOf)
{
  SliceMaps result{at::empty({sets, coils, rows, columns}, at::kComplexFloat),
                   at::empty({sets, rows, columns}, at::kFloat)};
  const std::int64_t strips = (rows + stripRows - 1) / stripRows;
  at::parallel_for(0,
                   strips,
                   1,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t strip = begin; strip < end; ++strip)
                     {
                       const std::int64_t first = strip * stripRows;
                       SolveRows(matricesOf(first, std::min(stripRows, rows - first)), first, result);
                     }
                   });
  return result;
}
} // namespace

SliceMaps
EspiritMaps(const at::Tensor & center, std::int64_t rows, std::int64_t columns, const CoilMapOptions & options)
{
  const std::int64_t coils = center.size(0), kernel = PatchSize(center.size(1), center.size(2), options.kernel);
  const at::Tensor projection = PatchProjection(center, kernel, options.threshold);
  const at::Tensor kernels = UpperPairs(ImageKernels(projection, coils, kernel)).to(at::kComplexFloat);
  const at::Tensor wavesY = Waves(rows, kernel), wavesX = Waves(columns, kernel).t().contiguous();
  return Solve(options.mapSets,
               coils,
               rows,
               columns,
               [&](std::int64_t first, std::int64_t count)
               { return at::matmul(at::matmul(wavesY.narrow(0, first, count), kernels), wavesX); });
}

SliceMaps
WalshMaps(const at::Tensor & center, std::int64_t rows, std::int64_t columns)
{
  constexpr std::int64_t block = 5;
  const std::int64_t coils = center.size(0), height = center.size(1), width = center.size(2);
  at::Tensor padded = at::zeros({coils, rows, columns}, at::kComplexFloat);
  const at::Tensor window = at::outer(at::hann_window(height + 2, false).narrow(0, 1, height),
                                      at::hann_window(width + 2, false).narrow(0, 1, width));
  padded.narrow(1, rows / 2 - height / 2, height).narrow(2, columns / 2 - width / 2, width).copy_(center * window);
  const std::vector<std::int64_t> plane{1, 2};
  const at::Tensor images =
      at::fft_fftshift(at::fft_ifft2(at::fft_ifftshift(padded, plane), {}, plane, "ortho"), plane);
  const at::Tensor index = at::triu_indices(coils, coils);
  const at::Tensor scale = images.abs().max();
  const at::Tensor left = (images / scale).index_select(0, index[0]),
                   right = (images / scale).index_select(0, index[1]);
  const at::Tensor products = at::view_as_real(left * right.conj()).permute({0, 3, 1, 2}).contiguous();
  const at::Tensor means = at::avg_pool2d(products, block, 1, block / 2);
  const at::Tensor matrices = at::complex(means.select(1, 0), means.select(1, 1));
  return Solve(1,
               coils,
               rows,
               columns,
               [&](std::int64_t first, std::int64_t count) { return matrices.narrow(1, first, count); });
}
} // namespace tweedie
