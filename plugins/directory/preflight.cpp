#include "directory/preflight.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "directory/fd.h"

namespace copydesk::directory {
namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

std::string cannot_read(const std::string& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd ? std::string() : folder + ": cannot be read: " + std::strerror(errno);
}

std::string cannot_write_below(const std::string& folder) {
  std::string nearest = folder;
  struct stat st {};
  while (::stat(nearest.c_str(), &st) != 0) {
    if ((errno != ENOENT && errno != ENOTDIR) || nearest == "/" || nearest == ".")
      return nearest + ": " + std::strerror(errno);
    nearest = folder_of(nearest);
  }
  if (!S_ISDIR(st.st_mode)) return nearest + ": is no folder";
  if (::faccessat(AT_FDCWD, nearest.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
  return nearest + ": cannot be written to: " + std::strerror(errno);
}

}  // namespace copydesk::directory
