// Lists the files below a folder in byte order of their relative paths. Symbolic links to folders are not entered, so
// there are no loops; links to files, FIFOs and the like are sorted out later, when a file is looked at.
//
// Costs one open and a few reads a folder and nothing a file. Memory: the names.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "directory/glob.h"

namespace copydesk::directory {

// Names we give to files for the moment between rename and removal; never taken for input.
constexpr std::string_view kPrivatePrefix = ".copydesk-";
[[nodiscard]] bool is_private_name(std::string_view path);

enum class Meant {
  kTaken,
  kLeftOut,   // by `exclude`, or as one of our own
  kPassedBy,  // no pattern of `include` is for it
};

struct Choice {  // which files of the tree are meant
  Globs include, exclude;
  std::string skipped_folder[2];  // relative paths that are targets of ours; empty: none
  [[nodiscard]] Meant meant(std::string_view path) const;
  [[nodiscard]] bool takes_file(std::string_view path) const {
    return meant(path) == Meant::kTaken;
  }
  [[nodiscard]] bool enters_folder(std::string_view path) const;
};

struct Tally {  // how many, and one of them
  std::uint64_t count = 0;
  std::string example;
  void add(std::string_view path) {
    if (count++ == 0) example = path;
  }
  void add(const Tally& more) {
    if (count == 0) example = more.example;
    count += more.count;
  }
};

struct Listing {
  std::vector<std::string> files;      // relative to the root, sorted
  std::vector<std::string> left_over;  // private names
  std::set<std::uint64_t> devices;     // of the folders read
  std::vector<std::string>
      problems;          // folders that could not be read, with the reason; at most kMaxProblems
  Tally passed_by;       // files
  Tally folder_links;    // symbolic links to folders
  Tally no_files;        // pipes, sockets and devices under a name that is meant, links to them too
  bool complete = true;  // every folder was read
};

constexpr std::size_t kMaxDepth = 256;
constexpr std::size_t kMaxProblems = 16;

// `start` is relative to `root`, empty for all of it. `entering(fd, path)` is called before a folder is read: a watch
// set there misses nothing.
[[nodiscard]] Listing list_files(
    int root, const std::string& start, const Choice& choice,
    const std::function<void(int fd, const std::string& path)>& entering);

}  // namespace copydesk::directory
