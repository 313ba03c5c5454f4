// What source and sink share: the options of a connection, the configuration made of them, the handle of librdkafka, and
// one sentence about how the brokers are.
#pragma once
#include <librdkafka/rdkafka.h>
#include <copydesk/sdk.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace copydesk::kafka {

// ---- owners of what librdkafka gives out -------------------------------------------------------
struct Free {
  void operator()(rd_kafka_topic_partition_list_t* p) const noexcept {
    rd_kafka_topic_partition_list_destroy(p);
  }
  void operator()(rd_kafka_consumer_group_metadata_t* p) const noexcept {
    rd_kafka_consumer_group_metadata_destroy(p);
  }
  void operator()(rd_kafka_error_t* p) const noexcept { rd_kafka_error_destroy(p); }
  void operator()(rd_kafka_message_t* p) const noexcept { rd_kafka_message_destroy(p); }
  void operator()(rd_kafka_headers_t* p) const noexcept { rd_kafka_headers_destroy(p); }
  void operator()(rd_kafka_topic_t* p) const noexcept { rd_kafka_topic_destroy(p); }
  void operator()(rd_kafka_queue_t* p) const noexcept { rd_kafka_queue_destroy(p); }
  void operator()(rd_kafka_conf_t* p) const noexcept { rd_kafka_conf_destroy(p); }
  void operator()(const rd_kafka_metadata_t* p) const noexcept { rd_kafka_metadata_destroy(p); }
};
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t, Free>;
using GroupMetadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t, Free>;
using Error = std::unique_ptr<rd_kafka_error_t, Free>;
using Message = std::unique_ptr<rd_kafka_message_t, Free>;
using Headers = std::unique_ptr<rd_kafka_headers_t, Free>;
using Topic = std::unique_ptr<rd_kafka_topic_t, Free>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Free>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, Free>;

// The librdkafka that is loaded, not the one compiled against: a property it does not know is an error.
inline bool librdkafka_since(int major, int minor) noexcept {
  return rd_kafka_version() >= (major << 24 | minor << 16);
}

// ---- options -----------------------------------------------------------------------------------
inline constexpr auto kClientOptions = std::to_array<cd_option>({
    copydesk::option("brokers", CD_OPTION_STRING, nullptr,
                     "Brokers to ask first, as host:port, separated by commas.", nullptr, nullptr,
                     CD_REQUIRED),
    copydesk::option("client_id", CD_OPTION_STRING, "copydesk", "Our name in the brokers' logs."),
    copydesk::option("tls.enabled", CD_OPTION_BOOL, nullptr,
                     "Encrypt; on without being asked when a certificate is given."),
    copydesk::only_with(
        "tls.enabled!=false",
        copydesk::option(
            "tls.ca", CD_OPTION_PATH, nullptr,
            "PEM file of the authorities that sign the brokers' certificates; without it "
            "the system's.")),
    copydesk::only_with("tls.enabled!=false",
                        copydesk::option("tls.certificate", CD_OPTION_PATH, nullptr,
                                         "PEM file of our certificate.")),
    copydesk::only_with("tls.enabled!=false", copydesk::option("tls.key", CD_OPTION_PATH, nullptr,
                                                               "PEM file of our private key.")),
    copydesk::only_with("tls.key", copydesk::option("tls.key_password", CD_OPTION_SECRET, nullptr,
                                                    "Password of tls.key.")),
    copydesk::option("tls.verify", CD_OPTION_BOOL, "true",
                     "Refuse brokers whose certificate or host name is wrong."),
    copydesk::option("sasl.mechanism", CD_OPTION_ENUM, nullptr, "How to log in; none: do not.",
                     nullptr, "plain|scram-sha-256|scram-sha-512"),
    copydesk::option("sasl.username", CD_OPTION_STRING, nullptr, "The user to log in as."),
    copydesk::option("sasl.password", CD_OPTION_SECRET, nullptr,
                     "Its password; best from a file, as ${file:/run/secrets/kafka}."),
    copydesk::option("librdkafka", CD_OPTION_STRING, nullptr,
                     "Properties of librdkafka, given to it last and as they are; not those that "
                     "the plugin sets itself.",
                     nullptr, nullptr, 0, CD_OPTION_MAP),
});

// kOptions of a component: its own first, then those of every connection.
template <std::size_t N>
constexpr std::array<cd_option, N + kClientOptions.size()> with_client_options(
    const std::array<cd_option, N>& own) {
  std::array<cd_option, N + kClientOptions.size()> all{};
  for (std::size_t i = 0; i < N; ++i) all[i] = own[i];
  for (std::size_t i = 0; i < kClientOptions.size(); ++i) all[N + i] = kClientOptions[i];
  return all;
}

// A property that the `librdkafka` map may not touch, and what to use instead (nullptr: nothing).
struct OwnedProperty {
  std::string_view name;
  const char* instead = nullptr;
};

// A configuration, checked property by property but used by nobody yet. Errors are copydesk::Config and name the option.
class Conf {
 public:
  // Connection, TLS and SASL from the options above, and what is right for every client of ours. No I/O but a look
  // whether the files of tls.* can be read.
  explicit Conf(const Options& options);
  void set(const char* property, const std::string& value);
  // The `librdkafka` map: call it after every set.
  void pass_through(const Options& options, std::span<const OwnedProperty> owned);
  [[nodiscard]] rd_kafka_conf_t* get() const noexcept { return conf_.get(); }

 private:
  void set_tls(const Options& options);
  void set_sasl(const Options& options);
  std::unique_ptr<rd_kafka_conf_t, Free> conf_;
};

// Throws copydesk::Config when librdkafka would not make a client of it: properties that contradict each other, a
// certificate that does not fit its key. Asks no broker.
void require_usable(rd_kafka_type_t type, const Conf& conf);

// ---- the handle --------------------------------------------------------------------------------
// Told what librdkafka says; the opaque of every callback. Must outlive its client. Nothing may be thrown.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void log(int level, std::string_view facility,
                   std::string_view text) noexcept = 0;  // [any]
  // An answer about topics and their leaders came: at a consumer. [any]
  virtual void metadata_came() noexcept {}
  // In rd_kafka_poll and rd_kafka_consumer_poll.
  virtual void error(rd_kafka_resp_err_t code, std::string_view reason) noexcept = 0;
};

// Owns a producer or consumer. Making one starts librdkafka's threads and its tries to connect, and throws
// copydesk::Retry when that is impossible. A consumer does not leave its group when destroyed: who wants that calls
// rd_kafka_consumer_close before. Destroying waits for ever while messages, topics or queues of it are still held.
class Client {
 public:
  Client(rd_kafka_type_t type, const Conf& conf, Listener& listener);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  [[nodiscard]] rd_kafka_t* get() const noexcept { return rk_; }

 private:
  rd_kafka_type_t type_;
  rd_kafka_t* rk_ = nullptr;
};

// The cluster's id, once a broker has told it; empty when none did within `timeout_ms`.
std::string cluster_id(rd_kafka_t* rk, int timeout_ms);
inline std::string text_of(rd_kafka_resp_err_t code) { return rd_kafka_err2str(code); }

}  // namespace copydesk::kafka
