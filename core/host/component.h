#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "article/article.h"
#include "article/edit.h"
#include "base/result.h"
#include "decode/decode.h"
#include "telemetry/metrics.h"

// What the line knows of components: three interfaces. `plugin_*.h` implement them over the C boundary, a simulation
// implements them with fakes. Thread tags as in copydesk/plugin.h. An error's class says what the engine does.
namespace copydesk::host {

// The calling stage's key-value space. Views live until the step returns.
class StateView {
 public:
  virtual ~StateView() = default;
  virtual std::optional<std::string_view> get(std::string_view key) = 0;
  virtual void multi_get(std::span<const std::string_view> keys,
                         std::span<std::optional<std::string_view>> values) = 0;
  virtual void scan(
      std::string_view prefix,
      const std::function<bool(std::string_view key, std::string_view value)>& each) = 0;
  // A put that the running step added for article `index`: what it reads later in the same step sees it.
  virtual void added(std::size_t index, const Put& put) = 0;
};

// Code of a retry that is never given up: what the step needs is not there now (CD_WAIT).
inline constexpr std::string_view kWaitCode = "wait";

struct StepCall {
  Nanos time = 0;  // of the batch
  std::uint64_t sequence = 0;
};

struct CommittedPut {
  std::string_view key;
  std::optional<std::string_view> value;  // nullopt: erased
};

// What stands in the way of a component's start, or will be missed (cd_preflight).
struct Finding {
  bool refuses = false;  // it would not start
  std::string option;    // the key that names the thing; empty: none
  std::string text;
};

// What source, stage and sink have in common.
class Component {
 public:
  virtual ~Component() = default;
  // Looks around before any start; changes nothing. By an instance that is never opened. [control]
  virtual std::vector<Finding> preflight() { return {}; }
  // Its own word on how it is (cd_host.status), such as "the folder is missing"; empty: nothing to say. [any]
  [[nodiscard]] virtual std::string status_word() const { return {}; }
  // What it has counted since it was made (cd_host.counter). [any]
  [[nodiscard]] virtual std::vector<metrics::Sample> counted() const { return {}; }
};

class Stage : public Component {
 public:
  using Articles = std::span<const Article* const>;
  [[nodiscard]] virtual bool has_process() const = 0;
  [[nodiscard]] virtual bool has_resolve() const = 0;
  // [line]
  virtual Status open(StateView& committed, std::uint64_t commit) = 0;
  // [worker]
  virtual Status process(const StepCall&, Articles, EditList&, std::span<std::string> carry) = 0;
  // [line]
  virtual Status resolve(const StepCall&, Articles, std::span<const std::string> carry, StateView&,
                         EditList&) = 0;
  // After every commit; `sequence` is that of the last batch it made final.
  // [line]
  virtual void committed(std::uint64_t commit, std::uint64_t sequence,
                         std::span<const CommittedPut> puts) = 0;

  // What it can tell of its state (cd_inspect), and the telling, by an instance that is never opened. [control]
  [[nodiscard]] virtual std::vector<std::string> topics() const { return {}; }
  virtual Result<std::string> inspect(const std::string&, std::span<const std::string>,
                                      StateView&) {
    return std::string();
  }
  // First arguments that change it (cd_amend), and the change: key and value, nullopt for one that is erased. [control]
  struct Change {
    std::string key;
    std::optional<std::string> value;
  };
  [[nodiscard]] virtual std::vector<std::string> amendments() const { return {}; }
  virtual Result<std::string> amend(const std::string&, std::span<const std::string>, StateView&,
                                    std::vector<Change>&) {
    return std::string();
  }
};

// Where a source's records go while it is polled.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual bool emit(decode::RawRecord record) = 0;  // always taken; false: return from poll soon
  virtual void advance(std::string_view partition, std::string_view position,
                       std::optional<std::string_view> token) = 0;
};

enum OutcomeBits : std::uint32_t { kDeliveredBit = 1, kDroppedBit = 2, kDeadLetterBit = 4 };

struct Settled {
  std::uint64_t number = 0;  // among those that are owed
  std::string partition;
  std::string token;
  std::uint32_t outcomes = 0;
};

enum class Polled { kMore, kEnd };

// What lies where a source reads and has become no record (cd_untaken).
struct Untaken {
  bool left = false;  // meant by the options, and could not be taken
  std::string what;   // in the plural
  std::uint64_t count = 0;
  std::string example;
};

// What a source says of itself, from any thread; the line turns it into an event of its own thread.
class SourceEvents {
 public:
  virtual ~SourceEvents() = default;
  // what it had kept under this number is done
  virtual void settled(std::uint64_t number) = 0;
  virtual void rewind(std::string why) = 0;  // what it emitted and no commit has must be forgotten
};

class Source : public Component {
 public:
  // before the first open; the events outlive the source's last call
  virtual void listen(SourceEvents* events) = 0;
  // [source]
  virtual Status open(StateView& positions, std::uint64_t commit, bool once) = 0;
  // [source]
  virtual Result<Polled> poll(std::uint64_t max_bytes, Nanos deadline, Receiver&) = 0;
  // The indexes of those that it could not deal with yet. [source]
  virtual std::vector<std::uint32_t> settle(std::span<const Settled> items) = 0;
  // [any]
  virtual void wake() = 0;
  // [any]
  [[nodiscard]] virtual std::vector<Untaken> untaken() const { return {}; }
  // Whether its positions can ride in a decider's transaction, and the bytes that do. [source]
  [[nodiscard]] virtual bool boards() const { return false; }
  virtual Result<std::string> board(std::span<const Settled>) { return std::string(); }
};

struct SinkResult {
  std::uint32_t index = 0;  // in the written batch
  Error error;              // class retry or reject
};

// What a sink answers, from any thread; the line turns it into an event of its own thread.
class SinkEvents {
 public:
  virtual ~SinkEvents() = default;
  virtual void results(std::uint64_t ticket, std::vector<SinkResult> results) = 0;
  virtual void done(std::uint64_t ticket, Status status) = 0;
  virtual void flushed(std::uint64_t ticket, Status status, std::string position) = 0;
};

class Sink : public Component {
 public:
  // before the first write; the events outlive the sink's last call
  virtual void listen(SinkEvents* events) = 0;
  // [sink]
  virtual Status open(const std::optional<std::string>& position, std::uint64_t commit) = 0;
  // OK: `done` comes for the ticket, now or later; the articles stay as they are until then. [sink]
  virtual Status write(std::uint64_t ticket, std::span<const Article* const> articles) = 0;
  // [sink]
  virtual Status flush(std::uint64_t ticket) = 0;
  // [sink]
  virtual void cancel(std::uint64_t ticket) = 0;
  // [sink]
  virtual void committed(std::uint64_t commit, const std::string& position) = 0;

  // The decider of its line (cd_two_phase). All [sink].
  [[nodiscard]] virtual bool decides() const { return false; }
  virtual Status prepare(std::uint64_t, std::span<const std::string>) { return {}; }
  virtual Status commit(std::uint64_t) { return {}; }
  virtual Result<std::uint64_t> last() { return std::uint64_t{0}; }
};

}  // namespace copydesk::host
