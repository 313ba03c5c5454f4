#include "pipeline/dead_letter.h"

#include <charconv>

#include "article/codec.h"
#include "base/bytes.h"
#include "base/utf8.h"

namespace copydesk::pipeline {

namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::string_view kFailed = "failed.";

std::string_view step_of(const Item& item) {
  if (item.fate != Fate::kDead) return "sink";
  return item.failed_stage == kDecode ? "decode" : "stage";
}

}  // namespace

std::string origin_text(const Origin& origin) {
  std::string out = origin.source + " " + origin.partition + " " + std::to_string(origin.position);
  if (!origin.part.empty()) out += "/" + origin.part;
  std::size_t ignored = 0;
  return is_utf8(out) ? out : to_utf8(out, ignored);
}

std::optional<Origin> parse_origin(std::string_view text) {
  const std::size_t first = text.find(' '), last = text.rfind(' ');
  if (first == std::string_view::npos || first == 0 || first == last) return std::nullopt;
  Origin origin;
  origin.source = text.substr(0, first);
  origin.partition = text.substr(first + 1, last - first - 1);
  const std::string_view place = text.substr(last + 1);
  const auto [end, error] =
      std::from_chars(place.data(), place.data() + place.size(), origin.position);
  const std::string_view rest = place.substr(static_cast<std::size_t>(end - place.data()));
  if (error != std::errc() || (!rest.empty() && (rest[0] != '/' || rest.size() == 1)))
    return std::nullopt;
  if (!rest.empty()) origin.part = rest.substr(1);
  return origin;
}

std::vector<Failure> failures_of(const Item& item, std::optional<std::size_t> teller) {
  if (item.fate == Fate::kDead) return {item.failure};
  std::vector<Failure> out;
  for (const SinkAnswer& a : item.answers)
    if (!a.ok && a.sink != teller) out.push_back(a.failure);
  return out;
}

void write_failure(Item& item, const FailedAt& at) {
  const std::vector<Failure> failures = failures_of(item, at.teller);
  const auto set = [&](const char* name, Value value) {
    item.article.set(std::string(kFailed) + name, std::move(value));
  };
  set("instance", Value(at.instance));
  set("pipeline", Value(at.pipeline));
  set("step", Value(step_of(item)));
  if (!failures.empty()) {
    set("component", Value(failures.front().component));
    set("code", Value(failures.front().code));
    set("detail", Value(failures.front().detail));
  }
  Value::List also;
  for (std::size_t i = 1; i < failures.size(); ++i) also.emplace_back(failures[i].component);
  if (!also.empty()) set("also", Value(std::move(also)));
  set("attempts", Value(static_cast<std::int64_t>(item.replay ? item.replay->attempts + 1 : 1)));
  set("at", Value(Value::Time{at.time}));
  set("origin", Value(origin_text(item.article.origin)));
  if (item.fate == Fate::kDead && item.failed_stage == kDecode)
    set("media_type", Value(item.article.media_type));
}

void clear_failure(Article& article) {
  std::vector<std::string> names;
  for (const Field& f : article.fields())
    if (f.name.starts_with(kFailed)) names.push_back(f.name);
  for (const std::string& name : names) article.unset(name);
}

std::string encode_dead_letter(const DeadLetter& letter) {
  std::string out;
  append_varint(out, kVersion);
  append_varint(out, letter.attempts);
  append_u64(out, static_cast<std::uint64_t>(letter.at));
  append_string(out, letter.resume);
  append_varint(out, letter.failures.size());
  for (const Failure& f : letter.failures) {
    append_string(out, f.component);
    append_string(out, f.code);
    append_string(out, f.detail);
  }
  encode_article(letter.article, out);
  return out;
}

Result<DeadLetter> decode_dead_letter(std::string_view bytes) {
  ByteReader r(bytes);
  DeadLetter letter;
  const bool known = r.varint() == kVersion;
  letter.attempts = static_cast<unsigned>(r.varint());
  letter.at = static_cast<Nanos>(r.u64());
  letter.resume = std::string(r.string());
  const std::uint64_t count = r.varint();
  for (std::uint64_t i = 0; i < count && r.ok(); ++i) {
    Failure f;
    f.component = std::string(r.string());
    f.code = std::string(r.string());
    f.detail = std::string(r.string());
    letter.failures.push_back(std::move(f));
  }
  if (!known || !r.ok()) return fatal("corrupt", "a stored dead letter cannot be read");
  Result<Article> article = decode_article(r.rest());
  if (!article) return std::move(article).error();
  letter.article = std::move(*article);
  return letter;
}

}  // namespace copydesk::pipeline
