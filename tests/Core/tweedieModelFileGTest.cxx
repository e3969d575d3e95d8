// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieModelFile.h"
#include "tweedieTemporaryFolder.h"

#include <nlohmann/json.hpp>

#include <cstring>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::WriteFile;

class ModelFileTest : public test::TemporaryFolderTest
{
protected:
  std::string m_Path = m_Folder.File("model.safetensors");
};
class AtomicFileTest : public test::TemporaryFolderTest
{
};

ModelFile
SmallModel()
{
  ModelFile model;
  model.card = R"({"name": "small", "units": {"scale": 0.25}, "golden": [1, 2]})";
  model.tensors = {{"b.weight", at::arange(6, at::kFloat).view({2, 3}).t()},
                   {"a", at::arange(3, at::kLong)},
                   {"half", at::ones({3}, at::kHalf)},
                   {"empty", at::empty({0, 4}, at::kDouble)},
                   {"scalar", at::full({}, 7.0, at::kDouble)},
                   {"bf", at::ones({1}, at::kBFloat16)}};
  return model;
}

/** A file of this header and data, without any check. */
std::string
RawModel(const std::string & header, const std::string & data)
{
  const std::uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

TEST(Sha256, MatchesThePublishedVectors)
{
  // FIPS 180-4 examples: empty, "abc", two blocks, one million letters a.
  EXPECT_EQ(Sha256("", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  EXPECT_EQ(Sha256(two.data(), two.size()), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  const std::string million(1000000, 'a');
  EXPECT_EQ(Sha256(million.data(), million.size()), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_F(ModelFileTest, ReadsWhatWasWritten)
{
  const ModelFile written = SmallModel();
  WriteModelFile(m_Path, written);
  const ModelFile model = ReadModelFile(m_Path);
  ASSERT_EQ(model.tensors.size(), written.tensors.size());
  for (std::size_t i = 0; i < model.tensors.size(); ++i)
  {
    EXPECT_EQ(model.tensors[i].first, written.tensors[i].first);
    EXPECT_EQ(model.tensors[i].second.scalar_type(), written.tensors[i].second.scalar_type());
    EXPECT_TRUE(at::equal(model.tensors[i].second, written.tensors[i].second)) << model.tensors[i].first;
    EXPECT_TRUE(model.tensors[i].second.is_contiguous());
  }
  auto card = nlohmann::json::parse(model.card);
  EXPECT_EQ(card.at("sha256").get<std::string>().size(), 64u);
  card.erase("sha256");
  EXPECT_EQ(card, nlohmann::json::parse(written.card));
  EXPECT_THROW_MESSAGE(model.Tensor("c"), DataError, "no tensor 'c'");
  EXPECT_EQ(m_Folder.Count(), 1);
}

TEST_F(ModelFileTest, WritingWhatWasReadGivesTheSameBytes)
{
  WriteModelFile(m_Path, SmallModel());
  WriteModelFile(m_Folder.File("copy"), ReadModelFile(m_Path));
  EXPECT_EQ(ReadFile(m_Path), ReadFile(m_Folder.File("copy")));
}

TEST_F(ModelFileTest, OneChangedBitAnywhereIsFound)
{
  WriteModelFile(m_Path, SmallModel());
  const std::string good = ReadFile(m_Path);
  for (std::size_t i = 0; i < good.size(); i += i < 64 ? 1 : 5)
  {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
    WriteFile(m_Path, bad);
    EXPECT_THROW(ReadModelFile(m_Path), DataError) << "byte " << i;
  }
}

TEST_F(ModelFileTest, OneMissingOrAdditionalByteIsFound)
{
  WriteModelFile(m_Path, SmallModel());
  const std::string good = ReadFile(m_Path);
  for (std::size_t length = 0; length < good.size(); length += 1 + length / 50)
  {
    WriteFile(m_Path, good.substr(0, length));
    EXPECT_THROW(ReadModelFile(m_Path), DataError) << length << " bytes";
  }
  WriteFile(m_Path, good + '\0');
  EXPECT_THROW_MESSAGE(ReadModelFile(m_Path), DataError, "where the header counts");
}

TEST_F(ModelFileTest, RefusesForeignFilesWithAReason)
{
  const std::string metadata = R"("__metadata__":{"tweedie":"{}"})";
  const std::string four(4, '\0');
  const std::string one = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  const std::pair<std::string, const char *> cases[] = {
      {"some text that is no model", "a header of"},
      {RawModel("[]", ""), "not a JSON object"},
      {RawModel("{", ""), "not JSON"},
      {RawModel("{}", ""), "no card"},
      {RawModel("{" + metadata + "}", ""), "without SHA-256"},
      {RawModel(R"({"a":)" + one + "}", four), "no card"},
      {RawModel(R"({"a":)" + one + R"(,"a":)" + one + "}", four), "twice"},
      {RawModel(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", four + four), "do not fit"},
      {RawModel(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", four), "do not fit"},
      {RawModel(R"({"a":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,4]}})", four), "do not"},
      {RawModel(R"({"a":{"dtype":"F32","shape":[0,1099511627776,1099511627776],"data_offsets":[0,0]}})", ""), "do not"},
      {RawModel(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", four), "wrong extent"},
      {RawModel(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", four), "do not fit"},
      {RawModel(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"code":1}})", four), "wrong offsets"},
      {RawModel(R"({"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}})", four + four), "of type C64"},
      {RawModel(R"({"a":{"dtype":"F32","shape":[1]}})", four), "without dtype"},
      {RawModel(R"({"a":7})", four), "without dtype"},
      {RawModel(R"({"a":)" + one + R"(,"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}})", four + "xx"),
       "do not"}};
  for (const auto & [bytes, fault] : cases)
  {
    WriteFile(m_Path, bytes);
    EXPECT_THROW_MESSAGE(ReadModelFile(m_Path), DataError, fault);
  }
  EXPECT_THROW_MESSAGE(ReadModelFile(m_Folder.File("missing")), DataError, "cannot be opened");
  EXPECT_THROW_MESSAGE(ReadModelFile(m_Folder.Path().string()), DataError, "required a model file");
}

TEST_F(ModelFileTest, DoesNotWriteWhatItCouldNotRead)
{
  ModelFile model = SmallModel();
  model.tensors.emplace_back("a", at::ones({1}));
  EXPECT_THROW_MESSAGE(WriteModelFile(m_Path, model), DataError, "two tensors named 'a'");
  model.tensors = {{"complex", at::ones({1}, at::kComplexFloat)}};
  EXPECT_THROW_MESSAGE(WriteModelFile(m_Path, model), DataError, "required F32");
  model.tensors.clear();
  model.card = "[1]";
  EXPECT_THROW_MESSAGE(WriteModelFile(m_Path, model), DataError, "not a JSON object");
  EXPECT_EQ(m_Folder.Count(), 0);
}

TEST_F(AtomicFileTest, AppearsWholeOrNotAtAll)
{
  const std::string path = m_Folder.File("result.nii.gz");
  EXPECT_THROW(WriteAtomically(path,
                               [](const std::string & temporary)
                               {
                                 WriteFile(temporary, "half");
                                 throw DataError("stop");
                               }),
               DataError);
  EXPECT_EQ(m_Folder.Count(), 0);
  WriteAtomically(path,
                  [&](const std::string & temporary)
                  {
                    EXPECT_EQ(std::filesystem::path(temporary).parent_path(), m_Folder.Path());
                    EXPECT_EQ(std::filesystem::path(temporary).extension(), ".gz");
                    WriteFile(temporary, "whole");
                    EXPECT_FALSE(std::filesystem::exists(path));
                  });
  EXPECT_EQ(ReadFile(path), "whole");
  WriteTextAtomically(path, "new");
  EXPECT_EQ(ReadFile(path), "new");
  EXPECT_EQ(m_Folder.Count(), 1);
  EXPECT_THROW_MESSAGE(WriteAtomically(path, [](const std::string &) {}), DataError, "not written");
}

TEST_F(AtomicFileTest, RequireWritableTellsBeforeTheWork)
{
  const std::string path = m_Folder.File("a.txt");
  RequireWritable(path, false);
  EXPECT_EQ(m_Folder.Count(), 0);
  WriteFile(path, "old");
  EXPECT_THROW_MESSAGE(RequireWritable(path, false), UsageError, "--overwrite");
  RequireWritable(path, true);
  EXPECT_EQ(ReadFile(path), "old");
  EXPECT_THROW_MESSAGE(RequireWritable(m_Folder.File("no/a.txt"), true), UsageError, "does not exist");
  EXPECT_THROW_MESSAGE(RequireWritable(m_Folder.Path().string(), true), UsageError, "is a folder");
  EXPECT_THROW_MESSAGE(RequireWritable("", true), UsageError, "no file name");
  // A folder in which nobody, root included, can create a file.
  EXPECT_THROW_MESSAGE(RequireWritable("/proc/a.txt", false), UsageError, "cannot be written");
}
} // namespace
} // namespace tweedie
