// A source, a stage and a sink that do one wrong thing at one place, straight at the C boundary: `at` says where, `how` what.
#include <copydesk/sdk.hpp>

#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "journal.h"

namespace copydesk::e2e {
namespace {

constexpr std::uint64_t kRecords = 5;

struct Rogue {
  const cd_host* host;
  std::string at, how;
  Journal journal;
  std::uint64_t next = 0;

  void be(std::string_view place) const {
    if (at != place) return;
    if (how == "throw") throw std::runtime_error("thrown in " + at);
    if (how == "throw_int") throw 7;
    if (how == "crash") ::raise(SIGSEGV);
    while (how == "hang") ::sleep(1);
  }
};
Rogue& of(void* self) { return *static_cast<Rogue*>(self); }

cd_status create(const cd_host* host, const cd_options* options, void** self) {
  const Options o(*options);
  auto* rogue = new Rogue{host, std::string(o.string("at")), std::string(o.string("how")),
                          Journal(std::string(o.string("path")))};
  *self = rogue;
  rogue->be("create");
  return CD_OK;
}
cd_status open(void* self, const cd_open* o) {
  of(self).be("open");
  if (o->state == nullptr) of(self).journal.open(Open(*o));  // a sink
  return CD_OK;
}
void close(void* self, std::int64_t) { of(self).be("close"); }
void destroy(void* self) {
  of(self).be("destroy");
  delete &of(self);
}
const void* extension(void* self, cd_string) {
  of(self).be("extension");
  return nullptr;
}

void give(const Rogue& r, std::uint64_t number) {
  const std::string text =
      "Record number " + std::to_string(number) + " tells of the harbour and of little else.";
  cd_record record{};
  record.size = r.how == "short" ? 8 : sizeof record;
  record.partition = to_c("rogue");
  record.position = number;
  record.payload = to_bytes(text);
  record.format = to_c("text");
  const cd_field fields[] = {{to_c("schema"), string_value("forged")},
                             {to_c("source.path"), string_value("kept")},
                             {to_c("extra.j"), json_value("{\"cut\":")}};
  record.fields = fields;
  record.field_count = 3;
  const cd_record* one = &record;
  (void)r.host->emit(r.host, &one, 1);
  r.host->advance(r.host, record.partition, to_bytes(std::to_string(number)), to_bytes("token"));
}

cd_status poll(void* self, std::uint64_t, std::int64_t) {
  Rogue& r = of(self);
  r.be("poll");
  if (r.next >= kRecords) return CD_END;
  if (r.how == "thread")
    std::thread([&r] { give(r, r.next); }).join();
  else
    give(r, r.next);
  ++r.next;
  return CD_OK;
}
void settle(void* self, const cd_settled* const*, std::uint32_t) { of(self).be("settle"); }
void wake(void* self) { of(self).be("wake"); }

cd_status process(void* self, const cd_call*, const cd_batch* batch, cd_edit* edit, cd_carry*) {
  const Rogue& r = of(self);
  r.be("process");
  for (std::uint32_t i = 0; i < batch->count; ++i) {
    const cd_value two_lines = json_value("{\"a\":1}\n{\"b\":2}"),
                   spread = json_value("{\n\"a\":1}");
    if (r.how == "json") edit->set(edit, i, to_c("x"), &two_lines);
    if (r.how == "patches") edit->patch(edit, i, to_c("body"), nullptr, 3);
    if (r.how == "split") edit->split(edit, i, nullptr, 3);
    if (r.how == "code") edit->reject(edit, i, to_c("a\nb"), to_c("why"));
    if (r.at != "process") edit->set(edit, i, to_c("x"), &spread);
  }
  return r.how == "status" ? 55 : CD_OK;
}
void stage_committed(void* self, const cd_committed*) { of(self).be("committed"); }

cd_status write(void* self, std::uint64_t ticket, const cd_batch* batch) {
  Rogue& r = of(self);
  r.be("write");
  if (r.how == "results") r.host->result(r.host, ticket, nullptr, 4);
  for (std::uint32_t i = 0; i < batch->count; ++i)
    r.journal.add(Host(*r.host), Article(*batch->articles[i], i));
  r.host->done(r.host, ticket, CD_OK);
  return CD_OK;
}
cd_status flush(void* self, std::uint64_t ticket) {
  Rogue& r = of(self);
  r.be("flush");
  const std::string position = r.journal.flush();
  r.host->flushed(r.host, ticket, CD_OK, to_bytes(position));
  return CD_OK;
}
void cancel(void* self, std::uint64_t) { of(self).be("cancel"); }
void sink_committed(void* self, std::uint64_t, cd_bytes) { of(self).be("committed"); }

constexpr cd_option kAt = option("at", CD_OPTION_STRING, "", "Where."),
                    kHow = option("how", CD_OPTION_STRING, "", "What."),
                    kPath = option("path", CD_OPTION_PATH, "/dev/null", "File of the sink.");
constexpr const cd_option* kOptions[] = {&kAt, &kHow, &kPath};
constexpr cd_source_ops kSource{sizeof(cd_source_ops), 0, &poll, &settle, &wake};
constexpr cd_stage_ops kStage{sizeof(cd_stage_ops), 0,      &process, nullptr,
                              &stage_committed,     nullptr};
constexpr cd_sink_ops kSink{sizeof(cd_sink_ops), 0, &write, &flush, &cancel, &sink_committed};

constexpr cd_component component(cd_kind kind, const char* name) {
  cd_component c{};
  c.size = sizeof c;
  c.kind = kind;
  c.name = name;
  c.summary = "Does one wrong thing at one place.";
  c.option_count = 3;
  c.options = kOptions;
  c.create = &create;
  c.open = &open;
  c.close = &close;
  c.destroy = &destroy;
  c.extension = &extension;
  c.source = kind == CD_SOURCE ? &kSource : nullptr;
  c.stage = kind == CD_STAGE ? &kStage : nullptr;
  c.sink = kind == CD_SINK ? &kSink : nullptr;
  return c;
}
constexpr cd_component kRogueSource = component(CD_SOURCE, "rogue_source"),
                       kRogueStage = component(CD_STAGE, "rogue_stage"),
                       kRogueSink = component(CD_SINK, "rogue_sink");
constexpr const cd_component* kComponents[] = {&kRogueSource, &kRogueStage, &kRogueSink};

}  // namespace
}  // namespace copydesk::e2e

extern "C" const cd_plugin copydesk_plugin = {sizeof(cd_plugin),
                                              CD_ABI_MAJOR,
                                              CD_ABI_MINOR,
                                              0,
                                              "org.copydesk.e2e.rogue",
                                              "1.0.0",
                                              3,
                                              0,
                                              copydesk::e2e::kComponents};
