// SPDX-License-Identifier: Apache-2.0
#include "tweedieNetworkModel.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <filesystem>
#include <sstream>
#include <system_error>

namespace tweedie
{
namespace
{
constexpr const char * what = "operator network";

const std::string &
RequireWeights(const std::string & path)
{
  std::error_code ignored; // whatever keeps the file from being looked at, it cannot be loaded
  if (!std::filesystem::is_regular_file(path, ignored))
  {
    throw DataError(std::string(what) + ": weights needed: given " + path +
                    ", which is no file; required a TorchScript file of the operator");
  }
  return path;
}

std::string
TextOf(at::IntArrayRef sizes)
{
  std::ostringstream text;
  text << sizes;
  return text.str();
}
} // namespace

NetworkModel::NetworkModel(
    const Shape & shape, const std::string & path, c10::Device device, double black, double white)
    : m_Shape(shape), m_Black(black), m_White(white), m_Device(device), m_Module(what, RequireWeights(path), device)
{
  if (shape.size() != 4 || shape[1] != 1 || !(black < white) || !std::isfinite(white - black))
  {
    std::ostringstream message;
    message << "NetworkModel: given images of " << at::IntArrayRef(shape) << ", black " << black << " and white "
            << white << "; required {channel, 1, y, x}, and black below white";
    throw UsageError(message.str());
  }
  RequireOperator();
}

/** A ramp must go through it: that costs two images, and saves a run that fails at its first step. */
void
NetworkModel::RequireOperator() const
{
  const at::AutoGradMode enabled(true);
  const std::int64_t pixels = m_Shape[0] * m_Shape[2] * m_Shape[3];
  const at::Tensor ramp = at::linspace(0.0, 1.0, pixels, at::TensorOptions().dtype(at::kFloat).device(m_Device));
  const at::Tensor image = ramp.reshape(m_Shape).requires_grad_(true);
  const at::Tensor first = Network(image);
  const at::Tensor second = Network(image);
  if (!at::equal(first.detach(), second.detach()))
  {
    throw DataError(m_Module.Where() + " gives two answers to the same image; required a network without anything "
                                       "random, whose kernel is drawn once and stored in the file");
  }
  if (!first.requires_grad())
  {
    throw DataError(m_Module.Where() + " cannot be differentiated; required an output that depends on the image "
                                       "through operations with derivatives");
  }
}

std::string
NetworkModel::Name() const
{
  return "NetworkModel";
}

Shape
NetworkModel::DomainShape() const
{
  return m_Shape;
}

Shape
NetworkModel::RangeShape() const
{
  return m_Shape;
}

NumberKind
NetworkModel::DomainNumbers() const
{
  return NumberKind::Real;
}

NumberKind
NetworkModel::RangeNumbers() const
{
  return NumberKind::Real;
}

at::Tensor
NetworkModel::Network(const at::Tensor & image) const
{
  const std::string required = "one that takes images [1, " + std::to_string(m_Shape[0]) + ", y, x]";
  const at::Tensor plane = image.squeeze(1).unsqueeze(0);
  const std::vector<at::Tensor> outputs = m_Module.Forward(plane, required);
  const bool fits = outputs.size() == 1 && outputs[0].defined() && outputs[0].is_floating_point() &&
                    outputs[0].sizes() == plane.sizes();
  if (!fits)
  {
    throw DataError(m_Module.Where() + " returns " +
                    (outputs.size() == 1 && outputs[0].defined() ? "a tensor " + TextOf(outputs[0].sizes())
                                                                 : std::string("no single tensor")) +
                    " for an image " + TextOf(plane.sizes()) + "; required a real one of its shape");
  }
  return outputs[0].squeeze(0).unsqueeze(1);
}

at::Tensor
NetworkModel::DoApply(const at::Tensor & x) const
{
  const at::NoGradGuard noGradient;
  const at::Tensor scaled = ((x - m_Black) / (m_White - m_Black)).to(m_Device, at::kFloat);
  std::vector<at::Tensor> images;
  for (std::int64_t i = 0; i < x.size(0); ++i)
  {
    images.push_back(Network(scaled[i]));
  }
  return at::stack(images).to(x.device(), x.scalar_type()) * (m_White - m_Black) + m_Black;
}

at::Tensor
NetworkModel::DoVjp(const at::Tensor & x, const at::Tensor & v) const
{
  const at::AutoGradMode enabled(true);
  const at::Tensor scaled = ((x.detach() - m_Black) / (m_White - m_Black)).to(m_Device, at::kFloat);
  const at::Tensor weights = v.detach().to(m_Device, at::kFloat);
  std::vector<at::Tensor> products;
  for (std::int64_t i = 0; i < x.size(0); ++i)
  {
    const at::Tensor image = scaled[i].clone().requires_grad_(true);
    products.push_back(torch::autograd::grad({Network(image)}, {image}, {weights[i]})[0]);
  }
  return at::stack(products).to(x.device(), x.scalar_type()); // the factors of black and white cancel
}
} // namespace tweedie
