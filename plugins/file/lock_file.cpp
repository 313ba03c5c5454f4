#include "lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace copydesk::file {
namespace {

constexpr std::size_t kBytes =
    96;  // of the file: written as a whole, so that nothing of an older text is left
constexpr std::string_view kWord = "committed ";

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};  // cut
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

Reach read_reach(std::string_view line) {
  if (!line.starts_with(kWord)) return {};
  line.remove_prefix(kWord.size());
  Reach reach;
  const auto [space, bad] = std::from_chars(line.data(), line.data() + line.size(), reach.segment);
  if (bad != std::errc() || space == line.data() + line.size() || *space != ' ') return {};
  const auto [end, error] = std::from_chars(space + 1, line.data() + line.size(), reach.length);
  return error == std::errc() && end == line.data() + line.size() ? reach : Reach();
}

}  // namespace

Reach reach_of(const Position& p) {
  return p.rotate ? Reach{p.segment + 1, 0} : Reach{p.segment, p.length};
}

// The file stays behind: removing it would let two sinks hold two files of the same name.
void LockFile::take(Files& files, const std::string& path, const std::string& running) {
  Descriptor fd(files.open(path, O_RDWR | O_CREAT));
  if (!fd.is_open()) throw_open_errno(path);
  const bool held = ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0;
  char content[kBytes] = {};
  const ssize_t n = ::pread(fd.get(), content, sizeof content, 0);
  std::string_view text(content, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  const std::string_view holder = take_line(text);
  if (held)
    throw Refusal(running + " is written by another sink" +
                  (holder.empty() ? "" : " (process " + std::string(holder) + ")") +
                  ". Every sink needs a file of its own.");
  fd_ = std::move(fd);
  note(read_reach(take_line(text)));
}

void LockFile::note(Reach reach) {
  reach_ = reach;
  std::string text = std::to_string(::getpid()) + "\n";
  if (reach != Reach())
    text.append(kWord)
        .append(std::to_string(reach.segment))
        .append(" ")
        .append(std::to_string(reach.length))
        .append("\n");
  text.resize(kBytes, '\n');
  // What cannot be written is only known less of.
  (void)!::pwrite(fd_.get(), text.data(), text.size(), 0);
}

}  // namespace copydesk::file
