// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportMarkup.h"

#include <cstdint>

namespace tweedie
{
namespace
{
/** Length of the UTF-8 sequence that starts here; 0 if there is none (also overlong forms and surrogates). */
std::size_t
SequenceLength(const std::string & text, std::size_t i)
{
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const unsigned lead = byte(i);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  for (std::size_t k = 1; k < length; ++k)
  {
    if ((byte(i + k) & 0xC0u) != 0x80u)
    {
      return 0;
    }
  }
  const unsigned second = byte(i + 1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || outside ? 0 : length;
}

const char *
Entity(char c)
{
  switch (c)
  {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return nullptr;
  }
}
} // namespace

std::string
EscapeHtml(const std::string & text)
{
  std::string escaped;
  escaped.reserve(text.size());
  for (std::size_t i = 0; i < text.size();)
  {
    const std::size_t length = SequenceLength(text, i);
    const bool isControl =
        length == 1 && static_cast<unsigned char>(text[i]) < 0x20 && text[i] != '\n' && text[i] != '\t';
    if (length == 0 || isControl)
    {
      escaped += '?';
      ++i;
      continue;
    }
    if (const char * entity = length == 1 ? Entity(text[i]) : nullptr)
    {
      escaped += entity;
    }
    else
    {
      escaped.append(text, i, length);
    }
    i += length;
  }
  return escaped;
}

std::string
GoalOf(const TableColumn & column)
{
  switch (column.best)
  {
  case BestValue::Highest:
    return "↑";
  case BestValue::Lowest:
    return "↓";
  case BestValue::NearestToTarget:
    return "→\u00A0" + FormatSignificant(column.target, 2);
  default:
    return "";
  }
}

std::string
Base64(const std::string & bytes)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3)
  {
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k)
    {
      word = (word << 8) | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    text += alphabet[word >> 18];
    text += alphabet[(word >> 12) & 63u];
    text += i + 1 < bytes.size() ? alphabet[(word >> 6) & 63u] : '=';
    text += i + 2 < bytes.size() ? alphabet[word & 63u] : '=';
  }
  return text;
}

namespace
{
constexpr const char * style = R"css(
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5a636e;--faint:#8a939d;--line:#d9dee3;--paper:#fff;--panel:#f6f7f9;
--accent:#0b5cad;--best:#e3f1e6;--bestink:#155724;--warn:#fff4d6;--warnline:#d9a400;
--s0:#0b5cad;--s1:#c2410c;--s2:#2f7d32;--s3:#8b2f8f;--s4:#7a5c00;--s5:#00797a;--s6:#b0234f;--s7:#555f6b}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#a3acb6;--faint:#7c8691;--line:#343b43;--paper:#14171a;
--panel:#1c2025;--accent:#7ab8f5;--best:#17341f;--bestink:#a6e0b4;--warn:#3a2f0b;--warnline:#b38b1d;
--s0:#7ab8f5;--s1:#ff9a62;--s2:#7fd083;--s3:#d993dc;--s4:#e2c04f;--s5:#55d0d1;--s6:#ff86a8;--s7:#b4bec9}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 28px 48px}
header{border-bottom:2px solid var(--ink);padding-bottom:14px;margin-bottom:8px}
header .mark{display:flex;justify-content:space-between;color:var(--soft);font-size:12.5px;letter-spacing:.04em}
header .mark b{color:var(--accent);letter-spacing:.02em}
h1{font-size:28px;line-height:1.2;margin:10px 0 6px;font-weight:650}
h2{font-size:19px;margin:38px 0 6px;font-weight:650;border-bottom:1px solid var(--line);padding-bottom:5px}
h3{font-size:15px;margin:22px 0 6px;font-weight:650}
p{margin:6px 0 10px;max-width:86ch}
ul{margin:6px 0 10px;padding-left:20px;max-width:86ch}
li{margin:3px 0}
.statement{color:var(--soft);max-width:92ch;margin:0}
.lead,.caption{color:var(--soft)}
.caption{font-size:13px;margin:8px 0 0;max-width:100ch}
.warnings{background:var(--warn);border-left:4px solid var(--warnline);padding:10px 16px;margin:16px 0;border-radius:3px}
.warnings h3{margin:0 0 4px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th{font-weight:600;text-align:right;vertical-align:bottom;padding:6px 9px;border-bottom:1.5px solid var(--ink);line-height:1.25}
th small{display:block;font-weight:400;color:var(--soft);font-size:12px}
td{text-align:right;padding:6px 9px;border-bottom:1px solid var(--line);white-space:nowrap}
th.text,td.text{text-align:left;white-space:normal}
td.text:first-child{font-weight:600;white-space:nowrap}
tbody tr:last-child td{border-bottom:1.5px solid var(--ink)}
td .best{padding:2px 6px;margin:-2px -6px}
.best{background:var(--best);color:var(--bestink);font-weight:700;border-radius:4px;padding:1px 5px}
.second{text-decoration:underline;text-underline-offset:3px;text-decoration-thickness:1.5px}
.figure{max-width:100%;height:auto;display:block;margin-top:12px;border-radius:2px}
.grid{display:grid;gap:10px 14px;align-items:start;margin-top:12px}
.grid .head{font-weight:600;font-size:13.5px;align-self:end}
.grid .label b{display:block;font-size:14.5px;line-height:1.3}
.grid .label span{display:block;color:var(--soft);font-size:12.5px;font-variant-numeric:tabular-nums}
.pixels{position:relative;background:#000;border-radius:2px;overflow:hidden;line-height:0}
.pixels img{width:100%;height:100%;display:block;object-fit:cover;image-rendering:auto}
.pixels i{position:absolute;color:#fff;font:600 11px/1 system-ui,sans-serif;text-shadow:0 0 3px #000,0 0 2px #000}
.pixels .l{left:5px;top:50%;transform:translateY(-50%)}.pixels .r{right:5px;top:50%;transform:translateY(-50%)}
.pixels .t{top:5px;left:50%;transform:translateX(-50%)}.pixels .b{bottom:5px;left:50%;transform:translateX(-50%)}
.pixels .bar{left:8px;bottom:8px;border-bottom:2px solid #fff;text-align:center;padding-bottom:3px;font-weight:500}
.blank{display:flex;align-items:center;justify-content:center;color:var(--faint);font-size:12.5px;border:1px dashed var(--line);
border-radius:2px;text-align:center;padding:8px}
.key{font-weight:400}.key img{width:100%;height:11px;margin-top:4px;display:block;border-radius:2px;image-rendering:auto}
.key div{display:flex;justify-content:space-between;font-size:12px;color:var(--soft);font-variant-numeric:tabular-nums}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(330px,1fr));gap:18px;margin-top:12px}
.plots.single{grid-template-columns:minmax(0,760px)}
svg{width:100%;height:auto;display:block}
svg text{fill:var(--soft);font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums}
svg .title{fill:var(--ink);font-weight:600;font-size:13.5px}
svg .frame{fill:none;stroke:var(--faint)}svg .rule{stroke:var(--line)}
svg .ideal{stroke:var(--soft);stroke-dasharray:5 4;fill:none}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 16px;font-size:13.5px;margin:6px 0 14px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
dd code,p code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--panel);padding:1px 5px;
border-radius:3px;white-space:pre-wrap}
footer{margin-top:40px;border-top:1px solid var(--line);padding-top:10px;color:var(--soft);font-size:12.5px}
@media (max-width:700px){main{padding:20px 14px}.grid{gap:8px}.grid .label{grid-column:1/-1}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--faint:#777;--line:#ccc;--paper:#fff;--panel:#f4f4f4;
--accent:#0b5cad;--best:#e3f1e6;--bestink:#155724;--warn:#fff8e6;
--s0:#0b5cad;--s1:#c2410c;--s2:#2f7d32;--s3:#8b2f8f;--s4:#7a5c00;--s5:#00797a;--s6:#b0234f;--s7:#555f6b}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{font-size:9.5pt}main{max-width:none;padding:0}h1{font-size:18pt}h2{break-after:avoid;margin-top:18pt;font-size:13pt}
.scroll{overflow:visible}table{font-size:7.8pt}th,td{padding:3px 4px}th small,.caption,.grid .label span{font-size:7.5pt}
td .best{padding:1px 3px;margin:-1px -3px}.grid .head,.grid .label b{font-size:8.5pt}dl{font-size:8.5pt}
dd code{font-size:7.8pt}.plots{grid-template-columns:1fr 1fr}
.row,.plots,dl,table,.warnings,.pixels{break-inside:avoid}}
)css";
} // namespace

const char *
ReportStyle()
{
  return style;
}
} // namespace tweedie
