// SPDX-License-Identifier: Apache-2.0
#include "tweedieDeidentify.h"

#include "tweedieChildProcess.h"
#include "tweedieDicomCleaning.h"
#include "tweedieDicomFile.h"
#include "tweedieDicomUid.h"
#include "tweedieError.h"
#include "tweedieFilesBelow.h"
#include "tweedieFolderOutput.h"

#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

constexpr int mostCrashes = 20;
constexpr std::uint64_t bytesPerSecond = std::uint64_t(1) << 20U; // far below what copying takes

/** The files, and all DICOM files below folders, each once, in the order of their names. */
std::vector<std::string>
DicomFiles(const std::vector<std::string> & paths, std::size_t & foreign)
{
  std::set<std::string> files;
  for (const std::string & path : paths)
  {
    std::error_code error;
    if (!fs::is_directory(path, error))
    {
      files.insert(path);
      continue;
    }
    for (const std::string & file : FilesBelow(path))
    {
      IsDicom(file) ? void(files.insert(file)) : void(++foreign);
    }
  }
  return {files.begin(), files.end()};
}

/** What is read and where it goes. */
class Run
{
public:
  Run(const std::vector<std::string> & paths, const DeidentifyOptions & options, const ProgressCallback & progress)
      : m_Options(options), m_Progress(progress), m_Profile(options.keep), m_Pseudonyms(options.keyFile),
        m_Cleaner(m_Profile, m_Pseudonyms), m_Files(DicomFiles(paths, m_Result.foreign))
  {
    if (m_Files.empty())
    {
      throw DataError("deidentify: given no DICOM files; required some");
    }
    for (const std::string & file : m_Files)
    {
      std::error_code ignored;
      const std::uintmax_t size = fs::file_size(file, ignored);
      m_Limits.seconds += ignored ? 0 : size / bytesPerSecond;
    }
  }

  DeidentifyResult
  Write(const std::string & folder)
  {
    m_Folder = folder;
    for (int crashes = 0; m_Next < m_Files.size();)
    {
      try
      {
        RunInChild(
            "deidentify",
            m_Limits,
            [this](const auto & emit) { EmitFiles(emit); },
            [this](const std::string & message) { Receive(message); });
      }
      catch (const DataError & error)
      {
        if (m_IsOurs || m_Next >= m_Files.size() || ++crashes > mostCrashes)
        {
          throw;
        }
        Refuse(m_Files[m_Next] + ": " + error.what());
        Advance();
      }
    }
    m_Result.patients = m_Patients.size();
    return std::move(m_Result);
  }

private:
  void
  EmitFiles(const std::function<void(const std::string &)> & emit) const
  {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    if (!dcmDataDict.isDictionaryLoaded())
    {
      throw UsageError("deidentify: given no dictionary of DCMTK; required DCMDICTPATH to name it");
    }
    for (std::size_t i = m_Next; i < m_Files.size(); ++i)
    {
      EmitCleaned(m_Files[i], m_Cleaner, m_Pseudonyms, m_Options, emit);
    }
  }

  void
  Receive(const std::string & message)
  {
    const std::string content = message.substr(1);
    switch (static_cast<CleaningMessage>(message[0]))
    {
    case CleaningMessage::Bytes:
      return Append(content);
    case CleaningMessage::Done:
      Finish(content.substr(0, content.find(' ')), content.substr(content.find(' ') + 1));
      return Advance();
    case CleaningMessage::Refused:
      Refuse(content);
      return Advance();
    case CleaningMessage::Directory:
      ++m_Result.directories;
      return Advance();
    }
  }

  std::string
  Part() const
  {
    return m_Folder + "/part";
  }

  void
  Append(const std::string & bytes)
  {
    if (!m_Stream.is_open())
    {
      m_Stream.open(Part(), std::ios::binary | std::ios::trunc);
    }
    m_Stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  void
  Finish(const std::string & uid, const std::string & patient)
  {
    m_Stream.close();
    m_IsOurs = true; // what is thrown here is no fault of the file
    if (!m_Stream)
    {
      throw DataError("deidentify: a file could not be written; required a disk that is not full");
    }
    m_Patients.insert(patient);
    if (!m_Options.patientId.empty() && m_Patients.size() > 1)
    {
      throw UsageError("--patient-id: given one for files of several patients; required files of one");
    }
    m_IsOurs = false;
    if (!IsUid(uid) || !m_Uids.insert(uid).second)
    {
      IsUid(uid) ? void(++m_Result.duplicates)
                 : Refuse(m_Files[m_Next] + ": given a SOPInstanceUID that is none; required a UID");
      return;
    }
    fs::rename(Part(), m_Folder + "/" + uid + ".dcm");
    ++m_Result.written;
  }

  void
  Refuse(const std::string & reason)
  {
    m_IsOurs = !m_Options.leaveOut;
    if (!m_Options.leaveOut)
    {
      throw DataError(reason +
                      (reason.find("--") == std::string::npos ? ", or --leave-out to do without the file" : ""));
    }
    m_Result.refused.push_back(reason);
  }

  void
  Advance()
  {
    m_Stream.close();
    m_Stream.clear();
    std::error_code ignored;
    fs::remove(Part(), ignored);
    ++m_Next;
    ProgressReport report;
    report.task = "deidentify";
    report.step = static_cast<std::int64_t>(m_Next);
    report.steps = static_cast<std::int64_t>(m_Files.size());
    report.elapsedSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_Start).count();
    if (m_Progress && !m_Progress(report))
    {
      throw Aborted("deidentify: interrupted; nothing was written");
    }
  }

  const DeidentifyOptions & m_Options;
  const ProgressCallback & m_Progress;
  Confidentiality m_Profile;
  Pseudonyms m_Pseudonyms;
  DicomCleaner m_Cleaner;
  DeidentifyResult m_Result;
  std::vector<std::string> m_Files;
  ChildLimits m_Limits;
  std::string m_Folder;
  std::size_t m_Next = 0;
  std::ofstream m_Stream;
  std::set<std::string> m_Uids;
  std::set<std::string> m_Patients;
  bool m_IsOurs = false; ///< what was thrown last was not the child's
  std::chrono::steady_clock::time_point m_Start = std::chrono::steady_clock::now();
};

/** An output that would take the place of what is read. */
void
RequireApart(const std::vector<std::string> & paths, const std::string & folder)
{
  const fs::path output = fs::weakly_canonical(folder);
  for (const std::string & path : paths)
  {
    const fs::path input = fs::weakly_canonical(path);
    const auto [end, ignored] = std::mismatch(output.begin(), output.end(), input.begin(), input.end());
    if (end == output.end())
    {
      throw UsageError("--output: given " + folder + ", which holds the input; required another folder");
    }
  }
}

void
RequirePatientId(const std::string & id)
{
  constexpr std::size_t longest = 64;
  const bool isPlain = std::all_of(
      id.begin(), id.end(), [](char c) { return c >= ' ' && c <= '~' && c != '\\' && c != '^' && c != '='; });
  if (!isPlain || id.size() > longest)
  {
    throw UsageError("--patient-id: given " + std::to_string(id.size()) +
                     " characters; required at most 64 printable ones of ASCII without backslash, ^ and =");
  }
}
} // namespace

void
DeidentifyOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("profile", "of PS3.15 annex E").Choices({"basic"}), profile);
  v.Visit(Field("keep", "an option of the profile: what is kept of what it would remove")
              .Choices({"uids", "device", "institution", "patient-characteristics", "dates", "modified-dates"}),
          keep);
  v.Visit(Field("patient-id", "name and number of the patient from now on; not given: made from the key"), patientId);
  v.Visit(Field("key", "secret bytes, with which the same UIDs, names and days come out again; not given: random")
              .Reads(PathKind::File),
          keyFile);
  v.Visit(Field("burned-in", "go on with pixels that have text in them, or may have"), burnedIn);
  v.Visit(Field("leave-out", "do without files that are refused, and list them"), leaveOut);
}

DeidentifyResult
Deidentify(const std::vector<std::string> & paths,
           const std::string & folder,
           const DeidentifyOptions & options,
           bool overwrite,
           const ProgressCallback & progress)
{
  const std::vector<std::string> extensions{".dcm"};
  RequirePatientId(options.patientId);
  RequireApart(paths, folder);
  RequireWritableFolder(folder, extensions, overwrite);
  Run run(paths, options, progress);
  DeidentifyResult result;
  WriteFolderAtomically(folder,
                        extensions,
                        overwrite,
                        [&](const std::string & temporary)
                        {
                          result = run.Write(temporary);
                          if (result.written == 0)
                          {
                            throw DataError("deidentify: every file was refused; required one that is not");
                          }
                        });
  return result;
}
} // namespace tweedie
