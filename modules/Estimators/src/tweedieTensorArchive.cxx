// SPDX-License-Identifier: Apache-2.0
#include "tweedieTensorArchive.h"

#include "tweedieError.h"
#include "tweedieModelFile.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
const std::string complexSuffix = "|complex";
} // namespace

void
TensorArchive::Put(const std::string & name, const at::Tensor & tensor)
{
  if (tensor.defined())
  {
    m_Tensors[name] = tensor.detach().to(at::kCPU).contiguous();
  }
}

at::Tensor
TensorArchive::Get(const std::string & name) const
{
  const auto found = m_Tensors.find(name);
  return found == m_Tensors.end() ? at::Tensor() : found->second;
}

std::vector<std::string>
TensorArchive::Names(const std::string & prefix) const
{
  std::vector<std::string> names;
  for (const auto & entry : m_Tensors)
  {
    if (entry.first.compare(0, prefix.size(), prefix) == 0)
    {
      names.push_back(entry.first);
    }
  }
  return names;
}

void
TensorArchive::PutNumber(const std::string & name, double value)
{
  m_Numbers[name] = value;
}

double
TensorArchive::Number(const std::string & name) const
{
  const auto found = m_Numbers.find(name);
  if (found == m_Numbers.end())
  {
    throw DataError("checkpoint: no number '" + name + "'; the file is not complete");
  }
  return found->second;
}

std::int64_t
TensorArchive::Integer(const std::string & name) const
{
  return std::llround(Number(name));
}

void
TensorArchive::Write(const std::string & path, const std::string & kind, const std::string & fingerprint) const
{
  nlohmann::json card;
  card["kind"] = kind;
  card["fingerprint"] = fingerprint;
  card["numbers"] = nlohmann::json::object();
  for (const auto & [name, value] : m_Numbers)
  {
    card["numbers"][name] = value;
  }
  ModelFile file;
  file.card = card.dump();
  for (const auto & [name, tensor] : m_Tensors)
  {
    const bool isComplex = tensor.is_complex();
    file.tensors.emplace_back(isComplex ? name + complexSuffix : name,
                              isComplex ? at::view_as_real(tensor.resolve_conj()).contiguous() : tensor);
  }
  WriteModelFile(path, file);
}

TensorArchive
TensorArchive::Read(const std::string & path, const std::string & kind, const std::string & fingerprint)
{
  const ModelFile file = ReadModelFile(path);
  const nlohmann::json card = nlohmann::json::parse(file.card, nullptr, false);
  if (!card.is_object() || card.value("kind", "") != kind || !card.contains("numbers"))
  {
    throw DataError(path + ": not a " + kind + " file; give the file of an interrupted run or remove it");
  }
  if (card.value("fingerprint", "") != fingerprint)
  {
    throw UsageError(path + ": made by a run with other data, prior or options; repeat that run or remove the file");
  }
  TensorArchive archive;
  for (const auto & [name, value] : card["numbers"].items())
  {
    archive.m_Numbers[name] = value.get<double>();
  }
  for (const auto & [name, tensor] : file.tensors)
  {
    const std::size_t end = name.rfind(complexSuffix);
    const bool isComplex = end != std::string::npos && end + complexSuffix.size() == name.size();
    archive.m_Tensors[isComplex ? name.substr(0, end) : name] = isComplex ? at::view_as_complex(tensor) : tensor;
  }
  return archive;
}
} // namespace tweedie
