#include "names.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "files.h"

namespace copydesk::file {
namespace {

constexpr std::size_t kDigits = 6;

std::string padded(std::uint64_t number) {
  std::string digits = std::to_string(number);
  return std::string(digits.size() < kDigits ? kDigits - digits.size() : 0, '0') + digits;
}

}  // namespace

Names::Names(const std::string& path) : running_(path) {
  const std::filesystem::path p(path);
  name_ = p.filename().string();
  folder_ = p.has_parent_path() ? p.parent_path().string() : ".";
  std::size_t end = name_.size();
  for (const char* packed : {".gz", ".zst"})
    if (name_.ends_with(packed)) end -= std::string_view(packed).size();
  const std::size_t dot = end == 0 ? std::string::npos : name_.rfind('.', end - 1);
  const std::size_t split = dot == std::string::npos || dot == 0 ? end : dot;
  stem_ = name_.substr(0, split);
  extension_ = name_.substr(split);
}

std::string Names::finished(std::uint64_t number) const {
  return folder_ + "/" + stem_ + "." + padded(number) + extension_;
}
std::string Names::next(std::uint64_t number) const {
  return folder_ + "/." + name_ + "." + padded(number);
}
std::string Names::lock() const { return folder_ + "/." + name_ + ".lock"; }

std::string Names::aside(std::int64_t now_ns) const {
  const std::time_t seconds = now_ns / 1'000'000'000;
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  char text[40];
  std::strftime(text, sizeof text, ".before-%Y%m%dT%H%M%SZ", &tm);
  return running_ + text;
}

std::vector<std::uint64_t> Names::finished_numbers() const {
  return numbers(stem_ + ".", extension_);
}
std::vector<std::uint64_t> Names::next_numbers() const { return numbers("." + name_ + ".", ""); }

std::vector<std::uint64_t> Names::numbers(const std::string& before,
                                          const std::string& after) const {
  std::vector<std::uint64_t> out;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder_, error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.size() < before.size() + kDigits + after.size() || !name.starts_with(before) ||
        !name.ends_with(after))
      continue;
    const char* first = name.data() + before.size();
    const char* last = name.data() + name.size() - after.size();
    std::uint64_t number = 0;
    const auto [stop, bad] = std::from_chars(first, last, number);
    if (bad == std::errc() && stop == last && padded(number) == std::string(first, last))
      out.push_back(number);
  }
  if (error) throw Trouble(folder_ + ": read: " + error.message());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace copydesk::file
