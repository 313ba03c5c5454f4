#include "config/catalog.h"

namespace copydesk::config {
namespace {

OptionSpec option(std::string key, OptionType type, std::optional<std::string> fallback,
                  std::string allowed, std::string summary) {
  OptionSpec spec;
  spec.key = std::move(key);
  spec.type = type;
  spec.fallback = std::move(fallback);
  spec.allowed = std::move(allowed);
  spec.summary = std::move(summary);
  spec.reloadable = true;
  return spec;
}

OptionSpec map_option() {
  OptionSpec spec = option("map", OptionType::string, std::nullopt, "",
                           "Names in incoming JSON and the fields of ours they become.");
  spec.shape = Shape::map;
  spec.only_with = "format=auto|json";
  return spec;
}

std::vector<OptionSpec> with_backoff(std::vector<OptionSpec> options) {
  options.push_back(option("on_error.backoff.initial", OptionType::duration, "100ms", "1ms..1h",
                           "Wait before the first retry; it doubles with each."));
  options.push_back(option("on_error.backoff.max", OptionType::duration, "30s", "1ms..1d",
                           "Longest wait between retries."));
  return options;
}

}  // namespace

const std::vector<OptionSpec>& core_options(Kind kind) {
  static const std::vector<OptionSpec> kSource{
      option("format", OptionType::enumeration, "auto", "auto|text|html|json",
             "What a record is; auto goes by its name and content."),
      map_option(),
      option("encoding", OptionType::string, std::nullopt, "",
             "Character set of records that do not tell theirs; told from the content without it."),
      option("max_article", OptionType::bytes, "16MiB", "1KiB..1GiB",
             "Larger records become dead letters."),
      option("sha256", OptionType::boolean, "true", "",
             "Write source.sha256, the digest of the record as it came: 3 us for 4.7 KB.")};
  static const std::vector<OptionSpec> kStage = with_backoff(
      {option("when", OptionType::expression, std::nullopt, "",
              "Only articles for which this holds go through the stage; the others pass it by."),
       option("on_error.attempts", OptionType::integer, "5", "1..1000",
              "Tries before an article becomes a dead letter.")});
  static const std::vector<OptionSpec> kSink = with_backoff(
      {option("on_error.attempts", OptionType::integer, "0", "0..1000000",
              "Tries before an article becomes a dead letter; 0 is for ever."),
       option("on_error.breaker", OptionType::integer, "50", "1..1000000",
              "Rejects in a row after which the sink is parked and the line waits."),
       option("offsets", OptionType::enumeration, "code_points", "code_points|bytes|utf16",
              "What start and end of entities count: code points, bytes of UTF-8 or "
              "units of UTF-16.")});
  return kind == Kind::source ? kSource : kind == Kind::stage ? kStage : kSink;
}

const std::vector<OptionSpec>& engine_options() {
  static const std::vector<OptionSpec> kEngine{
      option("workers", OptionType::integer, "0", "0..1024",
             "Threads that work on articles; 0 is one a core."),
      option("memory", OptionType::bytes, "512MiB", "1MiB..16TiB",
             "Bound on the bytes of articles in hand."),
      option("commit_interval", OptionType::duration, "200ms", "1ms..1h",
             "Longest time between commits while there is something to commit."),
      option("min_free", OptionType::bytes, "1GiB", "0..1000TiB",
             "Free disk space below which sources pause."),
      option("drain", OptionType::duration, "30s", "0s..1h",
             "Time that SIGTERM may take to finish what is in hand."),
      option("once_deadline", OptionType::duration, "60s", "0s..365d",
             "How long retries may last under --once; 0 is for ever."),
      option("batch_articles", OptionType::integer, "256", "1..65536",
             "Most articles in a batch.")};
  return kEngine;
}

}  // namespace copydesk::config
