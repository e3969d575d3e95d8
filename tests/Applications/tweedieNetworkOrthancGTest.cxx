// SPDX-License-Identifier: Apache-2.0
// What our writer makes, through a Debian Orthanc and back: C-STORE there by tweedie send, C-MOVE from there to
// tweedie receive.
#include "tweedieDicomWriterFixture.h"
#include "tweedieNetworkTest.h"

#include <map>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::Server;

class NetworkOrthanc : public test::NetworkTest
{
protected:
  void
  SetUp() override
  {
    NetworkTest::SetUp();
    if (!fs::exists(orthanc))
    {
      GTEST_SKIP() << "needs the package orthanc";
    }
  }

  /** One of every kind; their data sets by UID. */
  void
  WriteAll(const std::string & modality)
  {
    test::WriterSource source;
    source.modality = modality;
    const std::string folder = m_Folder.File(modality);
    fs::create_directories(folder + "/results");
    const DicomSeries series = source.WriteAnew(folder + "/source");
    auto options = test::WriterOptions();
    options.provenance.deterministicUids = false;
    const Volume volume = test::RandomVolume(source.grid, 1.0F, 40.0F);
    DicomValues mean;
    WriteDicomSeries(folder + "/results/mean", volume, series, mean, options);
    DicomValues twin;
    twin.quantity = "standard deviation";
    twin.derivation = {"113061", "DCM", "Standard Deviation"};
    twin.isImage = false;
    WriteDicomSeries(folder + "/results/twin", volume, series, twin, options);
    const DicomCode units = modality == "CT" ? HounsfieldCode() : RatioCode();
    WriteParametricMap(
        folder + "/results/map.dcm", volume, series, {StandardDeviationCode(), units, "STD", "spread"}, options);
    const DicomCode tissue{"85756007", "SCT", "Tissue"};
    WriteSegmentation(folder + "/results/mask.dcm", volume, series, {tissue, tissue, "inside"}, options);
    WriteEncapsulatedPdf(folder + "/results/report.dcm", "%PDF-1.4\n%%EOF\n", series, "Report", options);
    for (const auto & entry : fs::recursive_directory_iterator(folder + "/results"))
    {
      if (entry.path().extension() == ".dcm")
      {
        m_Written[test::InstanceUid(entry.path().string())] = test::DataSetBytes(entry.path().string());
      }
    }
  }

  /** Listens for us alone; knows where our receiver is. */
  std::unique_ptr<Server>
  Orthanc(std::uint16_t port)
  {
    const std::string folder = m_Folder.File("orthanc");
    fs::create_directory(folder);
    std::ofstream(folder + ".json") << R"({"Name": "test", "Plugins": [], "HttpServerEnabled": false,
      "RemoteAccessAllowed": false, "AuthenticationEnabled": false, "DicomAet": "ORTHANC",
      "DicomAlwaysAllowEcho": false, "DicomAlwaysAllowStore": false, "DicomCheckModalityHost": true,
      "DicomModalities": {"us": ["TWEEDIE", "127.0.0.1", )"
                                    << m_Peer.port << R"(]}, "DicomPort": )" << port << R"(, "StorageDirectory": ")"
                                    << folder << R"(", "IndexDirectory": ")" << folder << "\"}";
    auto server = std::make_unique<Server>(std::vector<std::string>{orthanc, folder + ".json"}, folder + ".log");
    if (!test::IsListening(port))
    {
      throw std::runtime_error("Orthanc: " + server->Log());
    }
    return server;
  }

  static constexpr const char * orthanc = "/usr/sbin/Orthanc";
  std::map<std::string, std::string> m_Written;
};

TEST_F(NetworkOrthanc, EveryKindOfObjectComesBackBitIdentical)
{
  WriteAll("CT");
  WriteAll("MR");
  const std::size_t count = 2 * (3 + 3 + 3); // slices of mean and twin; map, mask, report
  ASSERT_EQ(m_Written.size(), count);
  const auto receiver = Receive();
  const std::uint16_t port = test::FreePort();
  const auto server = Orthanc(port);
  DicomPeer peer;
  peer.port = port;
  peer.calledAe = "ORTHANC";
  const DicomSendResult sent = SendDicom({m_Folder.File("CT/results"), m_Folder.File("MR/results")}, peer, m_Send);
  EXPECT_EQ(sent.sent, m_Written.size());
  EXPECT_TRUE(sent.refused.empty());
  const auto move = test::Process({"/usr/bin/movescu",
                                   "-S",
                                   "-aec",
                                   "ORTHANC",
                                   "-aet",
                                   "TWEEDIE",
                                   "-aem",
                                   "TWEEDIE",
                                   "-k",
                                   "QueryRetrieveLevel=STUDY",
                                   "-k",
                                   "StudyInstanceUID=1.2.826.0.1.3680043.2.1125.1",
                                   "127.0.0.1",
                                   std::to_string(port)})
                        .Run();
  const std::vector<std::string> received = Received(); // movescu ends with 0 whatever came of it
  EXPECT_EQ(received.size(), m_Written.size()) << move.error << server->Log() << receiver->Log();
  for (const std::string & file : received)
  {
    EXPECT_TRUE(test::DataSetBytes(file) == m_Written[test::InstanceUid(file)]) << file;
  }
}
} // namespace
} // namespace tweedie
