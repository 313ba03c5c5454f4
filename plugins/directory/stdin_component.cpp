#include "directory/stdin_component.h"

#include <stdexcept>
#include <string>

namespace copydesk::standard_input {
namespace {

Settings settings_of(const Options& options) {
  Settings s;
  s.lines = options.string("records") != "document";
  s.record_max = static_cast<std::uint64_t>(options.integer("limits.record"));
  s.kept_max = static_cast<std::uint64_t>(options.integer("limits.kept"));
  return s;
}

}  // namespace

bool HostPort::emit(std::span<const Record> records) {
  constexpr std::string_view kDetail =
      "a record longer than limits.record: raise it, and max_article with it";
  fields_.clear();
  records_.clear();
  pointers_.clear();
  fields_.reserve(records.size() * kFields);
  records_.reserve(records.size());
  for (const Record& r : records) {
    const std::size_t before = fields_.size();
    fields_.push_back({to_c("source.offset"), int_value(static_cast<std::int64_t>(r.offset))});
    if (r.too_large) {
      fields_.push_back({to_c("refused.code"), string_value("too_large")});
      fields_.push_back({to_c("refused.detail"), string_value(kDetail)});
    }
    cd_record out{};
    out.size = sizeof out;
    out.field_count = static_cast<std::uint32_t>(fields_.size() - before);
    out.partition = to_c(kPartition);
    out.position = r.offset;
    out.payload = to_bytes(r.text.empty() ? std::string_view("") : r.text);
    out.fields = fields_.data() + before;
    records_.push_back(out);
  }
  for (const cd_record& record : records_) pointers_.push_back(&record);
  return host_.emit(pointers_);
}

Stdin::Stdin(const Host& host, const Options& options)
    : port_(host), source_(input_fd, settings_of(options), port_) {}

void Stdin::open(const Open& open) {
  try {
    source_.open(open.state().get(kPartition).value_or(std::string_view()));
  } catch (const std::runtime_error& e) {
    throw Config(e.what());
  }
}

void Stdin::settle(std::span<const cd_settled* const> items) {
  for (const cd_settled* item : items) source_.settle(view(item->token));
}

}  // namespace copydesk::standard_input
