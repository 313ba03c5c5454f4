#include "io/temporary_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "io/files.h"

namespace copydesk::io {
namespace {

// As std::filesystem::temp_directory_path, which does not say which folder it found missing.
std::string parent_of_all() {
  for (const char* name : {"TMPDIR", "TMP", "TEMP", "TEMPDIR"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return "/tmp";
}

}  // namespace

TemporaryFolder::TemporaryFolder(const std::string& prefix) : parent_(parent_of_all()) {
  std::string pattern = parent_ + "/" + prefix + "XXXXXX";
  if (::mkdtemp(pattern.data()) != nullptr)
    path_ = pattern;
  else
    made_ = system_error(parent_, "make a temporary folder", errno);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace copydesk::io
