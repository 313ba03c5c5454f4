#include "directory/kind.h"

#include <string>

namespace copydesk::directory {
namespace {

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string lower_extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  std::string extension(name.substr(dot + 1));
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return extension;
}

}  // namespace

Kind kind_of(std::string_view path) {
  Kind kind;
  std::string_view name = file_name(path);
  std::string extension = lower_extension(name);
  if (extension == "gz" || extension == "zst") {
    kind.compression = extension == "gz" ? Compression::kGzip : Compression::kZstd;
    name.remove_suffix(extension.size() + 1);
    extension = lower_extension(name);
  }
  kind.lines = extension == "jsonl" || extension == "ndjson";
  if (kind.lines || extension == "json") kind.format = "json";
  if (extension == "html" || extension == "htm" || extension == "xhtml") kind.format = "html";
  if (extension == "txt" || extension == "text" || extension == "md") kind.format = "text";
  return kind;
}

}  // namespace copydesk::directory
