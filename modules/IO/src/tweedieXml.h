// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieXml_h
#define tweedieXml_h

#include <map>
#include <string>

namespace tweedie
{
/** What is met in an XML file, in order. Each may throw a DataError, whose message gets path and line before it. */
class XmlVisitor
{
public:
  virtual ~XmlVisitor() = default;
  virtual void Start(const std::string & name, const std::map<std::string, std::string> & attributes) = 0;
  /** text: what stands between the last tag and this one, without white space at its ends. */
  virtual void End(const std::string & name, const std::string & text) = 0;
  virtual void Instruction(const std::string & target, const std::string & text) = 0;
};

/** The beginning of a text from a file, fit for the one line of an error. */
std::string Excerpt(const std::string & text);

/** Throws DataError unless path is a whole XML file of at most 256 MiB without declarations of entities, and no text
 * stands before a tag that opens. */
void VisitXmlFile(const std::string & path, XmlVisitor & visitor);

/** The same for a text that is in memory; name: for messages. Texts of an element may have 1 MiB there. */
void VisitXmlText(const std::string & text, const std::string & name, XmlVisitor & visitor);
} // namespace tweedie

#endif
