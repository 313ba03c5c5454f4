#include "position.h"

#include <zlib.h>

#include <charconv>

#include "files.h"

namespace copydesk::file {
namespace {

constexpr std::string_view kVersion = "file/1";

template <class T>
bool take(std::string_view& text, std::string_view key, T& value) {
  if (!text.starts_with(" ")) return false;
  text.remove_prefix(1);
  if (!text.starts_with(key) || text.substr(key.size()).substr(0, 1) != "=") return false;
  text.remove_prefix(key.size() + 1);
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  if constexpr (std::is_same_v<T, Form>) {
    return parse_form(word, value);
  } else {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    return error == std::errc() && end == word.data() + word.size();
  }
}

}  // namespace

std::string to_text(const Position& p) {
  std::string out(kVersion);
  out.append(" segment=")
      .append(std::to_string(p.segment))
      .append(" length=")
      .append(std::to_string(p.length));
  out.append(" since=")
      .append(std::to_string(p.since))
      .append(" rotate=")
      .append(p.rotate ? "1" : "0");
  out.append(" form=").append(name_of(p.form)).append(" mark=").append(std::to_string(p.mark));
  return out;
}

Position position_from(std::string_view text) {
  Position p;
  int rotate = 0;
  std::string_view rest = text;
  bool good = rest.starts_with(kVersion);
  if (good) rest.remove_prefix(kVersion.size());
  good = good && take(rest, "segment", p.segment) && take(rest, "length", p.length) &&
         take(rest, "since", p.since) && take(rest, "rotate", rotate) &&
         take(rest, "form", p.form) && take(rest, "mark", p.mark) && rest.empty();
  if (!good)
    throw Refusal("the state holds a position that this file sink cannot read: '" +
                  std::string(text.substr(0, 200)) + "'");
  p.rotate = rotate != 0;
  return p;
}

std::uint32_t mark_of(std::string_view last_bytes) {
  if (last_bytes.size() > kMarkBytes) last_bytes.remove_prefix(last_bytes.size() - kMarkBytes);
  return static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(last_bytes.data()),
                                          static_cast<uInt>(last_bytes.size())));
}

}  // namespace copydesk::file
