// SPDX-License-Identifier: Apache-2.0
// Geometry files of CT: XML by expat, numbers and matrices by us.
#include "tweedieCTGeometryFile.h"
#include "tweedieFuzz.h"

#include <sys/mman.h>
#include <unistd.h>

namespace
{
/** A file in memory, which has a path as others have. */
class MemoryFile
{
public:
  MemoryFile(const std::uint8_t * bytes, std::size_t size) : m_File(memfd_create("geometry", MFD_CLOEXEC))
  {
    tweedie::fuzz::Require(m_File >= 0 && write(m_File, bytes, size) == static_cast<ssize_t>(size));
  }
  MemoryFile(const MemoryFile &) = delete;
  MemoryFile & operator=(const MemoryFile &) = delete;
  ~MemoryFile()
  {
    close(m_File);
  }
  std::string
  Path() const
  {
    return "/proc/self/fd/" + std::to_string(m_File);
  }

private:
  int m_File;
};
} // namespace

int
LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size)
{
  using namespace tweedie;
  const MemoryFile file(bytes, size);
  fuzz::Hold(
      [&]
      {
        const CTGeometry geometry = ReadCTGeometry(file.Path());
        fuzz::Require(!geometry.views.empty());
        geometry.Require();
      });
  return 0;
}
