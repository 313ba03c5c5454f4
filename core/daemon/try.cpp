// `try`: what the stages of a pipeline do to articles.

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "article/json.h"
#include "config/suggest.h"
#include "control/plans.h"
#include "control/trial.h"
#include "daemon/commands.h"
#include "daemon/context.h"
#include "daemon/try_output.h"
#include "decode/binary.h"
#include "io/clock.h"
#include "io/files.h"
#include "io/temporary_folder.h"

namespace copydesk::daemon {
namespace {

constexpr std::size_t kMaxInput = 64 << 20;  // bytes of one file
constexpr std::size_t kMaxRecords = 10000;   // of all files together: they are one batch

// For a look at a page before there is a configuration. Nothing is read from stdin or written by it: stages alone run.
constexpr std::string_view kWithoutConfig =
    "version: 1\n"
    "sources: { files: { type: stdin } }\n"
    "pipelines: { try: { from: [files], stages: [clean], to: [stdout] } }\n"
    "sinks: { stdout: { type: stdout } }\n";

const config::PipelineConfig* find_pipeline(const config::Config& config, const std::string& name) {
  std::vector<std::string> known;
  for (const config::PipelineConfig& p : config.pipelines) {
    known.push_back(p.name);
    if (p.name == name || (name.empty() && config.pipelines.size() == 1)) return &p;
  }
  Context::fail(
      name.empty()
          ? "there are several pipelines, say which with --pipeline: " + config::join(known)
          : "there is no pipeline '" + name + "'" + config::hint(name, known, "pipelines"),
      kWrongUse);
  return nullptr;
}

const config::ComponentConfig* find_source(const config::Config& config,
                                           const config::PipelineConfig& pipeline,
                                           const std::string& name) {
  const std::string& wanted = name.empty() ? pipeline.from.front() : name;
  if (std::ranges::find(pipeline.from, wanted) != pipeline.from.end()) return config.source(wanted);
  Context::fail("pipeline '" + pipeline.name + "' has no source '" + wanted + "'" +
                    config::hint(wanted, pipeline.from, "sources"),
                kWrongUse);
  return nullptr;
}

Result<std::string> read_stdin() {
  std::string out;
  char buffer[64 << 10];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) {
    out.append(buffer, got);
    if (out.size() > kMaxInput) return config_error("stdin: more than 64 MiB");
  }
  return out;
}

std::string format_of(const std::string& path) {
  if (path.ends_with(".html") || path.ends_with(".htm")) return "html";
  if (path.ends_with(".txt")) return "text";
  return path.ends_with(".json") || path.ends_with(".jsonl") || path.ends_with(".ndjson") ? "json"
                                                                                          : "";
}

// A file is one record; of a file of lines each line is one, at its offset.
Status read_records(const std::string& path, const std::string& source, Nanos now,
                    std::vector<control::TrialRecord>& out) {
  Result<std::string> content = path == "-" ? read_stdin() : io::read_file(path, kMaxInput);
  if (!content) return std::move(content).error();
  if (const std::string_view unpacker = decode::unpacker_of(*content); !unpacker.empty())
    return config_error("'" + path + "' is compressed (" +
                        std::string(decode::known_binary(*content)) + "): unpack it, as in " +
                        std::string(unpacker) + " FILE | copydesk try -");
  const bool lines = path.ends_with(".jsonl") || path.ends_with(".ndjson");
  const std::string name = path == "-" ? "stdin" : path;
  const auto add = [&](std::string label, std::uint64_t position, std::string payload) {
    decode::RawRecord record;
    record.origin = {source, name, position, ""};
    record.payload = std::move(payload);
    record.format = format_of(path);
    record.fields = {{"source.path", name}};
    record.received_at = now;
    out.push_back({std::move(label), std::move(record)});
  };
  if (!lines) {
    add(name, 0, std::move(*content));
  } else {
    std::size_t number = 1;
    for (std::size_t begin = 0; begin < content->size(); ++number) {
      const std::size_t end = std::min(content->find('\n', begin), content->size());
      if (end > begin)
        add(name + ":" + std::to_string(number), begin, content->substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return out.size() <= kMaxRecords
             ? Status()
             : Status(
                   config_error("more than " + std::to_string(kMaxRecords) + " articles at once"));
}

void print_json(const std::vector<control::TrialArticle>& articles, bool with_reasons) {
  for (const control::TrialArticle& article : articles) {
    if (!article.finished) continue;
    std::string line;
    write_json(article.result, line);
    if (with_reasons) line.insert(line.size() - 1, ",\"why\":" + reasons_json(article));
    print(line + "\n");
  }
}

}  // namespace

int try_articles(Context& context) {
  const Arguments& arguments = context.arguments();
  if (arguments.has("why") && !arguments.has("json"))
    return Context::fail("--why is for --json: without it reasons are shown", kWrongUse);
  context.assume(kWithoutConfig, "'clean' alone is tried; -c FILE names another");
  const config::Config* config = context.config();
  if (config == nullptr) return kWrongUse;
  const config::PipelineConfig* pipeline = find_pipeline(*config, arguments.value("pipeline"));
  if (pipeline == nullptr) return kWrongUse;
  const config::ComponentConfig* source =
      find_source(*config, *pipeline, arguments.value("source"));
  if (source == nullptr) return kWrongUse;

  const io::TemporaryFolder scratch("copydesk-");
  const io::SystemClock clock;
  control::PlanOptions options;
  options.folder = scratch.path();
  options.with_sources = false;
  options.only_pipeline = pipeline->name;
  host::ReasonBook reasons;
  options.reasons = &reasons;
  options.clock = [&clock] { return clock.now(); };
  config::Diagnostics& diagnostics = context.load()->diagnostics;
  const auto plans = control::build_plans(*config, context.plugins(), options, diagnostics);
  if (!plans) {
    context.show(diagnostics);
    return kWrongUse;
  }
  std::vector<control::TrialRecord> records;
  for (const std::string& path : arguments.operands)
    if (Status read = read_records(path, source->name, clock.now(), records); !read)
      return Context::fail(read.error());
  const auto articles = control::run_trial(plans->front(), control::decode_options(source->source),
                                           std::move(records), clock.now(), &reasons);
  if (!articles) return Context::fail(articles.error());
  if (arguments.has("json")) {
    print_json(*articles, arguments.has("why"));
    return kDone;
  }
  const Paint paint(context.color(STDOUT_FILENO));
  for (std::size_t i = 0; i < articles->size(); ++i)
    print((i > 0 ? "\n" : "") + trial_text((*articles)[i], paint));
  return kDone;
}

}  // namespace copydesk::daemon
