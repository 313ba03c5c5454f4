#include "kafka/health.h"

#include <algorithm>

namespace copydesk::kafka {
namespace {

constexpr int kLogWarning = 4;  // a level of syslog, as librdkafka uses them
constexpr int kProbeMs = 500;
constexpr auto kProbeEvery = std::chrono::seconds(2);

// What the error callback tells as well.
bool is_told_elsewhere(std::string_view facility) {
  return facility == "FAIL" || facility == "ERROR" || facility == "FATAL" ||
         facility == "GETPID";  // it goes on trying
}

// It repeats its nonce, and Kafka 4 looks at that (librdkafka #4895).
std::string scram_hint(std::string_view reason) {
  constexpr int kFixed = 0x02060100;
  if (reason.find("SCRAM") == std::string_view::npos || rd_kafka_version() >= kFixed) return {};
  return std::string("; with Kafka 4 SCRAM needs librdkafka 2.6.1, this is ") +
         rd_kafka_version_str();
}

}  // namespace

void Health::log(int level, std::string_view facility, std::string_view text) noexcept {
  try {
    const std::string line = "librdkafka: " + std::string(facility) + ": " + std::string(text);
    const bool matters = level <= kLogWarning && !is_told_elsewhere(facility);
    matters ? host_.warn(line) : host_.debug(line);
  } catch (const std::exception&) {
  }
}

void Health::error(rd_kafka_resp_err_t code, std::string_view reason) noexcept {
  try {
    tell(code, reason);
  } catch (const std::exception&) {
  }
}

void Health::tell(rd_kafka_resp_err_t code, std::string_view reason) {
  reason = reason.substr(0, reason.find(" (after "));  // "… (after 0ms in state CONNECT)"
  {
    const std::lock_guard lock(mutex_);
    if (code == RD_KAFKA_RESP_ERR__FATAL)
      fatal_ = reason;
    else if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
      complaint_ = reason;
  }
  switch (code) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN: suspected_ = true; break;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
      trouble(
          "the brokers refuse our login" + scram_hint(reason) + " (" + std::string(reason) + ")",
          true);
      break;
    case RD_KAFKA_RESP_ERR__SSL:
      trouble("no encrypted connection to the brokers (" + std::string(reason) + ")", true);
      break;
    default: break;  // one broker of several, or what a request's own answer tells
  }
}

void Health::probe(rd_kafka_t* rk) noexcept {
  const auto now = std::chrono::steady_clock::now();
  if (!suspected_ || now < next_probe_) return;
  next_probe_ = now + kProbeEvery;
  const rd_kafka_metadata_t* answer = nullptr;
  const bool answered =
      rd_kafka_metadata(rk, 0, nullptr, &answer, kProbeMs) == RD_KAFKA_RESP_ERR_NO_ERROR;
  const Metadata metadata(answer);
  try {
    if (!answered) {
      const std::string why = sentence();
      trouble(why.empty() ? "no broker answers" : why, true);
      return;
    }
    suspected_ = false;
    std::unique_lock lock(mutex_);
    if (!with_connection_) return;
    lock.unlock();
    well();
  } catch (const std::exception&) {
  }
}

void Health::trouble(std::string_view what) noexcept {
  try {
    trouble(what, false);
  } catch (const std::exception&) {
  }
}

void Health::trouble(std::string_view what, bool with_connection) {
  // Reasons name addresses and times that change with every try: what counts is the words before them.
  const auto words = [](std::string_view s) {
    return s.substr(0, std::min(s.find(" ("), s.size()));
  };
  const std::lock_guard lock(mutex_);
  if (with_connection) suspected_ = true;
  if (ill() && words(what) == words(what_)) return;
  what_ = what;
  with_connection_ = with_connection;
  ill_ = true;
  host_.status(what_);  // which the host logs
}

void Health::well() noexcept {
  if (!ill()) return;
  try {
    const std::lock_guard lock(mutex_);
    if (!ill_.exchange(false)) return;
    host_.info("Kafka works again.");
    host_.status({});
    with_connection_ = suspected_ = false;
    what_.clear();
    complaint_.clear();
  } catch (const std::exception&) {
  }
}

std::string Health::sentence() const {
  const std::lock_guard lock(mutex_);
  if (!what_.empty()) return what_;
  return complaint_.empty() ? std::string() : "no broker answers (" + complaint_ + ")";
}

std::string Health::fatal() const {
  const std::lock_guard lock(mutex_);
  return fatal_;
}

void Health::forget() {
  const std::lock_guard lock(mutex_);
  fatal_.clear();
}

}  // namespace copydesk::kafka
