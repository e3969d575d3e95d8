// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomSeries.h"

#include "tweedieChildProcess.h"
#include "tweedieDicomFile.h"
#include "tweedieDicomHeader.h"
#include "tweedieDicomOrder.h"
#include "tweedieError.h"
#include "tweedieFilesBelow.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace tweedie
{
namespace
{
constexpr int mostCrashes = 20;

/** A file, or all below a folder. Throws DataError where there is none. */
std::vector<std::string>
FilesAt(const std::string & path)
{
  std::error_code error;
  const bool isFile = std::filesystem::is_regular_file(path, error);
  std::vector<std::string> files = isFile ? std::vector<std::string>{path} : FilesBelow(path);
  if (files.empty())
  {
    throw DataError(path + ": given a folder without files; required DICOM files");
  }
  return files;
}

/** The headers of files from first on, one message each: H and the header, or E and an error. */
void
EmitHeaders(const std::vector<std::string> & files,
            std::size_t first,
            const std::function<void(const std::string &)> & emit)
{
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  for (std::size_t i = first; i < files.size(); ++i)
  {
    try
    {
      DcmFileFormat file;
      LoadDicom(files[i], file);
      emit("H" + ToMessage(HeaderOf(files[i], file)));
    }
    catch (const Error & error)
    {
      emit(std::string("E") + error.what());
    }
  }
}

/** A file that ends the child is named, and the others are read by another one. */
void
CollectHeaders(const std::vector<std::string> & files, DicomListing & listing, std::vector<DicomImage> & images)
{
  std::size_t next = 0;
  const auto receive = [&](const std::string & message)
  {
    const std::string content = message.substr(1);
    if (message[0] == 'E')
    {
      listing.unreadable.push_back(content);
    }
    else
    {
      DicomHeader header = HeaderFromMessage(content);
      listing.otherDicom += header.hasPixels ? 0 : 1;
      std::move(header.images.begin(), header.images.end(), std::back_inserter(images));
    }
    ++next;
  };
  for (int crashes = 0; next < files.size();)
  {
    const auto work = [&](const std::function<void(const std::string &)> & emit) { EmitHeaders(files, next, emit); };
    try
    {
      RunInChild("DICOM header", {}, work, receive);
    }
    catch (const DataError & error)
    {
      if (next >= files.size() || ++crashes > mostCrashes)
      {
        throw;
      }
      listing.unreadable.push_back(files[next] + ": " + error.what());
      ++next;
    }
  }
}

DicomListing
List(const std::string & path, const DicomReadOptions & options)
{
  const std::vector<std::string> files = FilesAt(path);
  std::vector<std::string> candidates;
  std::copy_if(files.begin(), files.end(), std::back_inserter(candidates), IsDicom);
  DicomListing listing;
  listing.files = static_cast<std::int64_t>(files.size());
  listing.foreign = static_cast<std::int64_t>(files.size() - candidates.size());
  std::vector<DicomImage> images;
  CollectHeaders(candidates, listing, images);
  for (const DicomGroup & group : GroupDicom(std::move(images)))
  {
    listing.entries.push_back(VolumeOf(group, options));
  }
  return listing;
}

/** By its number in the list, from 1; by its UID or the end of one. */
bool
IsSelected(const DicomListing::Entry & entry, std::size_t index, const std::string & selector)
{
  const std::string & uid = entry.series.seriesUid;
  const bool isEnd =
      uid.size() >= selector.size() && uid.compare(uid.size() - selector.size(), selector.size(), selector) == 0;
  return selector == std::to_string(index + 1) || (selector.find('.') != std::string::npos && isEnd);
}

std::string
Candidates(const DicomListing & listing, const std::vector<std::size_t> & chosen)
{
  constexpr std::size_t most = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(chosen.size(), most); ++i)
  {
    const DicomSeries & series = listing.entries[chosen[i]].series;
    const auto size = series.grid.size;
    text += (i == 0 ? "" : ", ") + std::to_string(chosen[i] + 1) + ": " + series.modality + " " +
            std::to_string(size.x) + " x " + std::to_string(size.y) + " x " + std::to_string(size.z);
  }
  return text + (chosen.size() > most ? ", ..." : "");
}
} // namespace

void
DicomReadOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("series",
                "of a folder of DICOM files: the one to read, by the number that tweedie info prints, its UID or "
                "the end of that"),
          series);
  v.Visit(Field("fill-missing", "interpolate slices that are missing in a DICOM series"), fillMissing);
  v.Visit(Field("resample-tilt", "shift the slices of a tilted gantry onto a grid, by linear interpolation"),
          resampleTilt);
}

bool
IsDicomPath(const std::string & path)
{
  std::error_code error;
  return std::filesystem::is_directory(path, error) || (std::filesystem::is_regular_file(path, error) && IsDicom(path));
}

DicomListing
ListDicom(const std::string & path)
{
  return List(path, {});
}

DicomSeries
SelectDicomSeries(const std::string & path, const DicomReadOptions & options)
{
  DicomListing listing = List(path, options);
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < listing.entries.size(); ++i)
  {
    if (options.series.empty() || IsSelected(listing.entries[i], i, options.series))
    {
      chosen.push_back(i);
    }
  }
  if (chosen.empty() && !options.series.empty() && !listing.entries.empty())
  {
    throw UsageError("--series: given " + options.series + ", which is none of those in " + path +
                     "; required a number up to " + std::to_string(listing.entries.size()) + " or a UID");
  }
  if (!listing.unreadable.empty())
  {
    // Each might be a slice of the series; without the middle one of three, the others lie at even steps.
    throw DataError(listing.unreadable.front());
  }
  if (chosen.empty())
  {
    throw DataError(path + ": no DICOM images; required a series");
  }
  if (chosen.size() > 1)
  {
    throw DataError(path + ": " + std::to_string(chosen.size()) + " series (" + Candidates(listing, chosen) +
                    "); required one, by --series NUMBER");
  }
  DicomListing::Entry & entry = listing.entries[chosen.front()];
  if (!entry.problems.empty())
  {
    throw DataError(path + ": " + entry.problems.front());
  }
  return std::move(entry.series);
}
} // namespace tweedie
