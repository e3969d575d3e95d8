// SPDX-License-Identifier: Apache-2.0
#include "tweedieXml.h"

#include "tweedieError.h"

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>

#if __has_include(<itk_expat.h>) // an ITK that brings expat; Debian's uses that of the system
#include <itk_expat.h>
#else
#include <expat.h>
#endif

namespace tweedie
{
namespace
{
constexpr std::uintmax_t largestFile = 256U << 20U;
constexpr std::size_t longestText = 4096;                       // of one element: twelve numbers take 300
constexpr std::size_t longestLooseText = std::size_t(1) << 20U; // scanners store protocols in their headers

/** The visitor behind expat's C functions, which no exception may pass. */
class Parser
{
public:
  Parser(const std::string & path, XmlVisitor & visitor, std::size_t longest)
      : m_Path(path), m_Visitor(visitor), m_LongestText(longest), m_Parser(XML_ParserCreate(nullptr), XML_ParserFree)
  {
    if (m_Parser == nullptr)
    {
      throw std::bad_alloc();
    }
    XML_SetUserData(m_Parser.get(), this);
    XML_SetElementHandler(m_Parser.get(), Start, End);
    XML_SetCharacterDataHandler(m_Parser.get(), Text);
    XML_SetProcessingInstructionHandler(m_Parser.get(), Instruction);
    XML_SetEntityDeclHandler(m_Parser.get(), Entity);
    XML_SetSkippedEntityHandler(m_Parser.get(), SkippedEntity);
    XML_SetUnknownEncodingHandler(m_Parser.get(), KnowAscii, nullptr);
  }

  void
  Parse(const char * bytes, std::size_t count, bool isLast)
  {
    const auto status = XML_Parse(m_Parser.get(), bytes, static_cast<int>(count), isLast ? 1 : 0);
    if (m_Error)
    {
      std::rethrow_exception(m_Error);
    }
    if (status != XML_STATUS_OK)
    {
      throw DataError(Where() + "given no XML (" + XML_ErrorString(XML_GetErrorCode(m_Parser.get())) +
                      "); required a whole XML file");
    }
  }

private:
  std::string
  Where() const
  {
    return m_Path + ", line " + std::to_string(XML_GetCurrentLineNumber(m_Parser.get())) + ": ";
  }

  template <typename TWork>
  void
  Guard(const TWork & work)
  {
    if (m_Error) // expat may still tell what it has read
    {
      return;
    }
    try
    {
      work();
    }
    catch (const DataError & error)
    {
      Stop(std::make_exception_ptr(DataError(Where() + error.what())));
    }
    catch (...)
    {
      Stop(std::current_exception());
    }
  }

  void
  Stop(std::exception_ptr error)
  {
    m_Error = std::move(error);
    XML_StopParser(m_Parser.get(), XML_FALSE);
  }

  std::string
  TakeText()
  {
    const char * blanks = " \t\r\n";
    const auto first = m_Text.find_first_not_of(blanks);
    const auto last = m_Text.find_last_not_of(blanks);
    const std::string text = first == std::string::npos ? "" : m_Text.substr(first, last - first + 1);
    m_Text.clear();
    return text;
  }

  static void
  Start(void * self, const XML_Char * name, const XML_Char ** attributes)
  {
    auto & parser = *static_cast<Parser *>(self);
    parser.Guard(
        [&]
        {
          const std::string text = parser.TakeText();
          if (!text.empty())
          {
            throw DataError("given '" + Excerpt(text) + "' before <" + Excerpt(name) + ">; required elements alone");
          }
          std::map<std::string, std::string> pairs;
          for (; *attributes != nullptr; attributes += 2)
          {
            pairs[attributes[0]] = attributes[1];
          }
          parser.m_Visitor.Start(name, pairs);
        });
  }

  static void
  End(void * self, const XML_Char * name)
  {
    auto & parser = *static_cast<Parser *>(self);
    parser.Guard([&] { parser.m_Visitor.End(name, parser.TakeText()); });
  }

  static void
  Text(void * self, const XML_Char * text, int length)
  {
    auto & parser = *static_cast<Parser *>(self);
    parser.Guard(
        [&]
        {
          parser.m_Text.append(text, static_cast<std::size_t>(length));
          if (parser.m_Text.size() > parser.m_LongestText)
          {
            throw DataError("given a text of more than " + std::to_string(parser.m_LongestText) +
                            " bytes; required numbers");
          }
        });
  }

  static void
  Instruction(void * self, const XML_Char * target, const XML_Char * text)
  {
    auto & parser = *static_cast<Parser *>(self);
    parser.Guard([&] { parser.m_Visitor.Instruction(target, text); });
  }

  static void
  Entity(void * self,
         const XML_Char * name,
         int,
         const XML_Char *,
         int,
         const XML_Char *,
         const XML_Char *,
         const XML_Char *,
         const XML_Char *)
  {
    RefuseEntity(self, name); // a few of them can stand for gigabytes, or for another file
  }

  static void
  SkippedEntity(void * self, const XML_Char * name, int)
  {
    RefuseEntity(self, name);
  }

  /** Python's libraries write "ascii", which is no registered name of US-ASCII. */
  static int
  KnowAscii(void *, const XML_Char * name, XML_Encoding * encoding)
  {
    if (std::string(name) != "ascii")
    {
      return XML_STATUS_ERROR;
    }
    constexpr int last = 0x7F;
    for (int i = 0; i < 256; ++i)
    {
      encoding->map[i] = i <= last ? i : -1;
    }
    encoding->data = nullptr;
    encoding->convert = nullptr;
    encoding->release = nullptr;
    return XML_STATUS_OK;
  }

  static void
  RefuseEntity(void * self, const XML_Char * name)
  {
    auto & parser = *static_cast<Parser *>(self);
    parser.Guard([&] { throw DataError("given the entity '" + Excerpt(name) + "'; required none"); });
  }

  std::string m_Path;
  XmlVisitor & m_Visitor;
  std::size_t m_LongestText;
  std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> m_Parser;
  std::string m_Text;
  std::exception_ptr m_Error;
};
} // namespace

std::string
Excerpt(const std::string & text)
{
  constexpr std::size_t longest = 40;
  std::string excerpt = text.substr(0, longest);
  std::replace_if(
      excerpt.begin(), excerpt.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return excerpt + (text.size() > longest ? "..." : "");
}

void
VisitXmlFile(const std::string & path, XmlVisitor & visitor)
{
  std::error_code error;
  std::ifstream stream(path, std::ios::binary);
  if (!std::filesystem::is_regular_file(path, error) || !stream)
  {
    throw DataError(path + ": given no file that can be read; required an XML file");
  }
  if (std::filesystem::file_size(path, error) > largestFile)
  {
    throw DataError(path + ": given more than 256 MiB; required an XML file of at most that");
  }
  Parser parser(path, visitor, longestText);
  std::array<char, 65536> buffer{};
  while (stream)
  {
    stream.read(buffer.data(), buffer.size());
    parser.Parse(buffer.data(), static_cast<std::size_t>(stream.gcount()), false);
  }
  if (stream.bad())
  {
    throw DataError(path + ": given a file that cannot be read to its end; required a whole one");
  }
  parser.Parse(buffer.data(), 0, true);
}

void
VisitXmlText(const std::string & text, const std::string & name, XmlVisitor & visitor)
{
  Parser parser(name, visitor, longestLooseText);
  constexpr std::size_t step = std::size_t(1) << 20U;
  for (std::size_t first = 0; first < text.size(); first += step)
  {
    parser.Parse(text.data() + first, std::min(step, text.size() - first), false);
  }
  parser.Parse(text.data(), 0, true);
}
} // namespace tweedie
