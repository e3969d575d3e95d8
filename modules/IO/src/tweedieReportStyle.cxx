// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportMarkup.h"
#include "tweedieReportTheme.h"

namespace tweedie
{
namespace
{
constexpr const char * screenStyle = R"css(
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
.warnings h2,.warnings h3{margin:0 0 4px;font-size:15px;border:0;padding:0}
caption{caption-side:bottom;text-align:left;font-size:13px;color:var(--soft)}
caption>span{display:block;position:sticky;left:0;width:max-content;max-width:min(100ch,calc(100vw - 28px));margin:8px 0 0}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.scroll{overflow-x:auto}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
a{color:var(--accent)}
nav{font-size:13px;margin:10px 0 0}nav ol{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;padding:0;margin:0}
.verdicts{list-style:none;padding:0;margin:10px 0;max-width:none}
.verdicts li{display:grid;grid-template-columns:26px minmax(0,15em) minmax(0,1fr);gap:0 12px;padding:9px 12px 9px 10px;
margin:0;border-bottom:1px solid var(--line);align-items:start}
.verdicts li:first-child{border-top:1px solid var(--line)}
.light{width:22px;height:22px;margin-top:2px}
.verdicts b{display:block;line-height:1.35}.verdicts em{font-style:normal;font-weight:700;font-size:13px}
.verdicts .numbers{display:block;font-weight:600;font-variant-numeric:tabular-nums}
.verdicts .sentence{display:block;color:var(--soft);max-width:80ch}
.passed em{color:var(--passed)}.warned em{color:var(--warned)}.failed em{color:var(--failed)}
.untested em{color:var(--untested)}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th{font-weight:600;text-align:right;vertical-align:bottom;padding:6px 9px;border-bottom:1.5px solid var(--ink);line-height:1.25}
th small{display:block;font-weight:400;color:var(--soft);font-size:12px}
td{text-align:right;padding:6px 9px;border-bottom:1px solid var(--line);white-space:nowrap}
th.text,td.text{text-align:left;white-space:normal}
tbody th{border-bottom:1px solid var(--line);vertical-align:middle}tbody th.text{white-space:nowrap}
tbody tr:last-child>*{border-bottom:1.5px solid var(--ink)}
td .best{padding:2px 6px;margin:-2px -6px}
.best{background:var(--best);color:var(--bestink);font-weight:700;border-radius:4px;padding:1px 5px}
.second{text-decoration:underline;text-underline-offset:3px;text-decoration-thickness:1.5px}
.figure{max-width:100%;height:auto;display:block;margin-top:12px;border-radius:2px}
.grid{display:grid;grid-template-columns:minmax(96px,150px) repeat(var(--n),minmax(0,300px));gap:10px 14px;align-items:start;
margin-top:12px}
.grid .head{font-weight:600;font-size:13.5px;align-self:end}
.grid .label b{display:block;font-size:14.5px;line-height:1.3}
.grid .label span{display:block;color:var(--soft);font-size:12.5px;font-variant-numeric:tabular-nums}
.pixels{position:relative;background:#000;border-radius:2px;overflow:hidden;line-height:0}
.pixels img{width:100%;height:100%;display:block;object-fit:cover;image-rendering:auto}
.pixels i{position:absolute;color:#fff;font:600 11px/1 system-ui,sans-serif;text-shadow:0 0 3px #000,0 0 2px #000}
.pixels .l{left:5px;top:50%;transform:translateY(-50%)}.pixels .r{right:5px;top:50%;transform:translateY(-50%)}
.pixels .t{top:5px;left:50%;transform:translateX(-50%)}.pixels .b{bottom:5px;left:50%;transform:translateX(-50%)}
.pixels .bar{left:8px;bottom:8px;border-bottom:2px solid #fff;text-align:center;padding-bottom:3px;font-weight:500}
.blank{display:flex;align-items:center;justify-content:center;color:var(--soft);font-size:12.5px;border:1px dashed var(--line);
border-radius:2px;text-align:center;padding:8px}
.key{font-weight:400}.key img{width:100%;height:11px;margin-top:4px;display:block;border-radius:2px;image-rendering:auto}
.key div{display:flex;justify-content:space-between;font-size:12px;color:var(--soft);font-variant-numeric:tabular-nums}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:18px;margin-top:12px}
.plots.single{grid-template-columns:minmax(0,760px)}
.plots.single svg{min-width:560px}
svg{width:100%;height:auto;display:block}
svg text{fill:var(--soft);font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums}
svg .title{fill:var(--ink);font-weight:600;font-size:13.5px}
svg .frame{fill:none;stroke:var(--faint)}svg .rule{stroke:var(--line)}
svg .mark{paint-order:stroke;stroke:var(--paper);stroke-width:3px}
svg .ideal{stroke:var(--soft);stroke-dasharray:5 4;fill:none}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 16px;font-size:13.5px;margin:6px 0 14px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
dd code,p code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--panel);padding:1px 5px;
border-radius:3px;white-space:pre-wrap}
footer{margin-top:40px;border-top:1px solid var(--line);padding-top:10px;color:var(--soft);font-size:12.5px}
@media (max-width:700px){main{padding:20px 14px}.grid{gap:8px;grid-template-columns:repeat(var(--n),minmax(0,1fr))}
.grid>:first-child{display:none}.grid .label{grid-column:1/-1}.key div{flex-wrap:wrap}
.verdicts li{grid-template-columns:26px minmax(0,1fr)}.verdicts li>:last-child{grid-column:2}
tbody th.text{white-space:normal;min-width:7em;position:sticky;left:0;background:var(--paper)}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin:0 0 6px}}
)css";

constexpr const char * printStyle = R"css(*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{font-size:9.5pt}main{max-width:none;padding:0}h1{font-size:18pt}h2{break-after:avoid;margin-top:18pt;font-size:13pt}
.scroll{overflow:visible}table{font-size:7.8pt}caption{font-size:7.5pt}.grid .head,.lead{break-after:avoid}th,td{padding:3px 4px}th small,.caption,.grid .label span{font-size:7.5pt}
td .best{padding:1px 3px;margin:-1px -3px}.grid .head,.grid .label b{font-size:8.5pt}dl{font-size:8.5pt}
dd code{font-size:7.8pt}.plots{grid-template-columns:1fr 1fr}
nav{display:none}.verdicts li{break-inside:avoid;padding:4px 6px}.light{width:15px;height:15px}
.plots.single svg{min-width:0}
.plots>*,dl,table,.warnings,.pixels{break-inside:avoid}}
)css";
} // namespace

std::string
ReportStyle()
{
  // Paper is white whatever the screen's theme, and its texts are darker.
  const std::string light = ThemeVariables(false);
  return "\n:root{color-scheme:light dark;" + light + "}\n@media (prefers-color-scheme:dark){:root{" +
         ThemeVariables(true) + "}}" + screenStyle + "@media print{:root{color-scheme:light;" + light +
         "--ink:#000;--soft:#444;--line:#ccc;--panel:#f4f4f4}\n" + printStyle;
}
} // namespace tweedie
