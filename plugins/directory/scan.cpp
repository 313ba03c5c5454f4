#include "directory/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "directory/fd.h"

namespace copydesk::directory {
namespace {

struct Folder {
  std::string path;                  // with a slash at the end, or empty
  std::vector<std::string> entries;  // sorted; folders end with a slash
  std::size_t next = 0;
};

bool is_below(std::string_view path, std::string_view folder) {
  return !folder.empty() && path.starts_with(folder) &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

unsigned char type_of(int folder, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type;
  struct stat st {};
  if (::fstatat(folder, entry.d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
  return S_ISDIR(st.st_mode)   ? DT_DIR
         : S_ISREG(st.st_mode) ? DT_REG
         : S_ISLNK(st.st_mode) ? DT_LNK
                               : DT_FIFO;
}

class Lister {
 public:
  Lister(int root, const Choice& choice,
         const std::function<void(int, const std::string&)>& entering)
      : root_(root), choice_(choice), entering_(entering) {}

  Listing run(const std::string& start) {
    enter(start);
    while (!stack_.empty()) {
      Folder& folder = stack_.back();
      if (folder.next == folder.entries.size()) {
        stack_.pop_back();
        continue;
      }
      const std::string& name = folder.entries[folder.next++];
      std::string path = folder.path + name;
      if (name.back() != '/') {
        listing_.files.push_back(std::move(path));
      } else {
        path.pop_back();
        enter(path);
      }
    }
    return std::move(listing_);
  }

 private:
  void problem(const std::string& path, const char* why) {
    listing_.complete = false;
    if (listing_.problems.size() < kMaxProblems)
      listing_.problems.push_back((path.empty() ? "." : path) + ": " + why);
  }

  void enter(const std::string& path) {
    if (stack_.size() >= kMaxDepth) return problem(path, "nested too deeply");
    Fd fd(::openat(root_, path.empty() ? "." : path.c_str(),
                   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) {
      if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
        problem(path, std::strerror(errno));
      return;
    }
    entering_(fd.get(), path);
    struct stat st {};
    if (::fstat(fd.get(), &st) == 0) listing_.devices.insert(st.st_dev);
    stack_.push_back({path.empty() ? "" : path + "/", {}, 0});
    read(std::move(fd), stack_.back());
  }

  void read(Fd fd, Folder& folder) {
    DIR* dir = ::fdopendir(fd.get());
    if (!dir) return problem(folder.path, std::strerror(errno));
    (void)fd.release();  // closedir closes it
    errno = 0;
    while (const dirent* entry = ::readdir(dir)) {
      keep(::dirfd(dir), *entry, folder);
      errno = 0;
    }
    if (errno != 0) problem(folder.path, std::strerror(errno));
    ::closedir(dir);
    std::sort(folder.entries.begin(), folder.entries.end());
  }

  void keep(int at, const dirent& entry, Folder& folder) {
    const std::string_view name = entry.d_name;
    if (name == "." || name == "..") return;
    std::string path = folder.path + std::string(name);
    const unsigned char type = type_of(at, entry);
    if (type == DT_DIR) {
      if (choice_.enters_folder(path)) folder.entries.push_back(std::string(name) + "/");
    } else if (type == DT_REG || type == DT_LNK) {
      if (is_private_name(name)) return listing_.left_over.push_back(std::move(path));
      const Meant meant = choice_.meant(path);
      if (meant == Meant::kTaken && type == DT_LNK) return follow(at, entry, path, folder);
      if (meant == Meant::kTaken) folder.entries.emplace_back(name);
      if (meant == Meant::kPassedBy) pass_by(at, entry, type, path);
    } else if (type != DT_UNKNOWN && choice_.takes_file(path)) {
      listing_.no_files.add(path);
    }
  }

  // A link that leads nowhere is listed: its target may be there when it is looked at.
  void follow(int at, const dirent& link, const std::string& path, Folder& folder) {
    struct stat st {};
    const bool found = ::fstatat(at, link.d_name, &st, 0) == 0;
    if (found && S_ISDIR(st.st_mode))
      listing_.folder_links.add(path);
    else if (found && !S_ISREG(st.st_mode))
      listing_.no_files.add(path);
    else
      folder.entries.emplace_back(link.d_name);
  }

  void pass_by(int at, const dirent& entry, unsigned char type, const std::string& path) {
    struct stat st {};
    const bool is_folder =
        type == DT_LNK && ::fstatat(at, entry.d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
    (is_folder ? listing_.folder_links : listing_.passed_by).add(path);
  }

  int root_;
  const Choice& choice_;
  const std::function<void(int, const std::string&)>& entering_;
  std::vector<Folder> stack_;
  Listing listing_;
};

}  // namespace

bool is_private_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return path.substr(slash == std::string_view::npos ? 0 : slash + 1).starts_with(kPrivatePrefix);
}

Meant Choice::meant(std::string_view path) const {
  const bool included = include.matches(path);
  if (exclude.matches(path) || is_private_name(path)) return Meant::kLeftOut;
  return included ? Meant::kTaken : Meant::kPassedBy;
}

bool Choice::enters_folder(std::string_view path) const {
  for (const std::string& skipped : skipped_folder)
    if (is_below(path, skipped)) return false;
  return !exclude.matches(path);
}

Listing list_files(int root, const std::string& start, const Choice& choice,
                   const std::function<void(int, const std::string&)>& entering) {
  return Lister(root, choice, entering).run(start);
}

}  // namespace copydesk::directory
