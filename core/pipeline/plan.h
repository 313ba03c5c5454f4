#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "article/article.h"
#include "base/time.h"
#include "decode/decode.h"
#include "host/component.h"

// A pipeline with everything looked up and created: what the line is built from.
namespace copydesk::pipeline {

// empty: always. Pure, called from any thread.
using Predicate = std::function<bool(const Article&)>;

struct Backoff {
  Nanos first = 100 * kMillisecond;
  Nanos max = 30 * kSecond;
  // Doubles from attempt 0 on; a part of up to a half, told by `salt`, is cut off, so that those who failed together do not
  // come back together ("equal jitter": Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015).
  [[nodiscard]] Nanos delay(unsigned attempt, std::uint64_t salt) const {
    Nanos d = first;
    for (unsigned i = 0; i < attempt && d < max; ++i) d *= 2;
    d = d < max ? d : max;
    std::uint64_t x = salt * 0x9E3779B97F4A7C15ULL + attempt;  // SplitMix64, Steele et al. 2014
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return d - static_cast<Nanos>((x ^ (x >> 31)) % static_cast<std::uint64_t>(d / 2 + 1));
  }
};

struct SourcePlan {
  std::string name;
  std::unique_ptr<host::Source> source;
  decode::DecodeOptions decode;
};

struct StagePlan {
  std::string name;
  std::unique_ptr<host::Stage> stage;
  Predicate when;
  std::string produces;  // media type after the stage; empty: as before
  // of a step that answers retry, before its articles are tried one by one
  unsigned attempts = 5;
  Backoff backoff;
  // plugin, state version and digest of its state options: what its stored state belongs to
  std::string identity;
};

struct SinkPlan {
  std::string name;
  std::unique_ptr<host::Sink> sink;
  unsigned attempts = 0;  // of an article that is answered with retry; 0: for ever
  unsigned breaker = 50;  // rejects in a row after which the sink is parked; 0: never
  Backoff backoff;
};

struct RoutePlan {
  std::size_t sink = 0;
  Predicate when;
  bool otherwise = false;  // takes what no route above it took
};

struct LineOptions {
  std::uint64_t memory = 512ULL << 20;  // bytes of articles in the line
  Nanos commit_interval = 200 * kMillisecond;
  std::uint32_t batch_articles = 256;
  std::uint64_t batch_bytes = 2 << 20;
  // batches in the lane before sources are asked for more
  std::uint32_t read_ahead = 16;
  bool once = false;
  // how long one thing may be retried under `once`; 0: for ever
  Nanos once_deadline = 60 * kSecond;
};

struct LinePlan {
  std::string name;     // the pipeline's
  std::string data_id;  // of the data_dir
  std::vector<SourcePlan> sources;
  std::vector<StagePlan> stages;
  std::vector<SinkPlan> sinks;
  std::vector<RoutePlan> routes;
  std::optional<std::size_t> dead_letters;  // a sink that gets them besides the store; in no route
  LineOptions options;
  // by source, also of those that a run for replays leaves out
  std::map<std::string, decode::DecodeOptions> decode_options;

  [[nodiscard]] std::optional<std::size_t> stage_index(std::string_view stage) const {
    for (std::size_t i = 0; i < stages.size(); ++i)
      if (stages[i].name == stage) return i;
    return std::nullopt;
  }
  // The sink whose own transaction decides whether a commit holds; at most one.
  [[nodiscard]] std::optional<std::size_t> decider() const {
    for (std::size_t i = 0; i < sinks.size(); ++i)
      if (sinks[i].sink->decides()) return i;
    return std::nullopt;
  }
  [[nodiscard]] std::optional<std::size_t> sink_index(std::string_view sink) const {
    for (std::size_t i = 0; i < sinks.size(); ++i)
      if (sinks[i].name == sink) return i;
    return std::nullopt;
  }
};

}  // namespace copydesk::pipeline
