#include "config/substitute.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/ascii.h"
#include "base/result.h"
#include "base/utf8.h"
#include "config/suggest.h"

namespace copydesk::config {
namespace {

bool is_name(std::string_view s) {
  const auto letter = [](char c) { return is_ascii_letter(c) || c == '_'; };
  return !s.empty() && letter(s.front()) &&
         std::ranges::all_of(s, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

Result<std::string> read_secret(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxSecretFile + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.eof() && !in)
    return config_error("file " + path +
                        " cannot be read: " + std::strerror(errno != 0 ? errno : EIO));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxSecretFile) return config_error("file " + path + " is larger than 64 KiB");
  if (!is_utf8(text)) return config_error("file " + path + " is not UTF-8 text");
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

// What stands between the braces of ${…}.
Result<std::string> look_up(std::string_view inside, const std::string& folder,
                            const Environment& environment, bool& from_file) {
  if (inside.starts_with("file:")) {
    const std::filesystem::path path =
        std::filesystem::path(folder) / std::string(inside.substr(5));
    from_file = true;
    return read_secret(path.lexically_normal().native());
  }
  const std::size_t colon = inside.find(':');
  const std::string name(inside.substr(0, colon));
  const std::string_view rest =
      colon == std::string_view::npos ? std::string_view() : inside.substr(colon);
  if (!is_name(name) || (!rest.empty() && !rest.starts_with(":-") && !rest.starts_with(":?")))
    return config_error("${" + std::string(inside) +
                        "} is not ${NAME}, ${NAME:-default}, ${NAME:?message} or ${file:PATH} "
                        "('$$' gives a dollar)");
  std::optional<std::string> value = environment(name);
  if (value && !is_utf8(*value))
    return config_error("the environment variable " + name + " is not UTF-8 text");
  if (rest.empty()) {
    if (value) return *std::move(value);
    return config_error("the environment variable " + name + " is not set (give a default as ${" +
                        name + ":-default})");
  }
  if (value && !value->empty()) return *std::move(value);
  if (rest[1] == '-') return std::string(rest.substr(2));
  return config_error("the environment variable " + name + " is not set" +
                      (rest.size() > 2 ? ": " + std::string(rest.substr(2)) : ""));
}

}  // namespace

void substitute(Node& scalar, const std::string& folder, const Environment& environment,
                Places& places) {
  const std::string text = scalar.text;
  if (text.find('$') == std::string::npos) return;
  std::string out;
  bool changed = false;
  const auto fail = [&](std::size_t begin, std::size_t size, std::string message) {
    scalar.text = text;  // places are told by it
    places.error_inside(scalar, begin, size, std::move(message));
    scalar.broken = true;
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t dollar = std::min(text.find('$', i), text.size());
    out.append(text, i, dollar - i);
    i = dollar;
    if (i == text.size()) break;
    if (text.compare(i, 2, "$$") == 0) {
      out += '$';
      i += 2;
      changed = true;
    } else if (text.compare(i, 2, "${") == 0) {
      const std::size_t close = text.find('}', i);
      if (close == std::string::npos)
        return fail(i, text.size() - i, "'${' is not closed by '}' ('$$' gives a dollar)");
      const Result<std::string> value = look_up(std::string_view(text).substr(i + 2, close - i - 2),
                                                folder, environment, scalar.from_file);
      if (!value.ok())
        fail(i, close + 1 - i, value.error().message);
      else
        out += value.value();
      i = close + 1;
      changed = true;
      if (out.size() > kMaxSubstituted)
        return fail(0, text.size(), "this value is larger than 256 KiB");
    } else {
      out += text[i++];
    }
  }
  if (scalar.broken || !changed) return;
  scalar.text = std::move(out);
  scalar.text_offset = std::string::npos;
}

}  // namespace copydesk::config
