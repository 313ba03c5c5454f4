// The store on RocksDB: https://github.com/facebook/rocksdb/wiki (7.8 in Debian 12, 9.10 in Debian 13).

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "state/keys.h"
#include "state/store.h"
#include "state/ttl.h"
#include "telemetry/log.h"

namespace copydesk::state {
namespace {

namespace rdb = rocksdb;

// a key; about 1 % of lookups read a block in vain
constexpr int kBloomBits = 10;
// of a memtable's size: most lookups are for keys that nobody has put
constexpr double kMemtableBloomShare = 0.1;
// every file passes the filter at least this often
constexpr std::uint64_t kRewriteSeconds = 7 * 86400;
constexpr std::size_t kMaxMessageBytes = 1000;

rdb::Slice slice(std::string_view s) { return {s.data(), s.size()}; }
std::string_view view(const rdb::Slice& s) { return {s.data(), s.size()}; }

// Erases stage state that has expired. Other tables have no expiry and are left alone.
class ExpiryFilter : public rdb::CompactionFilter {
 public:
  explicit ExpiryFilter(const std::atomic<Nanos>& now) : now_(now) {}
  const char* Name() const override { return "copydesk.expiry/1"; }
  bool Filter(int, const rdb::Slice& key, const rdb::Slice& value, std::string*,
              bool*) const override {
    if (key.empty() || key[0] != keys::kStageState) return false;
    return !unexpired(view(value), now_.load(std::memory_order_relaxed));
  }

 private:
  const std::atomic<Nanos>& now_;
};

// RocksDB's warnings in our log, for whoever looks closely: what matters comes back as the status of a call. Its own log file
// would end the daemon on a full disk: a second write to one that failed is an assertion in the RocksDB that Debian ships.
class Forwarder : public rdb::Logger {
 public:
  Forwarder() : rdb::Logger(rdb::WARN_LEVEL) {}
  using rdb::Logger::Logv;
  void Logv(const rdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level != rdb::WARN_LEVEL && level != rdb::ERROR_LEVEL && level != rdb::FATAL_LEVEL) return;
    Logv(format, arguments);
  }
  void Logv(const char* format, va_list arguments) override {
    std::array<char, kMaxMessageBytes> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    log::debug("The store has a remark.", {"remark", text.data()});
  }
};

rdb::CompressionType best_compression() {
  const auto supported = rdb::GetSupportedCompressions();
  for (auto wanted : {rdb::kLZ4Compression, rdb::kSnappyCompression})
    if (std::ranges::find(supported, wanted) != supported.end()) return wanted;
  return rdb::kNoCompression;
}

rdb::Options make_options(const StoreOptions& wanted, const ExpiryFilter& filter) {
  rdb::BlockBasedTableOptions table;
  table.block_cache = rdb::NewLRUCache(wanted.cache_bytes);
  table.cache_index_and_filter_blocks = true;  // else they grow with the data, outside the cache
  table.filter_policy.reset(rdb::NewBloomFilterPolicy(kBloomBits));

  rdb::Options o;
  o.create_if_missing = true;
  // The default, kPointInTimeRecovery, opens a log damaged in its middle without a word and forgets all that follows.
  o.wal_recovery_mode = rdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  o.track_and_verify_wals_in_manifest = true;  // a log file that is missing is damage too
  o.paranoid_checks = true;
  o.write_buffer_size = wanted.memtable_bytes;
  o.max_write_buffer_number = 2;
  o.memtable_prefix_bloom_size_ratio = kMemtableBloomShare;
  o.memtable_whole_key_filtering = true;
  o.max_open_files = wanted.max_open_files;
  o.max_background_jobs = 1;
  o.max_bgerror_resume_count = 0;  // after a failed write we reopen; it must not go on by itself
  o.compression = best_compression();
  o.compaction_filter = &filter;
  o.periodic_compaction_seconds = kRewriteSeconds;
  o.info_log = std::make_shared<Forwarder>();
  o.stats_dump_period_sec = 0;
  o.stats_persist_period_sec = 0;
  o.table_factory.reset(rdb::NewBlockBasedTableFactory(table));
  return o;
}

bool full(const rdb::Status& s) {
  return s.IsNoSpace() || s.subcode() == rdb::Status::SubCode::kSpaceLimit ||
         s.ToString().find("No space left") != std::string::npos;
}

Error corrupt(const std::string& folder, const rdb::Status& s) {
  return fatal("corrupt",
               "state in '" + folder + "' is damaged (" + s.ToString() +
                   "). Nothing was changed. Restore the folder from a backup, or move it away to "
                   "begin with an empty state: "
                   "sources then start from their beginning and stages remember nothing");
}

// RocksDB has words for it only; those of its path say nothing.
bool locked(const rdb::Status& s) {
  const std::string text = s.ToString();
  return text.find("lock hold by current process") != std::string::npos ||
         (text.find("While lock file") != std::string::npos &&
          text.find("Resource temporarily unavailable") != std::string::npos);
}

Error open_error(const std::string& folder, const rdb::Status& s) {
  if (s.IsCorruption() || s.IsPathNotFound()) return corrupt(folder, s);
  if (full(s))
    return retry("no_space",
                 "state in '" + folder + "' cannot be opened, the disk is full: " + s.ToString());
  if (s.IsIOError() && locked(s))
    return fatal("locked", "state in '" + folder + "' is open in another process: " + s.ToString());
  return fatal("state", "state in '" + folder + "' cannot be opened: " + s.ToString());
}

class RocksStore final : public Store {
 public:
  RocksStore(std::string folder, const StoreOptions& options)
      : folder_(std::move(folder)), filter_(now_), options_(make_options(options, filter_)) {}

  Status open() {
    rdb::DB* db = nullptr;
    const rdb::Status s = rdb::DB::Open(options_, folder_, &db);
    if (!s.ok()) return open_error(folder_, s);
    db_.reset(db);
    poisoned_ = false;
    return {};
  }

  Result<std::optional<std::string>> get(std::string_view key) override {
    const std::shared_lock lock(mutex_);
    if (Status bad = usable(); !bad) return std::move(bad).error();
    std::string value;
    const rdb::Status s = db_->Get(rdb::ReadOptions(), slice(key), &value);
    if (s.IsNotFound()) return std::optional<std::string>();
    if (!s.ok()) return read_error(s);
    return std::optional(std::move(value));
  }

  Status multi_get(std::span<const std::string_view> keys,
                   std::vector<std::optional<std::string>>& out) override {
    out.assign(keys.size(), std::nullopt);
    if (keys.empty()) return {};
    const std::shared_lock lock(mutex_);
    if (Status bad = usable(); !bad) return bad;
    std::vector<rdb::Slice> slices(keys.size());
    std::ranges::transform(keys, slices.begin(), slice);
    std::vector<rdb::PinnableSlice> values(keys.size());
    std::vector<rdb::Status> statuses(keys.size());
    db_->MultiGet(rdb::ReadOptions(), db_->DefaultColumnFamily(), keys.size(), slices.data(),
                  values.data(), statuses.data());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].ok())
        out[i].emplace(values[i].data(), values[i].size());
      else if (!statuses[i].IsNotFound())
        return read_error(statuses[i]);
    }
    return {};
  }

  Status scan_from(std::string_view prefix, std::string_view from, const Visit& visit) override {
    const std::shared_lock lock(mutex_);
    if (Status bad = usable(); !bad) return bad;
    const std::string end = prefix_end(prefix);
    const rdb::Slice upper(end);
    rdb::ReadOptions options;
    if (!end.empty()) options.iterate_upper_bound = &upper;
    const std::unique_ptr<rdb::Iterator> it(db_->NewIterator(options));
    for (it->Seek(slice(std::max(prefix, from))); it->Valid(); it->Next())
      if (!visit(view(it->key()), view(it->value()))) return {};
    if (!it->status().ok()) return read_error(it->status());
    return {};
  }

  Status commit(const WriteSet& writes, bool sync) override {
    const std::shared_lock lock(mutex_);
    if (Status bad = usable(); !bad) return bad;
    rdb::WriteBatch batch(writes.bytes() + writes.size() * 16);
    for (const Write* w : in_key_order(writes)) add(*w, batch);
    rdb::WriteOptions options;
    options.sync = sync;
    const rdb::Status s = db_->Write(options, &batch);
    if (s.ok()) return {};
    poisoned_ = true;
    if (s.IsCorruption()) return corrupt(folder_, s);
    const std::string what =
        "state in '" + folder_ +
        "' could not be written, and whether it was is not known until it is reopened: ";
    return retry(full(s) ? "no_space" : "unknown", what + s.ToString());
  }

  Status reopen() override {
    const std::unique_lock lock(mutex_);
    poisoned_ = true;
    db_.reset();
    return open();
  }

  bool poisoned() const override { return poisoned_; }

  void set_now(Nanos now) override {
    Nanos seen = now_.load(std::memory_order_relaxed);
    while (seen < now && !now_.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
    }
  }

 private:
  // A memtable takes neighbours much faster than keys at random. Writes of one key keep their order; a range erases what came
  // before it, so with one among them all stay as they are.
  static std::vector<const Write*> in_key_order(const WriteSet& writes) {
    std::vector<const Write*> out;
    out.reserve(writes.size());
    for (const Write& w : writes.writes()) out.push_back(&w);
    if (std::ranges::all_of(out, [](const Write* w) { return w->key_end.empty(); }))
      std::ranges::stable_sort(out, {}, [](const Write* w) { return std::string_view(w->key); });
    return out;
  }

  static void add(const Write& w, rdb::WriteBatch& batch) {
    // A batch in memory fails only when its limit is reached, and it has none.
    const rdb::Status s = !w.key_end.empty() ? batch.DeleteRange(w.key, w.key_end)
                          : w.value          ? batch.Put(w.key, *w.value)
                                             : batch.Delete(w.key);
    CD_ASSERT(s.ok());
  }

  Status usable() const {
    if (!poisoned_) return {};
    return retry("poisoned", "state in '" + folder_ +
                                 "' is closed until it is reopened: an earlier write failed");
  }

  Error read_error(const rdb::Status& s) const {
    if (s.IsCorruption()) return corrupt(folder_, s);
    return retry("read", "state in '" + folder_ + "' could not be read: " + s.ToString());
  }

  const std::string folder_;
  std::atomic<Nanos> now_{0};
  const ExpiryFilter filter_;
  const rdb::Options options_;
  std::atomic<bool> poisoned_{true};
  mutable std::shared_mutex mutex_;  // exclusive: reopen
  std::unique_ptr<rdb::DB> db_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb(const std::string& folder,
                                            const StoreOptions& options) {
  auto store = std::make_unique<RocksStore>(folder, options);
  if (Status bad = store->open(); !bad) return std::move(bad).error();
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace copydesk::state
