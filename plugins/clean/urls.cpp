#include "urls.h"

#include <algorithm>

#include "chars.h"

namespace copydesk::clean {
namespace {

// "https:" of "https://a/b"; a colon behind a slash is no scheme's.
std::string_view scheme_of(std::string_view url) {
  const std::size_t colon = url.find_first_of(":/?#");
  return colon != url.npos && colon > 0 && url[colon] == ':' ? url.substr(0, colon + 1)
                                                             : std::string_view();
}

// RFC 3986, 5.2.4; the path begins with a slash.
std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    const bool last = end == path.size();
    if (segment == "/..") out.erase(out.find_last_of('/') == out.npos ? 0 : out.find_last_of('/'));
    if (segment != "/.." && segment != "/.") {
      out += segment;
    } else if (last) {
      out += '/';
    }
    path.remove_prefix(end);
  }
  return out;
}

}  // namespace

bool is_web_address(std::string_view url) {
  return starts_with_ignoring_case(url, "http://") || starts_with_ignoring_case(url, "https://");
}

std::string resolve_url(std::string_view base, std::string_view reference) {
  reference = trim(reference);
  if (is_web_address(reference)) return std::string(reference);
  reference = trim(reference.substr(0, reference.find('#')));
  if (reference.empty()) return {};
  const bool same_scheme = reference.starts_with("//");
  if (!same_scheme && !scheme_of(reference).empty()) return {};
  if (!is_web_address(base)) return same_scheme ? "https:" + std::string(reference) : std::string();
  const std::string_view scheme = scheme_of(base);
  if (same_scheme) return std::string(scheme) + std::string(reference);
  base = base.substr(0, base.find_first_of("?#"));
  const std::size_t path_at = std::min(base.find('/', scheme.size() + 2), base.size());
  const std::string_view origin = base.substr(0, path_at), path = base.substr(path_at);
  const std::size_t query = std::min(reference.find('?'), reference.size());
  std::string whole(reference.substr(0, query));
  if (whole.empty()) {
    whole = path.empty() ? "/" : path;
  } else if (whole[0] != '/') {
    whole.insert(0, path.empty() ? "/" : path.substr(0, path.rfind('/') + 1));
  }
  return std::string(origin) + without_dots(whole) + std::string(reference.substr(query));
}

}  // namespace copydesk::clean
