// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieAccessibility_h
#define tweedieAccessibility_h

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace tweedie
{
namespace test
{
/** A tag of a page as it stands in the text. */
struct PageTag
{
  std::string name;
  std::string attributes;
  std::string text; ///< from its end to the next tag
  bool isEnd = false;
  bool isEmpty = false; ///< has no end of its own

  bool
  Has(const std::string & key) const
  {
    return attributes.find(' ' + key + "=\"") != std::string::npos;
  }
  std::string
  Attribute(const std::string & key) const
  {
    const std::size_t at = attributes.find(' ' + key + "=\"");
    const std::size_t begin = at + key.size() + 3;
    return at == std::string::npos ? "" : attributes.substr(begin, attributes.find('"', begin) - begin);
  }
};

/** All tags in order. Attributes of our pages hold no ">". */
inline std::vector<PageTag>
PageTags(const std::string & html)
{
  std::vector<PageTag> tags;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1))
  {
    const std::size_t end = html.find('>', at);
    std::string tag = html.substr(at + 1, end - at - 1);
    PageTag one;
    one.isEnd = !tag.empty() && tag.front() == '/';
    tag.erase(0, one.isEnd ? 1 : 0);
    one.name = tag.substr(0, tag.find_first_of(" /"));
    one.attributes = tag.substr(one.name.size());
    one.isEmpty =
        (!tag.empty() && tag.back() == '/') || one.name == "meta" || one.name == "img" || one.name == "!DOCTYPE";
    one.text = html.substr(end + 1, html.find('<', end) - end - 1);
    tags.push_back(one);
  }
  return tags;
}

/** What a page does wrong for those who hear it, who use the keyboard, or who are without a network (WCAG 2.2: 1.1.1,
 * 1.3.1, 2.1.1, 2.4.2, 2.4.6, 3.1.1, 4.1.2). */
class PageJudge
{
public:
  explicit PageJudge(const std::string & html) : m_Tags(PageTags(html))
  {
    for (std::size_t i = 0; i < m_Tags.size(); ++i)
    {
      Nest(m_Tags[i]);
      if (!m_Tags[i].isEnd)
      {
        Look(i);
      }
    }
    Require(m_Open.empty(), "an element that does not end");
    Require(m_Heading > 0, "no heading");
    Require(m_HasTitle, "no title");
    for (const std::string & link : m_Links)
    {
      Require(m_Ids.count(link) == 1, "a link to nowhere: #" + link);
    }
  }

  const std::vector<std::string> &
  Faults() const
  {
    return m_Faults;
  }

private:
  void
  Require(bool isTrue, const std::string & fault)
  {
    if (!isTrue)
    {
      m_Faults.push_back(fault);
    }
  }
  void
  Nest(const PageTag & tag)
  {
    if (tag.isEnd)
    {
      Require(!m_Open.empty() && m_Open.back() == tag.name, "</" + tag.name + "> ends another element");
      if (!m_Open.empty())
      {
        m_Open.pop_back();
      }
    }
    else if (!tag.isEmpty)
    {
      m_Open.push_back(tag.name);
    }
  }
  bool
  IsIn(const std::string & name) const
  {
    return std::find(m_Open.begin(), m_Open.end(), name) != m_Open.end();
  }
  void
  Look(std::size_t i)
  {
    const PageTag & tag = m_Tags[i];
    const std::string & name = tag.name;
    LookAtHeading(tag);
    LookAtReferences(tag);
    Require(name != "script" && name != "link" && name != "iframe", "<" + name + ">");
    Require(!std::regex_search(tag.attributes, std::regex(" on[a-z]+=\"")), "a handler of events in <" + name + ">");
    Require(name != "html" || !tag.Attribute("lang").empty(), "no language");
    Require(name != "img" || tag.Has("alt"), "a picture without alternative text");
    Require(name != "th" || !tag.Attribute("scope").empty(), "a header cell without scope");
    Require(!tag.Has("tabindex") || (tag.Attribute("tabindex") == "0" && !tag.Attribute("aria-label").empty()),
            "what the keyboard reaches has no name");
    Require(name != "table" || (m_Tags[i + 1].name == "caption" && m_Tags[i + 2].name == "span"),
            "a table without caption");
    Require(name != "caption" || !TextBelow(i).empty(), "an empty caption");
    if (name == "svg" && tag.Attribute("aria-hidden") != "true")
    {
      Require(tag.Attribute("role") == "img" && !tag.Attribute("aria-label").empty(), "a plot without a name");
      Require(m_Tags[i + 1].name == "title" && m_Tags[i + 3].name == "desc" && !m_Tags[i + 3].text.empty(),
              "a plot without a description");
    }
    m_HasTitle = m_HasTitle || (name == "title" && !IsIn("svg") && !tag.text.empty());
  }
  std::string
  TextBelow(std::size_t i) const
  {
    std::string text;
    const std::string & name = m_Tags[i].name;
    for (; !(m_Tags[i].isEnd && m_Tags[i].name == name); ++i)
    {
      text += m_Tags[i].text;
    }
    return text;
  }
  /** One h1, before all others, and no level left out. */
  void
  LookAtHeading(const PageTag & tag)
  {
    if (tag.name.size() != 2 || tag.name[0] != 'h' || tag.name[1] < '1' || tag.name[1] > '6')
    {
      return;
    }
    const int level = tag.name[1] - '0';
    Require(level <= m_Heading + 1, "<" + tag.name + "> below <h" + std::to_string(m_Heading) + ">: " + tag.text);
    Require(level > 1 || m_Heading == 0, "a second <h1>");
    Require(!tag.text.empty(), "an empty heading");
    m_Heading = level;
  }
  void
  LookAtReferences(const PageTag & tag)
  {
    if (tag.Has("id"))
    {
      Require(m_Ids.insert(tag.Attribute("id")).second, "an id twice: " + tag.Attribute("id"));
    }
    if (tag.Has("src"))
    {
      Require(tag.Attribute("src").rfind("data:image/png;base64,", 0) == 0, "a source that is not in the page");
    }
    if (tag.Has("href"))
    {
      const std::string target = tag.Attribute("href");
      Require(target.size() > 1 && target[0] == '#', "a link that leaves the page: " + target);
      m_Links.push_back(target.substr(std::min<std::size_t>(1, target.size())));
    }
    Require(tag.attributes.find("url(") == std::string::npos && tag.attributes.find("http:") == std::string::npos &&
                tag.attributes.find("https:") == std::string::npos,
            "an address in <" + tag.name + ">");
    Require(tag.name != "style" ||
                (tag.text.find("url(") == std::string::npos && tag.text.find("@import") == std::string::npos),
            "a style that is loaded");
  }

  std::vector<PageTag> m_Tags;
  std::vector<std::string> m_Open;
  std::vector<std::string> m_Links;
  std::set<std::string> m_Ids;
  std::vector<std::string> m_Faults;
  int m_Heading = 0;
  bool m_HasTitle = false;
};

inline void
ExpectAccessible(const std::string & html, const std::string & name)
{
  const PageJudge judge(html);
  for (const std::string & fault : judge.Faults())
  {
    ADD_FAILURE() << name << ": " << fault;
  }
}
} // namespace test
} // namespace tweedie

#endif
