// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomResult.h"

#include "tweedieDeviationCheck.h"
#include "tweedieDicomDerived.h"
#include "tweedieError.h"
#include "tweedieFolderOutput.h"

#include <cmath>
#include <filesystem>
#include <limits>

namespace tweedie
{
namespace
{
constexpr double intervalTail = 0.05; // on either side of the 90 % interval

const std::vector<std::string> &
Extensions()
{
  static const std::vector<std::string> extensions{".dcm", ".json", ".html", ".pdf"};
  return extensions;
}

/** What the standard has no code for is told apart by a scheme of our own (PS3.16 8.2: 99...). */
DicomCode
OwnCode(const std::string & value, const std::string & meaning)
{
  return {value, "99TWEEDIE", meaning};
}

Volume
Bound(const DicomResult & result, double sign)
{
  Volume bound(result.mean.GetGrid(), Volume::Element::Real);
  const double factor = sign * IntervalFactor(result.samples);
  for (std::int64_t i = 0; i < bound.NumberOfElements(); ++i)
  {
    bound.Data()[i] = static_cast<float>(result.mean.Data()[i] + factor * result.deviation.Data()[i]);
  }
  return bound;
}

/** Writes one object after the other into a folder, each a series of its own. */
class ResultFolder
{
public:
  ResultFolder(std::string folder, const DicomResult & result, const DicomSeries & source, DicomWriteOptions options)
      : m_Folder(std::move(folder)), m_Result(result), m_Source(source), m_Options(std::move(options)),
        m_Units(UnitsCode(source.units))
  {
    m_Options.overwrite = false; // the folder is new
  }

  DicomResultRecord
  Write()
  {
    DicomResultRecord record;
    DicomValues mean;
    if (!m_Result.isPosterior)
    {
      mean.quantity = "reconstruction";
      mean.derivation = {};
    }
    record.mean = Series("mean", m_Result.mean, mean);
    if (!m_Result.deviation.IsEmpty())
    {
      WriteMaps();
      DicomValues values;
      values.quantity = "standard deviation";
      values.derivation = {"113061", "DCM", "Standard Deviation"};
      values.isImage = false;
      record.deviation = Series("standard-deviation-16-bit", m_Result.deviation, values);
    }
    if (!m_Result.pdf.empty())
    {
      WriteEncapsulatedPdf(Path("report.dcm"), m_Result.pdf, m_Source, m_Result.title, Next());
    }
    record.files = m_Files;
    return record;
  }

private:
  std::string
  Path(const std::string & name)
  {
    m_Files.push_back(name);
    return m_Folder + '/' + name;
  }

  DicomWriteOptions
  Next()
  {
    DicomWriteOptions options = m_Options;
    ++m_Options.seriesNumber;
    return options;
  }

  DicomSeriesRecord
  Series(const std::string & name, const Volume & volume, const DicomValues & values)
  {
    DicomSeriesRecord record = WriteDicomSeries(m_Folder + '/' + name, volume, m_Source, values, Next());
    for (std::string & file : record.files)
    {
      file = name + '/' + std::filesystem::path(file).filename().string();
      m_Files.push_back(file);
    }
    return record;
  }

  void
  Map(const std::string & name, const Volume & volume, const DicomMapMeaning & meaning)
  {
    WriteParametricMap(Path(name + ".dcm"), volume, m_Source, meaning, Next());
  }

  void
  WriteMaps()
  {
    Map("standard-deviation",
        m_Result.deviation,
        {StandardDeviationCode(), m_Units, "STD_DEV", "Standard deviation of the posterior"});
    Map("interval-lower",
        Bound(m_Result, -1.0),
        {OwnCode("INTERVAL_LOWER", "Lower bound of 90 % interval"),
         m_Units,
         "INTERVAL_LOWER",
         "Lower bound of the 90 % interval",
         {"113062", "DCM", "Pixel by pixel subtraction"}});
    Map("interval-upper",
        Bound(m_Result, 1.0),
        {OwnCode("INTERVAL_UPPER", "Upper bound of 90 % interval"),
         m_Units,
         "INTERVAL_UPPER",
         "Upper bound of the 90 % interval",
         {"113042", "DCM", "Pixel by pixel addition"}});
    if (!m_Result.nullSpaceShare.IsEmpty())
    {
      Map("null-space-share",
          m_Result.nullSpaceShare,
          {OwnCode("NULL_SPACE_SHARE", "Share of variance not measured"),
           RatioCode(),
           "NULL_SPACE_SHARE",
           "Share of the variance in directions not measured",
           {"113046", "DCM", "Pixel by pixel division"}});
    }
  }

  std::string m_Folder;
  const DicomResult & m_Result;
  const DicomSeries & m_Source;
  DicomWriteOptions m_Options;
  DicomCode m_Units;
  std::vector<std::string> m_Files;
};
} // namespace

double
IntervalFactor(std::int64_t samples)
{
  if (samples < 2)
  {
    return StudentQuantile(1.0 - intervalTail, std::numeric_limits<double>::infinity());
  }
  const auto n = static_cast<double>(samples);
  return StudentQuantile(1.0 - intervalTail, n - 1.0) * std::sqrt(1.0 + 1.0 / n);
}

void
RequireDicomResultFolder(const std::string & folder, bool overwrite)
{
  RequireWritableFolder(folder, Extensions(), overwrite);
  std::error_code error;
  const std::filesystem::path path(folder);
  const bool isOther = std::filesystem::exists(path, error) && !std::filesystem::is_empty(path, error);
  if (isOther && !std::filesystem::exists(path / "mean" / "image-0001.dcm", error))
  {
    throw UsageError("output " + folder + ": is no result that was written so; required a new folder");
  }
}

DicomResultRecord
WriteDicomResult(const std::string & folder,
                 const DicomResult & result,
                 const DicomSeries & source,
                 const DicomWriteOptions & options,
                 const std::function<void(const std::string & folder, const DicomResultRecord &)> & finish)
{
  RequireDicomResultFolder(folder, options.overwrite);
  RequireApart(folder, source);
  DicomResultRecord record;
  WriteFolderAtomically(folder,
                        Extensions(),
                        options.overwrite,
                        [&](const std::string & temporary)
                        {
                          record = ResultFolder(temporary, result, source, options).Write();
                          if (finish)
                          {
                            finish(temporary, record);
                          }
                        });
  std::vector<std::string> none;
  for (std::vector<std::string> * files :
       {&record.files, &record.mean.files, record.deviation ? &record.deviation->files : &none})
  {
    for (std::string & file : *files)
    {
      file = (std::filesystem::path(folder) / file).string();
    }
  }
  return record;
}
} // namespace tweedie
