#include "kafka/health.h"

#include <algorithm>

namespace copydesk::kafka {
namespace {

constexpr int kLogWarning = 4;  // a level of syslog, as librdkafka uses them
constexpr int kProbeMs = 500;
constexpr auto kProbeEvery = std::chrono::seconds(2);

// What the error callback tells as well.
bool is_told_elsewhere(std::string_view facility) {
  return facility == "FAIL" || facility == "ERROR" || facility == "FATAL";
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
  {
    const std::lock_guard lock(mutex_);
    if (code == RD_KAFKA_RESP_ERR__FATAL)
      fatal_ = reason;
    else if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
      complaint_ = reason;
  }
  switch (code) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
      suspected_ = true;
      break;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
      trouble("the brokers refuse our login (" + std::string(reason) + ")", true);
      break;
    case RD_KAFKA_RESP_ERR__SSL:
      trouble("no encrypted connection to the brokers (" + std::string(reason) + ")", true);
      break;
    default:
      break;  // one broker of several, or what a request's own answer tells
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
  if (!ill()) since_ = host_.now();
  what_ = what;
  with_connection_ = with_connection;
  ill_ = true;
  host_.warn("Kafka: " + what_ + ".");
  host_.status(what_);
}

void Health::well() noexcept {
  if (!ill()) return;
  try {
    const std::lock_guard lock(mutex_);
    if (!ill_.exchange(false)) return;
    const std::int64_t seconds = (host_.now() - since_) / 1'000'000'000;
    host_.info("Kafka: well again after " + std::to_string(seconds) + " s.");
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
