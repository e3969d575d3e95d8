// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportJson.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

Json
Number(double value)
{
  return std::isfinite(value) ? Json(value) : Json();
}

Json
Numbers(const std::vector<double> & values)
{
  Json json = Json::array();
  std::transform(values.begin(), values.end(), std::back_inserter(json), Number);
  return json;
}

/** Width and height of a PNG file's picture (RFC 2083, 4.1.1), and the file's size; null where there is none. */
Json
PictureJson(const std::string & png)
{
  constexpr std::size_t widthAt = 16, heightAt = 20, least = 24;
  if (png.size() < least)
  {
    return {};
  }
  const auto number = [&png](std::size_t at)
  {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
    {
      value = value << 8U | static_cast<unsigned char>(png[at + i]);
    }
    return value;
  };
  return {{"width", number(widthAt)}, {"height", number(heightAt)}, {"bytes", png.size()}};
}

const char *
KindText(PlotKind kind)
{
  switch (kind)
  {
  case PlotKind::Band:
    return "band";
  case PlotKind::Bars:
    return "bars";
  case PlotKind::Points:
    return "points";
  default:
    return "curve";
  }
}

Json
SeriesJson(const PlotSeries & series)
{
  Json json{{"name", series.name}, {"kind", KindText(series.kind)}, {"x", Numbers(series.x)}};
  for (const auto & [key, values] : {std::make_pair("y", &series.y), {"low", &series.low}, {"high", &series.high}})
  {
    if (!values->empty())
    {
      json[key] = Numbers(*values);
    }
  }
  return json;
}

Json
MarkJson(const PlotMark & mark)
{
  return {{"axis", mark.isHorizontal ? "y" : "x"}, {"value", Number(mark.value)}, {"label", mark.label}};
}

Json
PlotJson(const Plot & plot)
{
  Json series = Json::array(), marks = Json::array();
  std::transform(plot.series.begin(), plot.series.end(), std::back_inserter(series), SeriesJson);
  std::transform(plot.marks.begin(), plot.marks.end(), std::back_inserter(marks), MarkJson);
  if (plot.markedX)
  {
    marks.push_back(MarkJson({*plot.markedX, plot.markedLabel, false}));
  }
  return {{"title", plot.title},
          {"description", plot.description},
          {"x-label", plot.xLabel},
          {"y-label", plot.yLabel},
          {"ideal-diagonal", plot.isIdealDiagonal},
          {"logarithmic-x", plot.isLogarithmic || plot.isLogarithmicX},
          {"logarithmic-y", plot.isLogarithmic || plot.isLogarithmicY},
          {"series", std::move(series)},
          {"marks", std::move(marks)}};
}

Json
ColumnJson(const TableColumn & column)
{
  return {{"key", column.key}, {"label", column.label}, {"unit", column.unit}};
}

Json
RowJson(const ImageRow & row)
{
  Json images = Json::array();
  for (const ReportImage & image : row.images)
  {
    images.push_back({{"description", image.description}, {"picture", PictureJson(image.png)}});
  }
  return {{"name", row.name}, {"lines", row.lines}, {"images", std::move(images)}};
}

Json
BarJson(const std::optional<ColorBar> & bar)
{
  return bar ? Json{{"low", bar->low}, {"high", bar->high}, {"label", bar->label}} : Json();
}

template <typename TItem, typename TFunction>
Json
List(const std::vector<TItem> & items, TFunction && make)
{
  Json json = Json::array();
  std::transform(items.begin(), items.end(), std::back_inserter(json), make);
  return json;
}
} // namespace

struct ReportJson::Content
{
  std::string title;
  std::string statement;
  Json sections = Json::array();

  void
  Add(Json item)
  {
    if (sections.empty())
    {
      Begin("", "");
    }
    sections.back()["content"].push_back(std::move(item));
  }
  void
  Begin(const std::string & name, const std::string & lead)
  {
    sections.push_back({{"title", name}, {"lead", lead}, {"content", Json::array()}});
  }
};

ReportJson::ReportJson(const std::string & title, const std::string & statement)
    : m_Content(std::make_unique<Content>())
{
  m_Content->title = title;
  m_Content->statement = statement;
}

ReportJson::~ReportJson() = default;

void
ReportJson::AddSection(const std::string & title, const std::string & lead)
{
  m_Content->Begin(title, lead);
}

void
ReportJson::AddParagraph(const std::string & text)
{
  m_Content->Add({{"kind", "paragraph"}, {"text", text}});
}

void
ReportJson::AddList(const std::vector<std::string> & items)
{
  if (!items.empty())
  {
    m_Content->Add({{"kind", "list"}, {"items", items}});
  }
}

void
ReportJson::AddWarnings(const std::vector<std::string> & warnings)
{
  if (!warnings.empty())
  {
    m_Content->Add({{"kind", "warnings"}, {"items", warnings}});
  }
}

void
ReportJson::AddVerdicts(const std::vector<Verdict> & verdicts, const std::string & caption)
{
  if (!verdicts.empty())
  {
    m_Content->Add({{"kind", "verdicts"}, {"caption", caption}, {"verdicts", Json::parse(VerdictsJson(verdicts))}});
  }
}

void
ReportJson::AddTable(const ReportTable & table, const std::string & caption)
{
  m_Content->Add({{"kind", "table"},
                  {"caption", caption},
                  {"columns", List(table.columns, ColumnJson)},
                  {"rows", Json::parse(TableJson(table))}});
}

void
ReportJson::AddFigure(const std::string & png, const std::string & description, const std::string & caption)
{
  m_Content->Add(
      {{"kind", "figure"}, {"description", description}, {"caption", caption}, {"picture", PictureJson(png)}});
}

void
ReportJson::AddImages(const ImageGrid & grid)
{
  m_Content->Add({{"kind", "images"},
                  {"caption", grid.caption},
                  {"columns", grid.columns},
                  {"color-bars", List(grid.bars, BarJson)},
                  {"rows", List(grid.rows, RowJson)}});
}

void
ReportJson::AddPlots(const std::vector<Plot> & plots, const std::string & caption)
{
  m_Content->Add({{"kind", "plots"}, {"caption", caption}, {"plots", List(plots, PlotJson)}});
}

void
ReportJson::AddFacts(const std::string & title, const Facts & facts)
{
  m_Content->Add({{"kind", "facts"},
                  {"title", title},
                  {"facts",
                   List(facts,
                        [](const auto & fact) {
                          return Json{{"name", fact.first}, {"value", fact.second}};
                        })}});
}

std::string
ReportJson::Text(const std::string & footer) const
{
  const Json json{{"format", "tweedie-report"},
                  {"version", 1},
                  {"use", "research use only"},
                  {"title", m_Content->title},
                  {"statement", m_Content->statement},
                  {"footer", footer},
                  {"sections", m_Content->sections}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}
} // namespace tweedie
