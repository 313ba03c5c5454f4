// Header-only C++20 face of <copydesk/plugin.h>. Nothing here crosses the boundary; plugin.h alone is the contract.
//
//   #include <copydesk/sdk.hpp>
//   struct DropShort : copydesk::Stage {
//     static constexpr copydesk::About kAbout{.name = "drop_short", .summary = "Drops articles with too few words."};
//     static constexpr cd_option kOptions[] = {
//         copydesk::option("min_words", CD_OPTION_INT, "50", "Fewest words of an article that goes on.", "words", "1..100000")};
//     explicit DropShort(const copydesk::Host&, const copydesk::Options& o) : min_words_(o.integer("min_words")) {}
//     void process(const copydesk::Call&, const copydesk::Batch& batch, copydesk::Edit& edit, copydesk::Carry&) const {
//       for (copydesk::Article a : batch)
//         if (count_words(a.body()) < min_words_) edit.drop(a, "short");
//     }
//     std::int64_t min_words_;
//   };
//   COPYDESK_PLUGIN("org.example.drop_short", "1.0.0", DropShort)
//
// A component class derives from Stage, Source or Sink (or BlockingSink), has `kAbout`, optionally `kOptions`, and a
// constructor (const Host&, const Options&). Steps may throw: `Reject`, `Retry`, `Wait`, `Config` and `Fatal` become the status
// of that name, std::bad_alloc becomes CD_RETRY, anything else CD_REJECT with the exception's text. What functions that answer
// nothing throw (committed, settle, wake, cancel, close) goes to the log.
#pragma once
#include <copydesk/plugin.h>

#ifndef __cpp_exceptions
#error \
    "copydesk/sdk.hpp turns exceptions into statuses and needs them; without them write against copydesk/plugin.h"
#endif

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <limits>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace copydesk {

inline cd_string to_c(std::string_view s) noexcept { return {s.data(), s.size()}; }
inline std::string_view view(cd_string s) noexcept {
  return s.data ? std::string_view(s.data, s.size) : std::string_view();
}
inline cd_bytes to_bytes(std::string_view s) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()};
}
inline std::string_view view(cd_bytes b) noexcept {
  return b.data ? std::string_view(reinterpret_cast<const char*>(b.data), b.size)
                : std::string_view();
}

// ---- values -------------------------------------------------------------------------------------------------------
inline cd_value string_value(std::string_view s) noexcept {
  cd_value v{};
  v.type = CD_VALUE_STRING;
  v.as.string = to_c(s);
  return v;
}
inline cd_value json_value(std::string_view s) noexcept {
  cd_value v{};
  v.type = CD_VALUE_JSON;
  v.as.string = to_c(s);
  return v;
}
inline cd_value int_value(std::int64_t i) noexcept {
  cd_value v{};
  v.type = CD_VALUE_INT;
  v.as.integer = i;
  return v;
}
inline cd_value bool_value(bool b) noexcept {
  cd_value v{};
  v.type = CD_VALUE_BOOL;
  v.as.integer = b ? 1 : 0;
  return v;
}
inline cd_value time_value(std::int64_t ns) noexcept {
  cd_value v{};
  v.type = CD_VALUE_TIME;
  v.as.integer = ns;
  return v;
}
inline cd_value real_value(double d) noexcept {
  cd_value v{};
  v.type = CD_VALUE_REAL;
  v.as.real = d;
  return v;
}
inline cd_value list_value(std::span<const cd_value> items) noexcept {
  cd_value v{};
  v.type = CD_VALUE_LIST;
  v.count = static_cast<std::uint32_t>(items.size());
  v.as.list = items.data();
  return v;
}

// Numbers and truths as C++ has them. A literal 0 would be a null pointer to text otherwise.
template <class T>
requires std::is_arithmetic_v<T> cd_value number_value(T n)
noexcept {
  if constexpr (std::is_same_v<T, bool>)
    return bool_value(n);
  else if constexpr (std::is_floating_point_v<T>)
    return real_value(static_cast<double>(n));
  else
    return int_value(static_cast<std::int64_t>(n));
}

// What a step throws; the text becomes the reason shown to the user.
struct Reject : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct Retry : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct Wait : std::runtime_error {
  using std::runtime_error::runtime_error;
};  // steps of a stage; needs 1.2
struct Config : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct Fatal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct About {
  const char* name;
  const char* summary;
  std::uint32_t state_version = 0;
  const char* const* accepts = nullptr;  // NULL-terminated media types
  const char* produces = nullptr;
  const char* const* reads = nullptr;
  const char* const* writes = nullptr;
  const char* const* codes = nullptr;
  std::uint32_t flags = 0;
};

constexpr cd_option option(const char* key, std::int32_t type, const char* fallback,
                           const char* summary, const char* unit = nullptr,
                           const char* allowed = nullptr, std::uint32_t flags = 0,
                           std::int32_t shape = CD_OPTION_SINGLE) {
  return cd_option{sizeof(cd_option), flags,   type, shape,   key,
                   fallback,          allowed, unit, summary, nullptr};
}
// One that changes nothing unless another has this value, so that `check` can say so: only_with("action=drop", option(…)).
constexpr cd_option only_with(const char* condition, cd_option option) {
  option.only_with = condition;
  return option;
}

// The checked and typed options given to a constructor. Views live only as long as the constructor runs.
class Options {
 public:
  explicit Options(const cd_options& options) noexcept : options_(&options) {}
  [[nodiscard]] const cd_value* find(std::string_view key) const noexcept {
    for (std::uint32_t i = 0; i < options_->count; ++i)
      if (view(options_->items[i].name) == key) return &options_->items[i].value;
    return nullptr;
  }
  [[nodiscard]] bool has(std::string_view key) const noexcept { return find(key) != nullptr; }
  [[nodiscard]] std::string_view string(std::string_view key,
                                        std::string_view absent = {}) const noexcept {
    const cd_value* v = find(key);
    return v && v->type == CD_VALUE_STRING ? view(v->as.string) : absent;
  }
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t absent = 0) const noexcept {
    const cd_value* v = find(key);
    return v && v->type == CD_VALUE_INT ? v->as.integer : absent;
  }
  [[nodiscard]] double real(std::string_view key, double absent = 0) const noexcept {
    const cd_value* v = find(key);
    return v && v->type == CD_VALUE_REAL  ? v->as.real
           : v && v->type == CD_VALUE_INT ? static_cast<double>(v->as.integer)
                                          : absent;
  }
  [[nodiscard]] bool boolean(std::string_view key, bool absent = false) const noexcept {
    const cd_value* v = find(key);
    return v && v->type == CD_VALUE_BOOL ? v->as.integer != 0 : absent;
  }
  // A list of texts, paths, patterns …; of another type it is empty.
  [[nodiscard]] std::vector<std::string> strings(std::string_view key) const {
    std::vector<std::string> out;
    for (const cd_value& v : items(key))
      if (v.type == CD_VALUE_STRING) out.emplace_back(view(v.as.string));
    return out;
  }
  // A list of whole numbers, durations, sizes; of another type it is empty.
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view key) const {
    std::vector<std::int64_t> out;
    for (const cd_value& v : items(key))
      if (v.type == CD_VALUE_INT) out.push_back(v.as.integer);
    return out;
  }
  // An option of the shape CD_OPTION_MAP: names and their values, in the order of the configuration.
  [[nodiscard]] std::vector<std::pair<std::string, cd_value>> map(std::string_view key) const {
    std::vector<std::pair<std::string, cd_value>> out;
    const std::span<const cd_value> all = items(key);
    for (std::size_t i = 0; i + 1 < all.size(); i += 2)
      out.emplace_back(view(all[i].as.string), all[i + 1]);
    return out;
  }

 private:
  // What a list or a map holds; a single value is a list of one.
  [[nodiscard]] std::span<const cd_value> items(std::string_view key) const noexcept {
    const cd_value* v = find(key);
    if (!v) return {};
    return v->type == CD_VALUE_LIST ? std::span(v->as.list, v->count) : std::span(v, 1);
  }
  const cd_options* options_;
};

// ---- what steps see -----------------------------------------------------------------------------------------------
class Article {
 public:
  Article(const cd_article& article, std::uint32_t index) noexcept
      : article_(&article), index_(index) {}
  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  [[nodiscard]] std::string_view id() const noexcept { return view(article_->id); }
  [[nodiscard]] std::string_view origin() const noexcept { return view(article_->origin); }
  [[nodiscard]] std::string_view media_type() const noexcept { return view(article_->media_type); }
  [[nodiscard]] std::string_view body() const noexcept { return text("body"); }
  [[nodiscard]] std::string_view title() const noexcept { return text("title"); }
  // The field's value, or null when the article has no such field.
  [[nodiscard]] const cd_value* field(std::string_view name) const noexcept {
    for (std::uint32_t i = 0; i < article_->field_count; ++i)
      if (view(article_->fields[i].name) == name) return &article_->fields[i].value;
    return nullptr;
  }
  // A string field; empty when absent or of another type.
  [[nodiscard]] std::string_view text(std::string_view name) const noexcept {
    const cd_value* v = field(name);
    return v && v->type == CD_VALUE_STRING ? view(v->as.string) : std::string_view();
  }
  [[nodiscard]] std::span<const cd_field> fields() const noexcept {
    return {article_->fields, article_->field_count};
  }
  [[nodiscard]] std::span<const cd_annotation* const> annotations() const noexcept {
    return {article_->annotations, article_->annotation_count};
  }
  [[nodiscard]] const cd_article& raw() const noexcept { return *article_; }

 private:
  const cd_article* article_;
  std::uint32_t index_;
};

class Batch {
 public:
  explicit Batch(const cd_batch& batch) noexcept : batch_(&batch) {}
  struct Iterator {
    using difference_type = std::ptrdiff_t;
    using value_type = Article;
    const cd_batch* batch;
    std::uint32_t i;
    Article operator*() const noexcept { return {*batch->articles[i], i}; }
    Iterator& operator++() noexcept {
      ++i;
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator old = *this;
      ++i;
      return old;
    }
    bool operator==(const Iterator& o) const noexcept { return i == o.i; }
  };
  [[nodiscard]] Iterator begin() const noexcept { return {batch_, 0}; }
  [[nodiscard]] Iterator end() const noexcept { return {batch_, batch_->count}; }
  [[nodiscard]] std::uint32_t size() const noexcept { return batch_->count; }
  [[nodiscard]] Article operator[](std::uint32_t i) const noexcept {
    return {*batch_->articles[i], i};
  }

 private:
  const cd_batch* batch_;
};

class Call {
 public:
  explicit Call(const cd_call& call) noexcept : call_(&call) {}
  [[nodiscard]] std::int64_t time() const noexcept {
    return call_->time;
  }  // ns since the epoch; the only clock of a step
  [[nodiscard]] std::uint64_t sequence() const noexcept { return call_->sequence; }

 private:
  const cd_call* call_;
};

class Edit {
 public:
  explicit Edit(cd_edit& edit) noexcept : edit_(&edit) {}
  void set(const Article& a, std::string_view field, const cd_value& value) {
    edit_->set(edit_, a.index(), to_c(field), &value);
  }
  void set(const Article& a, std::string_view field, std::string_view text) {
    set(a, field, string_value(text));
  }
  void set(const Article& a, std::string_view field, std::span<const std::string> list) {
    std::vector<cd_value> items;
    items.reserve(list.size());
    for (const std::string& s : list) items.push_back(string_value(s));
    set(a, field, list_value(items));
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void set(const Article& a, std::string_view field, T number) {
    set(a, field, number_value(number));
  }
  void append(const Article& a, std::string_view field, std::string_view text) {
    const cd_value v = string_value(text);
    edit_->append(edit_, a.index(), to_c(field), &v);
  }
  void unset(const Article& a, std::string_view field) {
    edit_->unset(edit_, a.index(), to_c(field));
  }
  void patch(const Article& a, std::string_view field, std::span<const cd_patch> patches) {
    edit_->patch(edit_, a.index(), to_c(field), patches.data(),
                 static_cast<std::uint32_t>(patches.size()));
  }
  void annotate(const Article& a, const cd_annotation& annotation) {
    edit_->annotate(edit_, a.index(), &annotation);
  }
  void unannotate(const Article& a, std::string_view field = {}) {
    edit_->unannotate(edit_, a.index(), to_c(field));
  }
  void label(const Article& a, std::string_view name, const cd_value& value) {
    edit_->label(edit_, a.index(), to_c(name), &value);
  }
  void label(const Article& a, std::string_view name, std::string_view text) {
    label(a, name, string_value(text));
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void label(const Article& a, std::string_view name, T number) {
    label(a, name, number_value(number));
  }
  void drop(const Article& a, std::string_view reason) {
    edit_->drop(edit_, a.index(), to_c(reason));
  }
  void reject(const Article& a, std::string_view code, std::string_view detail) {
    edit_->reject(edit_, a.index(), to_c(code), to_c(detail));
  }
  void split(const Article& a, std::span<const cd_field> fields) {
    edit_->split(edit_, a.index(), fields.data(), static_cast<std::uint32_t>(fields.size()));
  }
  // State, resolve only. `ttl` in ns of the batches' time, 0 for ever.
  void claim(const Article& a, std::string_view key, std::string_view value, std::int64_t ttl = 0) {
    edit_->put(edit_, a.index(), to_c(key), to_bytes(value), ttl, CD_CLAIM);
  }
  void observe(const Article& a, std::string_view key, std::string_view value,
               std::int64_t ttl = 0) {
    edit_->put(edit_, a.index(), to_c(key), to_bytes(value), ttl, CD_OBSERVATION);
  }
  void erase(const Article& a, std::string_view key, std::int32_t kind = CD_OBSERVATION) {
    edit_->erase(edit_, a.index(), to_c(key), kind);
  }

 private:
  cd_edit* edit_;
};

class Carry {
 public:
  explicit Carry(cd_carry& carry) noexcept : carry_(&carry) {}
  void set(const Article& a, std::string_view bytes) {
    carry_->set(carry_, a.index(), to_bytes(bytes));
  }
  [[nodiscard]] std::string_view get(const Article& a) const {
    return view(carry_->get(carry_, a.index()));
  }

 private:
  cd_carry* carry_;
};

// Views stay valid until the step returns.
class State {
 public:
  explicit State(cd_state& state) noexcept : state_(&state) {}
  [[nodiscard]] std::optional<std::string_view> get(std::string_view key) const {
    const cd_bytes b = state_->get(state_, to_c(key));
    return b.data ? std::optional(view(b)) : std::nullopt;
  }
  void multi_get(std::span<const cd_string> keys, std::span<cd_bytes> values) const {
    state_->multi_get(state_, keys.data(), static_cast<std::uint32_t>(keys.size()), values.data());
  }
  // Calls each(key, value) in key order while it returns true.
  template <class F>
  void scan(std::string_view prefix, F&& each) const {
    state_->scan(
        state_, to_c(prefix),
        [](void* context, cd_string key, cd_bytes value) -> std::int32_t {
          return (*static_cast<std::remove_reference_t<F>*>(context))(view(key), view(value)) ? 1
                                                                                              : 0;
        },
        &each);
  }

 private:
  cd_state* state_;
};

// What an operator changes of a stage's state (amend/1).
class Changes {
 public:
  Changes(void (*take)(void*, cd_string, cd_bytes), void* context) noexcept
      : put_(take), context_(context) {}
  void put(std::string_view key, std::string_view value) {
    put_(context_, to_c(key), to_bytes(value.data() ? value : std::string_view("")));
  }
  void erase(std::string_view key) { put_(context_, to_c(key), cd_bytes{}); }

 private:
  void (*put_)(void*, cd_string, cd_bytes);
  void* context_;
};

// What a look at the outside world found before the start (preflight/1).
class Findings {
 public:
  Findings(void (*tell)(void*, std::int32_t, cd_string, cd_string), void* context) noexcept
      : tell_(tell), context_(context) {}
  // `open` would refuse. `option` is the key that names the thing.
  void error(std::string_view option, std::string_view text) {
    tell_(context_, CD_LOG_ERROR, to_c(option), to_c(text));
  }
  // The component would wait, or go on without.
  void warning(std::string_view option, std::string_view text) {
    tell_(context_, CD_LOG_WARN, to_c(option), to_c(text));
  }

 private:
  void (*tell_)(void*, std::int32_t, cd_string, cd_string);
  void* context_;
};

class Counter {
 public:
  Counter() = default;
  Counter(const cd_host& host, std::uint32_t id) noexcept : host_(&host), id_(id) {}
  void add(std::uint64_t by = 1) const noexcept {
    if (host_) host_->count(host_, id_, by);
  }

 private:
  const cd_host* host_ = nullptr;
  std::uint32_t id_ = 0;
};

// Why a part of a text stays or goes (cd_reason). Views live as long as the call they are given to.
struct Reason {
  bool cut = false;
  std::string_view field = "body";
  std::string_view text;
  std::string_view rule;
  std::string_view detail = {};
  std::optional<double> score = {};
};

// The engine's services. Copies refer to the same host, which outlives the component.
class Host {
 public:
  explicit Host(const cd_host& host) noexcept : host_(&host) {}
  void info(std::string_view text) const { host_->log(host_, CD_LOG_INFO, to_c(text)); }
  void warn(std::string_view text) const { host_->log(host_, CD_LOG_WARN, to_c(text)); }
  void error(std::string_view text) const { host_->log(host_, CD_LOG_ERROR, to_c(text)); }
  void debug(std::string_view text) const { host_->log(host_, CD_LOG_DEBUG, to_c(text)); }
  [[nodiscard]] std::int64_t now() const { return host_->now(host_); }
  [[nodiscard]] Counter counter(std::string_view name, std::string_view unit,
                                std::string_view help) const {
    return {*host_, host_->counter(host_, to_c(name), to_c(unit), to_c(help))};
  }
  void status(std::string_view word) const { host_->status(host_, to_c(word)); }
  // Whether somebody wants to be told reasons, as `copydesk try` does: ask once, in the constructor.
  [[nodiscard]] bool wants_reasons() const { return reasons() != nullptr; }
  // Inside process and resolve, where they are wanted.
  void tell(const Article& a, const Reason& r) const {
    const cd_reasons* to = reasons();
    if (!to) return;
    const cd_reason reason{sizeof(cd_reason),
                           r.cut ? CD_CUT : CD_KEPT,
                           to_c(r.field),
                           to_c(r.text),
                           to_c(r.rule),
                           to_c(r.detail),
                           r.score.value_or(std::numeric_limits<double>::quiet_NaN())};
    to->tell(host_, &a.raw(), &reason);
  }
  // Sources: how much lies where they read and has become no record (CD_PASSED_BY, CD_LEFT). Takes the place of what was told
  // of `what` before. A daemon that does not know the extension is told nothing.
  void untaken(std::int32_t kind, std::string_view what, std::uint64_t count,
               std::string_view example = {}) const {
    const auto* to = static_cast<const cd_untaken*>(host_->extension(host_, to_c(CD_UNTAKEN)));
    if (to && to->size >= sizeof(cd_untaken))
      to->tell(host_, kind, to_c(what), count, to_c(example));
  }
  [[nodiscard]] std::string_view private_folder() const {
    return view(host_->private_folder(host_));
  }
  // Sources, inside settle: this item of it is owed still and comes again. Its number; 0: this daemon does not know the extension.
  std::uint64_t keep_unsettled(std::uint32_t item) const {
    const cd_unsettled* to = unsettled();
    return to ? to->keep(host_, item) : 0;
  }
  // What was kept under this number is done meanwhile, and does not come again.
  void settled(std::uint64_t number) const {
    if (const cd_unsettled* to = unsettled(); to && number != 0) to->done(host_, number);
  }
  // The article in a written form; calls take(std::string_view) with bytes that live as long as that call.
  template <class F>
  void encode(const Article& a, std::string_view format, F&& take) const {
    const cd_status s = host_->encode(
        host_, &a.raw(), to_c(format),
        [](void* context, cd_bytes b) {
          (*static_cast<std::remove_reference_t<F>*>(context))(view(b));
        },
        &take);
    if (s != CD_OK) throw Config("encode: unknown format '" + std::string(format) + "'");
  }
  // Sources, inside poll. False: taken, but return from poll soon.
  bool emit(std::span<const cd_record* const> records) const {
    return host_->emit(host_, records.data(), static_cast<std::uint32_t>(records.size())) == CD_OK;
  }
  bool emit(const cd_record& record) const {
    const cd_record* one = &record;
    return host_->emit(host_, &one, 1) == CD_OK;
  }
  void advance(std::string_view partition, std::string_view position,
               std::string_view token = {}) const {
    host_->advance(host_, to_c(partition), to_bytes(position),
                   token.empty() ? cd_bytes{} : to_bytes(token));
  }
  void result(std::uint64_t ticket, std::span<const cd_result> results) const {
    host_->result(host_, ticket, results.data(), static_cast<std::uint32_t>(results.size()));
  }
  void done(std::uint64_t ticket, cd_status status = CD_OK) const {
    host_->done(host_, ticket, status);
  }
  void flushed(std::uint64_t ticket, std::string_view position, cd_status status = CD_OK) const {
    host_->flushed(host_, ticket, status, to_bytes(position));
  }
  void fail(std::string_view why) const { host_->fail(host_, to_c(why)); }
  // Sources, any thread: what was emitted and is in no commit must come again. False: this daemon is older than 1.1.
  bool rewind(std::string_view why) const {
    if (host_->size <= offsetof(cd_host, rewind)) return false;
    host_->rewind(host_, to_c(why));
    return true;
  }
  [[nodiscard]] const cd_host& raw() const noexcept { return *host_; }

 private:
  [[nodiscard]] const cd_unsettled* unsettled() const {
    const auto* found =
        static_cast<const cd_unsettled*>(host_->extension(host_, to_c(CD_UNSETTLED)));
    return found && found->size >= sizeof(cd_unsettled) ? found : nullptr;
  }
  [[nodiscard]] const cd_reasons* reasons() const {
    const auto* found = static_cast<const cd_reasons*>(host_->extension(host_, to_c(CD_REASONS)));
    return found && found->size >= sizeof(cd_reasons) ? found : nullptr;
  }
  const cd_host* host_;
};

// The committed past a component starts from.
class Open {
 public:
  explicit Open(const cd_open& open) noexcept : open_(&open) {}
  [[nodiscard]] std::uint64_t commit() const noexcept { return open_->commit; }
  [[nodiscard]] bool once() const noexcept { return (open_->flags & CD_OPEN_ONCE) != 0; }
  [[nodiscard]] bool has_position() const noexcept { return open_->position.data != nullptr; }
  [[nodiscard]] std::string_view position() const noexcept { return view(open_->position); }
  [[nodiscard]] State state() const noexcept { return State(*open_->state); }
  // Whose commits these are: the id of the data_dir and the pipeline's name. Empty from a daemon older than 1.1.
  [[nodiscard]] std::string_view data_id() const noexcept {
    return has_names() ? view(open_->data_id) : std::string_view();
  }
  [[nodiscard]] std::string_view line() const noexcept {
    return has_names() ? view(open_->line) : std::string_view();
  }

 private:
  bool has_names() const noexcept { return open_->size > offsetof(cd_open, line); }
  const cd_open* open_;
};

class Committed {
 public:
  explicit Committed(const cd_committed& c) noexcept : committed_(&c) {}
  [[nodiscard]] std::uint64_t commit() const noexcept { return committed_->commit; }
  [[nodiscard]] std::span<const cd_put> puts() const noexcept {
    return {committed_->puts, committed_->count};
  }
  // Of the last batch that is final now; 0 from a daemon older than 1.2.
  [[nodiscard]] std::uint64_t sequence() const noexcept {
    return committed_->size > offsetof(cd_committed, sequence) ? committed_->sequence : 0;
  }

 private:
  const cd_committed* committed_;
};

// ---- bases of components ------------------------------------------------------------------------------------------
struct Stage {
  static constexpr cd_kind kKind = CD_STAGE;
};
struct Source {
  static constexpr cd_kind kKind = CD_SOURCE;
};
struct Sink {
  static constexpr cd_kind kKind = CD_SINK;
};

// A sink that does its work inside the call: define
//   void write(const Batch&, Results&)      results are CD_OK unless set; a throw answers for the whole batch
//   std::string flush()                     returns the position that stands for everything written before
// and optionally open(Open), committed(commit number, position), close(deadline).
class Results {
 public:
  void reject(const Article& a, std::string_view code, std::string_view detail) {
    add(a.index(), CD_REJECT, code, detail);
  }
  void retry(const Article& a, std::string_view code, std::string_view detail) {
    add(a.index(), CD_RETRY, code, detail);
  }
  struct One {
    std::uint32_t index;
    cd_status status;
    std::string code, detail;
  };
  [[nodiscard]] const std::vector<One>& all() const noexcept { return all_; }

 private:
  void add(std::uint32_t index, cd_status status, std::string_view code, std::string_view detail) {
    all_.push_back({index, status, std::string(code), std::string(detail)});
  }
  std::vector<One> all_;
};
struct BlockingSink : Sink {
  using Blocking = void;
};

namespace detail {

template <class T>
struct Held {
  const cd_host* host;
  T component;
  Held(const cd_host* h, const cd_options& o) : host(h), component(Host(*h), Options(o)) {}
};
template <class T>
T& held(void* self) {
  return static_cast<Held<T>*>(self)->component;
}

// The one place where exceptions become statuses: nothing thrown by a plugin reaches the daemon.
template <class F>
cd_status guard(const cd_host* host, F&& body) noexcept {
  const auto fail = [host](std::string_view why, cd_status status) {
    if (host) host->fail(host, to_c(why));
    return status;
  };
  try {
    if constexpr (std::is_same_v<decltype(body()), cd_status>)
      return body();
    else {
      body();
      return CD_OK;
    }
  } catch (const Reject& e) {
    return fail(e.what(), CD_REJECT);
  } catch (const Retry& e) {
    return fail(e.what(), CD_RETRY);
  } catch (const Wait& e) {
    return fail(e.what(), CD_WAIT);
  } catch (const Config& e) {
    return fail(e.what(), CD_CONFIG);
  } catch (const Fatal& e) {
    return fail(e.what(), CD_FATAL);
  } catch (const std::bad_alloc&) {
    return fail("out of memory", CD_RETRY);
  } catch (const std::exception& e) {
    return fail(e.what(), CD_REJECT);
  } catch (...) {
    return fail("unknown exception", CD_REJECT);
  }
}
template <class T, class F>
cd_status guarded(void* self, F&& body) noexcept {
  return guard(static_cast<Held<T>*>(self)->host, [&] { return body(held<T>(self)); });
}
// Of a function that answers nothing: what it throws goes to the log.
template <class T, class F>
void told(void* self, const char* function, F&& body) noexcept {
  const cd_host* host = static_cast<Held<T>*>(self)->host;
  const auto log = [&](const char* why) {
    host->log(host, CD_LOG_ERROR, to_c(std::string(function) + " threw: " + why));
  };
  try {
    body(held<T>(self));
  } catch (const std::exception& e) {
    log(e.what());
  } catch (...) {
    log("an exception of an unknown kind");
  }
}

template <class T>
cd_status create(const cd_host* host, const cd_options* options, void** self) {
  const cd_status s = guard(host, [&] { *self = new Held<T>(host, *options); });
  return s == CD_REJECT ? CD_CONFIG : s;
}
template <class T>
void destroy(void* self) {
  delete static_cast<Held<T>*>(self);
}
template <class T>
cd_status open(void* self, const cd_open* o) {
  return guarded<T>(self, [&](T& t) {
    if constexpr (requires { t.open(Open(*o)); })
      t.open(Open(*o));
    else {
      (void)t;
      (void)o;
    }
  });
}
template <class T>
void close(void* self, std::int64_t deadline) {
  told<T>(self, "close", [&](T& t) {
    if constexpr (requires { t.close(deadline); })
      t.close(deadline);
    else {
      (void)t;
      (void)deadline;
    }
  });
}

template <class T>
concept HasProcess = requires(T t, Call c, Batch b, Edit& e, Carry& k) {
  t.process(c, b, e, k);
};
template <class T>
concept HasResolve = requires(T t, Call c, Batch b, Carry& k, State& s, Edit& e) {
  t.resolve(c, b, k, s, e);
};
template <class T>
concept HasCommitted = requires(T t, Committed c) {
  t.committed(c);
};
template <class T>
concept HasMigrate = requires(T t, std::uint32_t v, State& s) {
  t.migrate(v, s);
};

template <class T>
cd_status process(void* self, const cd_call* call, const cd_batch* batch, cd_edit* edit,
                  cd_carry* carry) {
  return guarded<T>(self, [&](T& t) {
    Edit e(*edit);
    Carry k(*carry);
    t.process(Call(*call), Batch(*batch), e, k);
  });
}
template <class T>
cd_status resolve(void* self, const cd_call* call, const cd_batch* batch, cd_carry* carry,
                  cd_state* state, cd_edit* edit) {
  return guarded<T>(self, [&](T& t) {
    Edit e(*edit);
    Carry k(*carry);
    State s(*state);
    t.resolve(Call(*call), Batch(*batch), k, s, e);
  });
}
template <class T>
void committed(void* self, const cd_committed* c) {
  told<T>(self, "committed", [&](T& t) { t.committed(Committed(*c)); });
}
template <class T>
cd_status migrate(void* self, std::uint32_t from, cd_state* state) {
  return guarded<T>(self, [&](T& t) {
    State s(*state);
    t.migrate(from, s);
  });
}

// A source's poll returns bool: false when it is at the end taken at start (only asked in once mode).
template <class T>
cd_status poll(void* self, std::uint64_t max_bytes, std::int64_t deadline) {
  return guarded<T>(
      self, [&](T& t) -> cd_status { return t.poll(max_bytes, deadline) ? CD_OK : CD_END; });
}
template <class T>
void settle(void* self, const cd_settled* const* items, std::uint32_t count) {
  told<T>(self, "settle", [&](T& t) {
    if constexpr (requires { t.settle(std::span(items, count)); })
      t.settle(std::span(items, count));
    else {
      (void)t;
      (void)items;
      (void)count;
    }
  });
}
template <class T>
void wake(void* self) {
  if constexpr (requires(T t) { t.wake(); })
    told<T>(self, "wake", [](T& t) { t.wake(); });
  else
    (void)self;
}

template <class T>
cd_status write(void* self, std::uint64_t ticket, const cd_batch* batch) {
  const cd_host* host = static_cast<Held<T>*>(self)->host;
  if constexpr (requires { typename T::Blocking; }) {
    Results results;
    const cd_status s = guarded<T>(self, [&](T& t) { t.write(Batch(*batch), results); });
    if (s != CD_OK) return s;
    std::vector<cd_result> out;
    for (const Results::One& r : results.all())
      out.push_back({r.index, r.status, to_c(r.code), to_c(r.detail)});
    if (!out.empty())
      host->result(host, ticket, out.data(), static_cast<std::uint32_t>(out.size()));
    host->done(host, ticket, CD_OK);
    return CD_OK;
  } else {
    return guarded<T>(self, [&](T& t) { t.write(ticket, Batch(*batch)); });
  }
}
template <class T>
cd_status flush(void* self, std::uint64_t ticket) {
  if constexpr (requires { typename T::Blocking; }) {
    std::string position;
    const cd_status s = guarded<T>(self, [&](T& t) { position = t.flush(); });
    if (s != CD_OK) return s;
    const cd_host* host = static_cast<Held<T>*>(self)->host;
    host->flushed(host, ticket, CD_OK, to_bytes(position));
    return CD_OK;
  } else {
    return guarded<T>(self, [&](T& t) { t.flush(ticket); });
  }
}
template <class T>
void cancel(void* self, std::uint64_t ticket) {
  told<T>(self, "cancel", [&](T& t) {
    if constexpr (requires { t.cancel(ticket); })
      t.cancel(ticket);
    else {
      (void)t;
      (void)ticket;
    }
  });
}

template <class T>
void sink_committed(void* self, std::uint64_t commit, cd_bytes position) {
  told<T>(self, "committed", [&](T& t) {
    if constexpr (requires { t.committed(commit, view(position)); })
      t.committed(commit, view(position));
    else {
      (void)t;
      (void)commit;
      (void)position;
    }
  });
}

// A sink with prepare(commit, passengers), commit(commit) and last() is a decider, where decides() says so.
template <class T>
concept TwoPhase = requires(T t, std::span<const cd_bytes> passengers) {
  t.prepare(std::uint64_t{}, passengers);
  t.commit(std::uint64_t{});
  { t.last() } -> std::convertible_to<std::uint64_t>;
  { t.decides() } -> std::convertible_to<bool>;
};
template <class T>
cd_status prepare(void* self, std::uint64_t commit, const cd_bytes* passengers,
                  std::uint32_t count) {
  return guarded<T>(self, [&](T& t) { t.prepare(commit, std::span(passengers, count)); });
}
template <class T>
cd_status commit(void* self, std::uint64_t commit) {
  return guarded<T>(self, [&](T& t) { t.commit(commit); });
}
template <class T>
cd_status last(void* self, std::uint64_t* commit) {
  return guarded<T>(self, [&](T& t) { *commit = t.last(); });
}
template <class T>
inline constexpr cd_two_phase two_phase{sizeof(cd_two_phase), 0, &prepare<T>, &detail::commit<T>,
                                        &last<T>};

// A source with std::string board(tokens) lets its positions ride with a decider.
template <class T>
concept Passenger = requires(T t, std::span<const cd_settled* const> items) {
  { t.board(items) } -> std::convertible_to<std::string>;
};
template <class T>
cd_status board(void* self, const cd_settled* const* items, std::uint32_t count,
                void (*take)(void*, cd_bytes), void* context) {
  return guarded<T>(self, [&](T& t) {
    const std::string bytes = t.board(std::span(items, count));
    take(context, to_bytes(bytes));
  });
}
template <class T>
inline constexpr cd_passenger passenger{sizeof(cd_passenger), 0, &board<T>};

// A stage with kTopics (NULL-terminated) and std::string inspect(topic, arguments, state) tells what it remembers.
template <class T>
concept Inspectable = requires(T t, std::string_view topic, std::span<const std::string> arguments,
                               State state) {
  { t.inspect(topic, arguments, state) } -> std::convertible_to<std::string>;
};
template <class T>
cd_status inspect(void* self, cd_string topic, const cd_string* arguments, std::uint32_t count,
                  cd_state* state, void (*write)(void*, cd_string), void* context) {
  return guarded<T>(self, [&](T& t) {
    std::vector<std::string> words;
    for (std::uint32_t i = 0; i < count; ++i) words.emplace_back(view(arguments[i]));
    const std::string text =
        t.inspect(view(topic), std::span<const std::string>(words), State(*state));
    write(context, to_c(text));
  });
}
template <class T>
inline constexpr cd_inspect inspection{sizeof(cd_inspect), 0, T::kTopics, &inspect<T>};

// With kWords (NULL-terminated) and std::string amend(topic, arguments, state, changes) people can change it as well.
template <class T>
concept Amendable = requires(T t, std::string_view topic, std::span<const std::string> arguments,
                             State state, Changes& changes) {
  { t.amend(topic, arguments, state, changes) } -> std::convertible_to<std::string>;
};
template <class T>
cd_status amend(void* self, cd_string topic, const cd_string* arguments, std::uint32_t count,
                cd_state* state, void (*put)(void*, cd_string, cd_bytes),
                void (*write)(void*, cd_string), void* context) {
  return guarded<T>(self, [&](T& t) {
    std::vector<std::string> words;
    for (std::uint32_t i = 0; i < count; ++i) words.emplace_back(view(arguments[i]));
    Changes changes(put, context);
    const std::string text =
        t.amend(view(topic), std::span<const std::string>(words), State(*state), changes);
    write(context, to_c(text));
  });
}
template <class T>
inline constexpr cd_amend amendment{sizeof(cd_amend), 0, T::kWords, &amend<T>};

// A component with preflight(findings) tells `copydesk check` what stands in its way.
template <class T>
concept Preflight = requires(T t, Findings& findings) {
  t.preflight(findings);
};
template <class T>
cd_status look(void* self, void (*tell)(void*, std::int32_t, cd_string, cd_string), void* context) {
  return guarded<T>(self, [&](T& t) {
    Findings findings(tell, context);
    t.preflight(findings);
  });
}
template <class T>
inline constexpr cd_preflight preflight{sizeof(cd_preflight), 0, &look<T>};

template <class T>
const void* extension(void* self, cd_string id) {
  (void)self;
  if constexpr (Preflight<T>)
    if (view(id) == CD_PREFLIGHT) return &preflight<T>;
  if constexpr (TwoPhase<T>) {
    bool decides = false;
    if (view(id) == CD_TWO_PHASE) told<T>(self, "decides", [&](T& t) { decides = t.decides(); });
    if (decides) return &two_phase<T>;
  }
  if constexpr (Passenger<T>)
    if (view(id) == CD_PASSENGER) return &passenger<T>;
  if constexpr (Inspectable<T>)
    if (view(id) == CD_INSPECT) return &inspection<T>;
  if constexpr (Amendable<T>)
    if (view(id) == CD_AMEND) return &amendment<T>;
  return nullptr;
}

template <class T>
struct StepOf {  // null for a step the class does not have
  static constexpr auto process_step() {
    if constexpr (HasProcess<T>)
      return &process<T>;
    else
      return nullptr;
  }
  static constexpr auto resolve_step() {
    if constexpr (HasResolve<T>)
      return &resolve<T>;
    else
      return nullptr;
  }
  static constexpr auto committed_step() {
    if constexpr (HasCommitted<T>)
      return &committed<T>;
    else
      return nullptr;
  }
  static constexpr auto migrate_step() {
    if constexpr (HasMigrate<T>)
      return &migrate<T>;
    else
      return nullptr;
  }
};
template <class T>
inline constexpr cd_stage_ops stage_ops{sizeof(cd_stage_ops),        0,
                                        StepOf<T>::process_step(),   StepOf<T>::resolve_step(),
                                        StepOf<T>::committed_step(), StepOf<T>::migrate_step()};
template <class T>
inline constexpr cd_source_ops source_ops{sizeof(cd_source_ops), 0, &poll<T>, &settle<T>, &wake<T>};
template <class T>
inline constexpr cd_sink_ops sink_ops{sizeof(cd_sink_ops), 0,          &write<T>,
                                      &flush<T>,           &cancel<T>, &sink_committed<T>};

template <class T>
struct OptionPointers {
  static constexpr std::size_t size() {
    if constexpr (requires { T::kOptions; })
      return std::size(T::kOptions);
    else
      return 0;
  }
  const cd_option* items[size() + 1] = {};
  constexpr OptionPointers() {
    if constexpr (requires { T::kOptions; })
      for (std::size_t i = 0; i < size(); ++i) items[i] = &T::kOptions[i];
  }
};
template <class T>
inline constexpr OptionPointers<T> option_pointers{};

template <class T>
constexpr const cd_source_ops* source_of() {
  if constexpr (T::kKind == CD_SOURCE)
    return &source_ops<T>;
  else
    return nullptr;
}
template <class T>
constexpr const cd_stage_ops* stage_of() {
  if constexpr (T::kKind == CD_STAGE) {
    static_assert(HasProcess<T> || HasResolve<T>,
                  "a stage needs process(Call, Batch, Edit&, Carry&) or resolve(Call, Batch, "
                  "Carry&, State&, Edit&)");
    return &stage_ops<T>;
  } else
    return nullptr;
}
template <class T>
constexpr const cd_sink_ops* sink_of() {
  if constexpr (T::kKind == CD_SINK)
    return &sink_ops<T>;
  else
    return nullptr;
}

template <class T>
inline constexpr cd_component component{sizeof(cd_component),
                                        T::kKind,
                                        T::kAbout.flags,
                                        T::kAbout.state_version,
                                        T::kAbout.name,
                                        T::kAbout.summary,
                                        static_cast<std::uint32_t>(OptionPointers<T>::size()),
                                        0,
                                        option_pointers<T>.items,
                                        T::kAbout.accepts,
                                        T::kAbout.produces,
                                        T::kAbout.reads,
                                        T::kAbout.writes,
                                        T::kAbout.codes,
                                        &create<T>,
                                        &open<T>,
                                        &close<T>,
                                        &destroy<T>,
                                        &extension<T>,
                                        source_of<T>(),
                                        stage_of<T>(),
                                        sink_of<T>()};
template <class... Ts>
inline constexpr const cd_component* components[] = {&component<Ts>...};

}  // namespace detail
}  // namespace copydesk

// Once a plugin, in one .cpp: its id, its version and its component classes. The second one for a plugin that cannot do without
// what came with the boundary's minor version `needs_`, as Wait (2).
#define COPYDESK_PLUGIN(id_, version_, ...) COPYDESK_PLUGIN_NEEDS(0, id_, version_, __VA_ARGS__)
#define COPYDESK_PLUGIN_NEEDS(needs_, id_, version_, ...)                                 \
  extern "C" const cd_plugin copydesk_plugin = {                                          \
      sizeof(cd_plugin),                                                                  \
      CD_ABI_MAJOR,                                                                       \
      CD_ABI_MINOR,                                                                       \
      needs_,                                                                             \
      id_,                                                                                \
      version_,                                                                           \
      static_cast<std::uint32_t>(std::size(::copydesk::detail::components<__VA_ARGS__>)), \
      0,                                                                                  \
      ::copydesk::detail::components<__VA_ARGS__>};
