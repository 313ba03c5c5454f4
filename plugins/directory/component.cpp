#include "directory/component.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "directory/preflight.h"

namespace copydesk::directory {
namespace {

Settings settings_of(const Options& options) {
  Settings s;
  s.root = options.string("path");
  while (s.root.size() > 1 && s.root.back() == '/') s.root.pop_back();
  s.include = options.strings("include");
  s.exclude = options.strings("exclude");
  s.settle_ns = options.integer("settle");
  s.rescan_ns = options.integer("rescan");
  const std::string_view polling = options.string("poll");
  s.polling = polling == "always"  ? Polling::kAlways
              : polling == "never" ? Polling::kNever
                                   : Polling::kAuto;
  s.limits.record = static_cast<std::uint64_t>(options.integer("limits.record"));
  s.limits.decompressed = static_cast<std::uint64_t>(options.integer("limits.decompressed"));
  s.limits.bomb.ratio = static_cast<std::uint64_t>(options.integer("limits.ratio"));
  for (const auto& [key, action] : {std::pair{"after.delivered", &s.delivered},
                                    std::pair{"after.dead_letter", &s.dead_letter}}) {
    try {
      *action = parse_action(options.string(key), s.root);
    } catch (const std::invalid_argument& e) {
      throw Config(std::string(key) + ": " + e.what());
    }
  }
  return s;
}

}  // namespace

HostPort::HostPort(const Host& host) : host_(host) {
  counters_.push_back(
      host.counter("unreadable_files", "", "Files that could not be read, counted at each look."));
  counters_.push_back(host.counter(
      "files_left_open", "", "Files that --once left out because somebody was writing them."));
  counters_.push_back(
      host.counter("event_overflows", "", "Times that the kernel dropped news about the folder."));
  counters_.push_back(host.counter("scans", "", "Times that the whole tree was looked through."));
  counters_.push_back(host.counter("files_given_back", "",
                                   "Files left where they were because they had changed since."));
}

bool HostPort::emit(std::span<const Record> records) {
  fields_.clear();
  records_.clear();
  pointers_.clear();
  fields_.reserve(records.size() * kFields);
  records_.reserve(records.size());
  for (const Record& r : records) {
    const cd_field* fields = fields_.data() + fields_.size();
    const std::size_t before = fields_.size();
    fields_.push_back({to_c("source.path"), string_value(r.path)});
    if (r.has_offset)
      fields_.push_back({to_c("source.offset"), int_value(static_cast<std::int64_t>(r.offset))});
    if (!r.refused_code.empty()) {
      fields_.push_back({to_c("refused.code"), string_value(r.refused_code)});
      fields_.push_back({to_c("refused.detail"), string_value(r.refused_detail)});
    }
    cd_record out{};
    out.size = sizeof out;
    out.field_count = static_cast<std::uint32_t>(fields_.size() - before);
    out.partition = to_c(r.partition);
    out.position = r.position;
    out.payload = to_bytes(r.payload);
    out.format = to_c(r.format);
    out.fields = fields;
    records_.push_back(out);
  }
  for (const cd_record& record : records_) pointers_.push_back(&record);
  return host_.emit(pointers_);
}

Directory::Directory(const Host& host, const Options& options)
    : settings_(settings_of(options)), port_(host), source_(settings_, port_) {}

void Directory::preflight(Findings& findings) const {
  if (const std::string why = cannot_read(settings_.root); !why.empty())
    return findings.error("path", why + " (the folder is only read, not made)");
  for (const auto& [key, action] : {std::pair("after.delivered", &settings_.delivered),
                                    std::pair("after.dead_letter", &settings_.dead_letter)}) {
    if (action->verb == Action::kKeep) continue;
    std::string why = cannot_write_below(settings_.root);
    if (why.empty() && action->verb == Action::kMove) why = cannot_write_below(action->target);
    if (!why.empty()) findings.warning(key, "files will stay where they are: " + why);
  }
}

void Directory::open(const Open& open) {
  std::vector<std::pair<std::string, std::string>> past;
  open.state().scan("", [&](std::string_view partition, std::string_view position) {
    past.emplace_back(partition, position);
    return true;
  });
  std::vector<Committed> views;
  views.reserve(past.size());
  for (const auto& [partition, position] : past) views.push_back({partition, position});
  try {
    source_.open(views, open.once());
  } catch (const std::runtime_error& e) {
    throw Config(e.what());
  }
}

void Directory::settle(std::span<const cd_settled* const> items) {
  std::vector<DirectorySource::Owed> owed;
  owed.reserve(items.size());
  for (const cd_settled* item : items)
    owed.push_back({view(item->token), (item->outcomes & CD_DEAD_LETTER) != 0});
  source_.settle(owed);
}

}  // namespace copydesk::directory
