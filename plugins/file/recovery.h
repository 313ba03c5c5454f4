// Brings the files of a sink to a committed position: whatever a crash left between two steps of a rotation is done to
// its end, and what was written after the commit is undone.
//
// A rotation of segment n, and what lies in the folder after each step:
//
//   flush      create .articles.jsonl.<n+1>, fsync the folder; the position says rotate    running = n      next = n+1
//   write      goes to the next file                                                        running = n      next = n+1
//   commit     holds the position                                                           running = n      next = n+1
//   committed  1. running file takes its finished name                                      running = none   next = n+1
//              2. next file becomes the running one                                         running = n+1    next = none
//
// The number in the next file's name tells which segment the running file is, so every state above is one of a kind.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "files.h"
#include "names.h"
#include "position.h"

namespace copydesk::file {

enum class Existing { refuse, append, set_aside };

struct RecoveryOptions {
  Form form = Form::none;
  Existing existing = Existing::refuse;
  // most bytes after the commit that are taken for our own and cut
  std::uint64_t max_tail = 256ULL << 20;
};

struct Recovered {
  Descriptor fd;      // of the running file, whose length is position.length
  Position position;  // rotate is never set
  std::string last;   // the last kMarkBytes of it
};

// Throws Refusal when the files do not fit the position, Trouble when the disk would not. Nothing is cut or moved
// before all checks of that file have passed.
Recovered recover(Files& files, const Names& names, const RecoveryOptions& options,
                  const Position& committed);
// Without a committed past: looks at what is there, as `existing` says, and begins a segment.
Recovered begin(Files& files, const Names& names, const RecoveryOptions& options,
                std::int64_t now_ns);

// Steps 1 and 2 of a rotation, each done unless it was done before.
void finish_segment(Files& files, const Names& names, std::uint64_t segment);

}  // namespace copydesk::file
