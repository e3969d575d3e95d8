// SPDX-License-Identifier: Apache-2.0
// A forward model that is a network of the user: values, derivatives against differences, refusals.
#include "tweedieNetworkModel.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieRestorationTasks.h"
#include "tweedieScriptNetwork.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieTestDevices.h"
#include "tweedieVolumeTensor.h"

#include <nlohmann/json.hpp>

namespace
{
using namespace tweedie;
using test::Normal;

const Shape image{3, 1, 6, 5};

class NetworkModelTest : public test::TemporaryFolderTest
{
protected:
  std::string
  Save(const std::string & code = test::ScriptedBlur, std::int64_t channels = 3)
  {
    const std::string path = m_Folder.File("network" + std::to_string(m_Files++) + ".pt");
    test::WriteScriptModule(path, code, channels, channels);
    return path;
  }
  std::shared_ptr<const NetworkModel>
  Model(const std::string & code = test::ScriptedBlur)
  {
    return std::make_shared<const NetworkModel>(image, Save(code));
  }

private:
  int m_Files = 0;
};

at::Tensor
Images(std::int64_t count)
{
  return Normal(3, {count, 3, 1, 6, 5}) * 0.3 + 0.5;
}

TEST_F(NetworkModelTest, IsTheNetworkOnImagesFromBlackToWhite)
{
  RandomStreams streams(8, {0});
  const at::Tensor weight = streams.Normal({3, 3, 3, 3}, at::kFloat)[0]; // of the file
  for (const c10::Device & device : test::Devices())
  {
    const auto path = Save();
    const at::Tensor x = Images(2);
    const at::Tensor t = (x.squeeze(2).to(at::kFloat) + 1.0) / 3.0;
    const at::Tensor z = 0.7 * t + 0.3 * at::tanh(0.5 * at::conv2d(t, weight, {}, {1, 1}, {1, 1}));
    const NetworkModel model(image, path, device, -1.0, 2.0);
    const at::Tensor found = model.Apply(x.to(device));
    EXPECT_EQ(found.scalar_type(), at::kDouble);
    EXPECT_TENSOR_CLOSE(found, (z * 3.0 - 1.0).unsqueeze(2), 1e-5); // float32, sums of 27 products
  }
}

TEST_F(NetworkModelTest, JacobianProductIsThatOfDifferences)
{
  // The whole Jacobian: columns J u by central differences, rows J^T v by the model; <v, J u> = <J^T v, u>.
  const auto model = Model();
  const at::Tensor x = Images(1);
  const std::int64_t n = x.numel();
  const double h = 0.02;
  const at::Tensor units = at::eye(n, at::kDouble).reshape({n, 3, 1, 6, 5});
  const at::Tensor columns = (model->Apply(x + h * units) - model->Apply(x - h * units)).reshape({n, n}) / (2.0 * h);
  const at::Tensor rows = model->Vjp(x.expand({n, 3, 1, 6, 5}), units).reshape({n, n});
  // h^2 |A'''| / 6 is about 1e-5 of J; float32 over h 1e-5.
  EXPECT_TENSOR_CLOSE(rows, columns.t(), 1e-4);
  EXPECT_GT(test::RelativeError(rows, at::eye(n, at::kDouble)), 0.3); // mixes pixels
  const at::Tensor u = Normal(5, {1, n});
  const at::Tensor v = Normal(6, {1, n});
  const at::Tensor adjoint = model->Vjp(x, v.reshape({1, 3, 1, 6, 5})).reshape({1, n});
  const double left = (at::matmul(u, columns) * v).sum().item<double>();
  EXPECT_NEAR(left, (adjoint * u).sum().item<double>(), 1e-4 * u.norm().item<double>() * v.norm().item<double>());
}

TEST_F(NetworkModelTest, GradientsFlowThroughTheGraph)
{
  const auto model = Model();
  at::Tensor x = Images(2).requires_grad_(true);
  const at::Tensor v = Normal(7, {2, 3, 1, 6, 5});
  model->Apply(x * 1.0).backward(v);
  EXPECT_TENSOR_EQUAL(x.grad(), model->Vjp(x.detach(), v));
}

TEST_F(NetworkModelTest, AnImageDoesNotDependOnItsBatch)
{
  // Even where the network would mix its batch.
  const auto model = Model("def forward(self, x):\n    return x + x.mean(0, True)\n");
  const at::Tensor x = Images(3);
  const at::Tensor v = Normal(9, {3, 3, 1, 6, 5});
  for (std::int64_t i = 0; i < 3; ++i)
  {
    EXPECT_TENSOR_EQUAL(model->Apply(x.narrow(0, i, 1)), model->Apply(x).narrow(0, i, 1));
    EXPECT_TENSOR_EQUAL(model->Vjp(x.narrow(0, i, 1), v.narrow(0, i, 1)), model->Vjp(x, v).narrow(0, i, 1));
  }
}

TEST_F(NetworkModelTest, RefusesWhatIsNoOperator)
{
  const auto refused = [&](const std::string & code, const char * text)
  { EXPECT_THROW_MESSAGE(Model(code), DataError, text); };
  EXPECT_THROW_MESSAGE(NetworkModel(image, m_Folder.File("none.pt")), DataError, "weights needed");
  test::WriteFile(m_Folder.File("text.pt"), "no network");
  EXPECT_THROW_MESSAGE(NetworkModel(image, m_Folder.File("text.pt")), DataError, "required a TorchScript file");
  EXPECT_THROW_MESSAGE(NetworkModel({1, 1, 6, 5}, Save()), DataError, "[1, 1, y, x]");
  EXPECT_THROW_MESSAGE(NetworkModel({3, 2, 6, 5}, Save()), UsageError, "{channel, 1, y, x}");
  EXPECT_THROW_MESSAGE(NetworkModel(image, Save(), at::kCPU, 1.0, 1.0), UsageError, "black below white");
  refused("def forward(self, x):\n    return x[:, :, ::2]\n", "of its shape");
  refused("def forward(self, x):\n    return x, x\n", "no single tensor");
  refused("def forward(self, x):\n    return x + torch.rand_like(x)\n", "two answers");
  refused("def forward(self, x):\n    return (x > 0.5).float()\n", "cannot be differentiated");
  EXPECT_THROW_MESSAGE(Model()->Apply(Images(1).to(at::kComplexDouble)), DataError, "real");
}

/** As a task: no kernel, and a measurement that does not name the file. */
TEST_F(NetworkModelTest, IsATaskWhoseFileIsNamedInEveryRun)
{
  Grid grid;
  grid.size = {2, 6, 5};
  const Volume volume = VolumeFromTensor(Images(2).squeeze(2).transpose(0, 1) * 100.0, grid);
  RestorationTaskOptions task;
  task.task = "blur-nonlinear";
  task.operatorNetwork = Save();
  RestorationNoiseOptions noise;
  noise.noise = 0.0;
  RestorationMeasurement measurement = SimulateRestoration(volume, task, noise);
  EXPECT_TRUE(measurement.kernel.IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(measurement.options)["operator-network"], "");
  EXPECT_EQ(measurement.operatorFingerprint.size(), 64U);
  const NetworkModel model(image, task.operatorNetwork);
  const at::Tensor expected = model.Apply(SliceBatch(volume).to(at::kDouble) / measurement.scale) * measurement.scale;
  EXPECT_TENSOR_CLOSE(SliceBatch(measurement.data), expected, 1e-6); // kept in float32
  EXPECT_EQ(MakeRestorationModel(measurement, at::kCPU)->Name(), "NetworkModel");
  // As read from a file: even a description that names one does not make it run.
  measurement.operatorNetwork.clear();
  auto options = nlohmann::json::parse(measurement.options);
  options["operator-network"] = task.operatorNetwork;
  measurement.options = options.dump();
  EXPECT_THROW_MESSAGE(MakeRestorationModel(measurement, at::kCPU), UsageError, "weights needed");
  measurement.operatorNetwork = m_Folder.File("none.pt");
  EXPECT_THROW_MESSAGE(MakeRestorationModel(measurement, at::kCPU), DataError, "weights needed");
  measurement.operatorNetwork = Save("def forward(self, x):\n    return x * 2\n");
  EXPECT_THROW_MESSAGE(MakeRestorationModel(measurement, at::kCPU), DataError, "another than the one");
  task.task = "denoise";
  EXPECT_THROW_MESSAGE(SimulateRestoration(volume, task, noise), UsageError, "required task blur-nonlinear");
}
} // namespace
