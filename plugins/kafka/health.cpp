#include "kafka/health.h"

#include <algorithm>

namespace copydesk::kafka {
namespace {

constexpr int kLogError = 3, kLogWarning = 4;  // levels of syslog, which librdkafka uses

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
  std::string last;
  {
    const std::lock_guard lock(mutex_);
    last = complaint_;
    if (code == RD_KAFKA_RESP_ERR__FATAL)
      fatal_ = reason;
    else if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
      complaint_ = reason;
  }
  switch (code) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
      // A wrong password takes every broker away as well: then that is the thing to say.
      if (!ill()) trouble("no broker answers" + (last.empty() ? "" : " (" + last + ")"));
      break;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
      trouble("the brokers refuse our login (" + std::string(reason) + ")");
      break;
    case RD_KAFKA_RESP_ERR__SSL:
      trouble("no encrypted connection to the brokers (" + std::string(reason) + ")");
      break;
    default:
      break;  // one broker of several, or what a request's own answer tells
  }
}

void Health::trouble(std::string_view what) noexcept {
  try {
    // Reasons name times and addresses that change with every try: what counts is the words before them.
    const auto words = [](std::string_view s) {
      return s.substr(0, std::min(s.find(" ("), s.size()));
    };
    const std::lock_guard lock(mutex_);
    if (ill() && words(what) == words(what_)) return;
    if (!ill()) since_ = host_.now();
    what_ = what;
    ill_ = true;
    host_.warn("Kafka: " + what_ + ".");
    host_.status(what_);
  } catch (const std::exception&) {
  }
}

void Health::well() noexcept {
  if (!ill()) return;
  try {
    const std::lock_guard lock(mutex_);
    if (!ill_.exchange(false)) return;
    const std::int64_t seconds = (host_.now() - since_) / 1'000'000'000;
    host_.info("Kafka: well again after " + std::to_string(seconds) + " s.");
    host_.status({});
    what_.clear();
    complaint_.clear();
  } catch (const std::exception&) {
  }
}

std::string Health::what() const {
  const std::lock_guard lock(mutex_);
  return what_;
}

std::string Health::last_complaint() const {
  const std::lock_guard lock(mutex_);
  return complaint_;
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
