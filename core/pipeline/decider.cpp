#include "pipeline/decider.h"

#include <algorithm>

#include "base/bytes.h"

namespace copydesk::pipeline {
namespace {

enum Kind : std::uint64_t { kPut = 1, kErase = 2, kEraseRange = 3 };

}  // namespace

std::string encode_prepared(std::uint64_t commit, const state::WriteSet& writes) {
  std::string out;
  out.reserve(writes.bytes() + writes.size() * 8 + 16);
  append_u64(out, commit);
  append_varint(out, writes.size());
  for (const state::Write& w : writes.writes()) {
    append_varint(out, !w.key_end.empty() ? kEraseRange : w.value ? kPut : kErase);
    append_string(out, w.key);
    if (!w.key_end.empty())
      append_string(out, w.key_end);
    else if (w.value)
      append_string(out, *w.value);
  }
  return out;
}

Result<Prepared> decode_prepared(std::string_view stored) {
  ByteReader r(stored);
  Prepared out;
  out.commit = r.u64();
  const std::uint64_t count = r.varint();
  for (std::uint64_t i = 0; i < count && r.ok(); ++i) {
    const std::uint64_t kind = r.varint();
    std::string key(r.string());
    if (kind == kPut)
      out.writes.put(std::move(key), std::string(r.string()));
    else if (kind == kErase)
      out.writes.erase(std::move(key));
    else if (const std::string_view end = r.string();
             kind == kEraseRange && !end.empty() && end == state::prefix_end(key))
      out.writes.erase_prefix(key);
    else
      return fatal("corrupt", "a prepared commit cannot be read");
  }
  if (!r.done()) return fatal("corrupt", "a prepared commit cannot be read");
  return out;
}

std::string decided_value(std::uint64_t commit) {
  std::string out;
  append_u64(out, commit);
  return out;
}

Result<std::uint64_t> read_decided(std::string_view stored) {
  ByteReader r(stored);
  const std::uint64_t commit = r.u64();
  if (!r.done()) return fatal("corrupt", "the number of the last decided commit cannot be read");
  return commit;
}

Result<Decision> decide(const DecisionState& store, std::uint64_t last) {
  const auto number = [](std::uint64_t n) { return std::to_string(n); };
  if (last > std::max(store.committed, store.prepared.value_or(0)))
    return fatal(
        "ahead",
        "its output holds commit " + number(last) + ", data_dir only commit " +
            number(std::max(store.committed, store.prepared.value_or(0))) +
            ": this data_dir is older than the output (an old backup?), and going on would send "
            "articles twice. Bring back the newer "
            "data_dir; or begin anew with an empty one, and tell the sources where to start");
  if (!store.prepared) return Decision::kNothing;
  if (last == *store.prepared) return Decision::kApply;
  if (last < store.decided)
    return fatal("marker_lost", "its output should hold commit " + number(store.decided) + " or " +
                                    number(*store.prepared) + " and shows " +
                                    (last == 0 ? std::string("none") : number(last)) +
                                    ": the marker expired or was deleted, so whether commit " +
                                    number(*store.prepared) +
                                    " was sent cannot be known. Look at the end of the output; "
                                    "then begin anew with an empty data_dir, and tell the "
                                    "sources where to start");
  return Decision::kDiscard;
}

}  // namespace copydesk::pipeline
