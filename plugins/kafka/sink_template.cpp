#include "kafka/sink_template.h"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace copydesk::kafka {
namespace {

void append_time(std::int64_t ns, std::string& out) {
  const std::time_t seconds =
      static_cast<std::time_t>(ns / 1'000'000'000 - (ns % 1'000'000'000 < 0));
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  char text[40];
  out.append(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm));
}

void append_value(const cd_value& v, std::string& out) {
  switch (v.type) {
    case CD_VALUE_STRING:
    case CD_VALUE_JSON: out += view(v.as.string); break;
    case CD_VALUE_INT: out += std::to_string(v.as.integer); break;
    case CD_VALUE_BOOL: out += v.as.integer != 0 ? "true" : "false"; break;
    case CD_VALUE_TIME: append_time(v.as.integer, out); break;
    case CD_VALUE_REAL: {
      char text[32];
      out.append(text, std::to_chars(text, text + sizeof text, v.as.real).ptr);
      break;
    }
    case CD_VALUE_LIST:
      for (std::uint32_t i = 0; i < v.count; ++i) {
        if (i > 0) out += ',';
        if (v.as.list[i].type != CD_VALUE_LIST) append_value(v.as.list[i], out);
      }
      break;
    default: break;
  }
}

}  // namespace

bool is_passing(std::string_view field) noexcept {
  return field == "ingested_at" || field == "source.received_at" || field == "failed.at";
}

bool append_field(const Article& article, std::string_view name, std::string& out) {
  const std::size_t before = out.size();
  if (name == "id")
    out += article.id();
  else if (name == "origin")
    out += article.origin();
  else if (name == "media_type")
    out += article.media_type();
  else if (const cd_value* v = article.field(name))
    append_value(*v, out);
  return out.size() > before;
}

Template::Template(std::string_view text, std::string_view option) {
  const auto wrong = [&](const char* why) {
    throw Config(std::string(option) + ": '" + std::string(text) + "': " + why);
  };
  std::string_view rest = text;
  while (!rest.empty()) {
    Part part;
    const std::size_t open = std::min(rest.find('{'), rest.size());
    part.literal = rest.substr(0, open);
    if (part.literal.find('}') != std::string::npos) wrong("a '}' without its '{'");
    rest.remove_prefix(open);
    if (!rest.empty()) {
      const std::size_t close = rest.find('}');
      if (close == std::string_view::npos) wrong("a '{' without its '}'");
      const std::string_view hole = rest.substr(1, close - 1);
      const std::size_t bar = std::min(hole.find('|'), hole.size());
      part.field = hole.substr(0, bar);
      part.has_fallback = bar < hole.size();
      if (part.has_fallback) part.fallback = hole.substr(bar + 1);
      if (part.field.empty() || hole.find('{') != std::string_view::npos)
        wrong(
            "between '{' and '}' stands the name of a field, as {language} or {language|unknown}");
      rest.remove_prefix(close + 1);
    }
    parts_.push_back(std::move(part));
  }
}

bool Template::constant() const noexcept {
  return std::all_of(parts_.begin(), parts_.end(), [](const Part& p) { return p.field.empty(); });
}

bool Template::has_passing() const noexcept {
  return std::any_of(parts_.begin(), parts_.end(),
                     [](const Part& p) { return is_passing(p.field); });
}

std::string Template::literal() const {
  std::string out;
  for (const Part& p : parts_) out += p.literal;
  return out;
}

std::string_view Template::render(const Article& article, std::string& out, bool (*legal)(char),
                                  Times times) const {
  for (const Part& p : parts_) {
    out += p.literal;
    if (p.field.empty() || (times == Times::left_out && is_passing(p.field))) continue;
    const std::size_t begin = out.size();
    if (!append_field(article, p.field, out)) {
      if (!p.has_fallback) return p.field;
      out += p.fallback;
    } else if (legal != nullptr) {
      std::replace_if(
          out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
          [legal](char c) { return !legal(c); }, '_');
    }
  }
  return {};
}

}  // namespace copydesk::kafka
