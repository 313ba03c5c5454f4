// A line file that is being read: stays open between polls until its end is reached.
#pragma once
#include <limits>
#include <string>
#include <utility>

#include "directory/source.h"

namespace copydesk::directory {

struct DirectorySource::Follower {
  Follower(Look looked, std::string partition_name, std::string shown_path, Stream from,
           LineCutter cut)
      : look(std::move(looked)),
        partition(std::move(partition_name)),
        path(std::move(shown_path)),
        stream(std::move(from)),
        cutter(std::move(cut)) {}

  Look look;
  std::string partition, path;
  Stream stream;
  LineCutter cutter;
  std::uint16_t generation = 0;
  std::uint64_t until = std::numeric_limits<std::uint64_t>::max();  // on replay
  bool tail = false;     // the end is not whole: a line, or a compressed stream
  bool refused = false;  // the rest was refused before, at
  std::uint64_t refused_offset = 0;

  [[nodiscard]] bool plain() const noexcept { return look.kind.compression == Compression::kNone; }
};

}  // namespace copydesk::directory
