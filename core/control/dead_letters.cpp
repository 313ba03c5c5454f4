#include "control/dead_letters.h"

#include <algorithm>
#include <functional>
#include <set>

#include "article/json.h"
#include "base/utf8.h"
#include "state/keys.h"

namespace copydesk::control {
namespace {

using Each = std::function<void(std::string_view pipeline, std::uint64_t number,
                                pipeline::DeadLetter letter)>;

Status each_dead(state::Store& store, const DeadFilter& filter, const Each& each) {
  using namespace state;
  const std::string prefix = filter.pipeline.empty()
                                 ? keys::table(keys::kDeadLetter)
                                 : keys::prefix(keys::kDeadLetter, filter.pipeline);
  const std::set<std::string_view> origins(filter.origins.begin(), filter.origins.end());
  std::optional<Error> error;
  Status status = store.scan(prefix, [&](std::string_view key, std::string_view value) {
    const auto names = keys::numbered(keys::kDeadLetter, key);
    if (!names) return true;
    if (!filter.numbers.empty() &&
        std::ranges::find(filter.numbers, names->number) == filter.numbers.end())
      return true;
    Result<pipeline::DeadLetter> letter = pipeline::decode_dead_letter(value);
    if (!letter) {
      error = std::move(letter).error().within("dead letter " + std::to_string(names->number));
      return false;
    }
    if (!origins.empty() && !origins.contains(pipeline::origin_text(letter->article.origin)))
      return true;
    if (matches(filter, *letter)) each(names->name, names->number, std::move(*letter));
    return true;
  });
  if (status && error) return std::move(*error);
  return status;
}

std::string cut(std::string_view text) {
  if (text.size() <= kMaxDetail) return std::string(text);
  std::size_t end = kMaxDetail;
  while (end > 0 && !at_character(text, end)) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string from_text(const Article& article) {
  std::string out(article.text("source.path"));
  if (out.empty()) return pipeline::origin_text(article.origin);
  const Value* offset = article.find("source.offset");
  if (offset != nullptr && offset->integer() != nullptr)
    out += " @" + std::to_string(*offset->integer());
  if (!article.origin.part.empty()) out += " part " + article.origin.part;
  return out;
}

void write_member(std::string_view key, std::string_view value, std::string& out) {
  std::size_t replaced = 0;
  out += out.back() == '{' ? "\"" : ",\"";
  out += key;
  out += "\":";
  write_json_string(to_utf8(value, replaced), out);
}

void write_failure(const pipeline::Failure& failure, std::string& out) {
  write_member("component", failure.component, out);
  write_member("code", failure.code, out);
  if (!failure.detail.empty()) write_member("detail", failure.detail, out);
}

}  // namespace

bool matches(const DeadFilter& filter, const pipeline::DeadLetter& letter) {
  if (filter.attempts != 0 && letter.attempts > filter.attempts) return false;
  if (filter.component.empty() && filter.code.empty()) return true;
  return std::ranges::any_of(letter.failures, [&](const pipeline::Failure& f) {
    return (filter.component.empty() || f.component == filter.component) &&
           (filter.code.empty() || f.code == filter.code);
  });
}

Result<DeadListing> list_dead(state::Store& store, const DeadFilter& filter, std::size_t limit) {
  DeadListing out;
  Status status =
      each_dead(store, filter,
                [&](std::string_view pipeline, std::uint64_t number, pipeline::DeadLetter letter) {
                  if (++out.total > limit) return;
                  DeadSummary summary;
                  summary.pipeline = pipeline;
                  summary.number = number;
                  summary.id = letter.article.id;
                  summary.from = from_text(letter.article);
                  summary.failures = letter.failures.size();
                  summary.attempts = letter.attempts;
                  summary.at = letter.at;
                  if (!letter.failures.empty()) {
                    summary.component = letter.failures[0].component;
                    summary.code = letter.failures[0].code;
                    summary.detail = cut(letter.failures[0].detail);
                  }
                  out.letters.push_back(std::move(summary));
                });
  if (!status) return std::move(status).error();
  return out;
}

Result<DeadNumbers> select_dead(state::Store& store, const DeadFilter& filter) {
  DeadNumbers out;
  Status status =
      each_dead(store, filter,
                [&](std::string_view pipeline, std::uint64_t number, const pipeline::DeadLetter&) {
                  out[std::string(pipeline)].push_back(number);
                });
  if (!status) return std::move(status).error();
  for (const std::uint64_t number : filter.numbers)
    if (std::ranges::none_of(
            out, [&](const auto& of_it) { return std::ranges::count(of_it.second, number) > 0; }))
      return config_error("there is no such dead letter: " + std::to_string(number));
  return out;
}

Result<FoundDeadLetter> find_dead(state::Store& store, const std::string& pipeline,
                                  std::uint64_t number) {
  std::vector<FoundDeadLetter> found;
  DeadFilter filter;
  filter.pipeline = pipeline;
  filter.numbers = {number};
  Status status = each_dead(
      store, filter, [&](std::string_view name, std::uint64_t n, pipeline::DeadLetter letter) {
        found.push_back({std::string(name), n, std::move(letter)});
      });
  if (!status) return std::move(status).error();
  if (found.empty())
    return config_error("there is no dead letter " + std::to_string(number) +
                        (pipeline.empty() ? "" : " in pipeline '" + pipeline + "'"));
  if (found.size() == 1) return std::move(found.front());
  std::string names;
  for (const FoundDeadLetter& f : found) names += (names.empty() ? "" : ", ") + f.pipeline;
  return config_error("several pipelines have a dead letter " + std::to_string(number) + ": " +
                      names + "; name one with --pipeline");
}

std::string dead_letter_json(const FoundDeadLetter& found) {
  std::string out;
  write_json(found.letter.article, out);
  out.pop_back();  // the object's brace: one key more goes in
  out += out.back() == '{' ? "\"failed\":{" : ",\"failed\":{";
  write_member("pipeline", found.pipeline, out);
  out += ",\"number\":" + std::to_string(found.number);
  const auto& failures = found.letter.failures;
  if (!failures.empty()) write_failure(failures[0], out);
  out += ",\"attempts\":" + std::to_string(found.letter.attempts);
  write_member("at", format_time(found.letter.at), out);
  if (failures.size() > 1) {
    out += ",\"also\":[";
    for (std::size_t i = 1; i < failures.size(); ++i) {
      out += i > 1 ? ",{" : "{";
      write_failure(failures[i], out);
      out += "}";
    }
    out += "]";
  }
  return out + "}}";
}

}  // namespace copydesk::control
