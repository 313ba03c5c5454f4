#include "control/dead_record.h"

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "decode/decode.h"
#include "state/keys.h"

namespace copydesk::control {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSource = "source.";

Error no_letter(std::string_view why) {
  return config_error("no dead letter: " + std::string(why));
}

std::string text(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

Result<Json> parse(std::string_view json) {
  Json article = Json::parse(json, nullptr, false);
  if (!article.is_object()) return no_letter("it is no JSON object");
  const auto failed = article.find("failed");
  if (failed == article.end() || !failed->is_object()) return no_letter("it has no 'failed'");
  for (const char* key : {"instance", "pipeline", "step", "component", "code", "origin"})
    if (text(*failed, key).empty())
      return no_letter("'failed." + std::string(key) + "' is missing");
  return article;
}

// The first is the one that the detail belongs to.
std::vector<pipeline::Failure> failures_of(const Json& failed) {
  std::vector<pipeline::Failure> out = {
      {text(failed, "component"), text(failed, "code"), text(failed, "detail")}};
  if (const auto also = failed.find("also"); also != failed.end() && also->is_array())
    for (const Json& name : *also)
      if (name.is_string()) out.push_back({name.get<std::string>(), text(failed, "code"), ""});
  return out;
}

unsigned attempts_of(const Json& failed) {
  const auto it = failed.find("attempts");
  return it != failed.end() && it->is_number_unsigned() ? it->get<unsigned>() : 1;
}

Value value_of(const Json& json) {
  if (json.is_string()) return Value(json.get<std::string>());
  if (json.is_number_integer()) return Value(json.get<std::int64_t>());
  if (json.is_boolean()) return Value(json.get<bool>());
  return Value(Value::Json{json.dump()});
}

// What the source knew of it. Headers and the like are nested once more.
void source_fields(const Json& object, const std::string& prefix, std::vector<Field>& out) {
  for (const auto& [key, value] : object.items()) {
    if (prefix == kSource &&
        (key == "component" || key == "part" || key == "received_at" || key == "sha256"))
      continue;
    if (value.is_object() && prefix == kSource)
      source_fields(value, prefix + key + ".", out);
    else
      out.push_back({prefix + key, value_of(value)});
  }
}

// The article of a record that decode took no article from.
Article refused(const Json& json, const Json& failed, std::vector<Field> fields) {
  Article article;
  article.id = text(json, "id");
  article.media_type = text(failed, "media_type");
  article.set_all(std::move(fields));
  article.set("body", Value(text(json, "body")));
  return article;
}

Result<Article> decoded(Json json, std::vector<Field> fields, const Origin& origin, Nanos now) {
  const bool had_id =
      json.contains("source") && json["source"].is_object() && json["source"].contains("id");
  json.erase("failed");
  decode::RawRecord record;
  record.origin = origin;
  record.payload = json.dump();
  record.format = "json";
  record.fields = std::move(fields);
  decode::DecodeOptions options;
  options.max_article = UINT64_MAX;
  decode::Decoded out = decode::decode(std::move(record), options, now);
  if (out.articles.size() != 1)
    return no_letter(out.refused.empty() ? "there is no article in it" : out.refused[0].detail);
  Article article = std::move(out.articles[0]);
  if (!had_id) article.unset("source.id");
  return article;
}

}  // namespace

Result<DeadRecord> read_dead_record(std::string_view json) {
  const Result<Json> article = parse(json);
  if (!article) return article.error();
  const Json& failed = (*article)["failed"];
  DeadRecord out;
  out.instance = text(failed, "instance");
  out.pipeline = text(failed, "pipeline");
  out.origin = text(failed, "origin");
  out.letter.failures = failures_of(failed);
  out.attempts = out.letter.attempts = attempts_of(failed);
  if (!pipeline::parse_origin(out.origin))
    return no_letter("'failed.origin' is not SOURCE PARTITION POSITION");
  return out;
}

Result<pipeline::Adoption> adoption(std::string_view json, Nanos now) {
  Result<Json> article = parse(json);
  if (!article) return article.error();
  Result<DeadRecord> record = read_dead_record(json);
  if (!record) return record.error();
  const Json failed = (*article)["failed"];
  const Origin origin = *pipeline::parse_origin(record->origin);
  std::vector<Field> fields;
  const auto source = article->find("source");
  if (source != article->end() && source->is_object())
    source_fields(*source, std::string(kSource), fields);

  pipeline::Adoption out;
  out.identity = record->instance + " " + record->origin;
  out.letter = std::move(record->letter);
  out.letter.at = parse_time(text(failed, "at")).value_or(now);
  const std::string step = text(failed, "step");
  if (step == "decode") {
    out.letter.resume = "decode";
    out.letter.article = refused(*article, failed, std::move(fields));
  } else {
    out.letter.resume = step == "sink" ? pipeline::kStagesThenSinks : pipeline::kStagesThenRoutes;
    Result<Article> read = decoded(*article, std::move(fields), origin, now);
    if (!read) return read.error();
    out.letter.article = std::move(*read);
  }
  out.letter.article.origin = origin;
  if (source != article->end() && source->is_object())
    out.letter.article.received_at = parse_time(text(*source, "received_at")).value_or(now);
  return out;
}

Result<std::optional<std::uint64_t>> adopted_as(state::Store& store, const std::string& pipeline,
                                                const std::string& identity) {
  const auto stored = store.get(state::keys::adopted(pipeline, identity));
  if (!stored) return stored.error();
  if (!*stored) return std::optional<std::uint64_t>();
  ByteReader r(**stored);
  const std::uint64_t number = r.u64();
  if (!r.done())
    return fatal("corrupt",
                 "the stored number of a dead letter that was taken over cannot be read");
  return std::optional(number);
}

bool matches(const DeadFilter& filter, const DeadRecord& record) {
  return (filter.pipeline.empty() || filter.pipeline == record.pipeline) &&
         matches(filter, record.letter);
}

}  // namespace copydesk::control
