#include "kafka/client.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <vector>

namespace copydesk::kafka {
namespace {

// What the options above are for.
constexpr OwnedProperty kOwned[] = {
    {"bootstrap.servers", "brokers"},
    {"metadata.broker.list", "brokers"},
    {"client.id", "client_id"},
    {"ssl.ca.location", "tls.ca"},
    {"ssl.key.password", "tls.key_password"},
    {"sasl.password", "sasl.password"},
    {"log.queue"},
    {"opaque"},
    {"enabled_events"},
    {"allow.auto.create.topics"},
};

void log_to_listener(const rd_kafka_t* rk, int level, const char* facility, const char* text) {
  auto* listener = static_cast<Listener*>(rd_kafka_opaque(rk));
  if (listener != nullptr) listener->log(level, facility, text);
}

void error_to_listener(rd_kafka_t*, int code, const char* reason, void* opaque) {
  static_cast<Listener*>(opaque)->error(static_cast<rd_kafka_resp_err_t>(code),
                                        reason != nullptr ? reason : "");
}

rd_kafka_resp_err_t on_response(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t api,
                                std::int16_t, std::int32_t, std::size_t, std::int64_t,
                                rd_kafka_resp_err_t, void* listener) {
  constexpr std::int16_t kMetadataApi = 3;  // in Kafka's protocol
  if (api == kMetadataApi) static_cast<Listener*>(listener)->metadata_came();
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t listen_to_responses(rd_kafka_t* rk, const rd_kafka_conf_t*, void* listener,
                                        char*, std::size_t) {
  return rd_kafka_interceptor_add_on_response_received(rk, "copydesk", on_response, listener);
}

void require_readable(const char* option, std::string_view path) {
  if (::access(std::string(path).c_str(), R_OK) != 0)
    throw Config(std::string(option) + ": cannot read '" + std::string(path) + "'");
}

void check_brokers(std::string_view brokers) {
  std::size_t begin = 0;
  while (begin <= brokers.size()) {
    const std::size_t end = std::min(brokers.find(',', begin), brokers.size());
    std::string_view one = brokers.substr(begin, end - begin);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (one.empty() || one.find(' ') != std::string_view::npos)
      throw Config("brokers: '" + std::string(brokers) + "' is no list of host:port");
    begin = end + 1;
  }
}

std::string upper(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

Conf::Conf(const Options& options) : conf_(rd_kafka_conf_new()) {
  check_brokers(options.string("brokers"));
  set("bootstrap.servers", std::string(options.string("brokers")));
  set("client.id", std::string(options.string("client_id")));
  set("socket.keepalive.enable", "true");
  set("socket.nagle.disable", "true");  // the default only since 2.10
  set("log.connection.close", "false");
  set("log.thread.name", "false");
  // A broker that is back is found within two seconds, one that drops packets is given up after ten.
  set("reconnect.backoff.max.ms", "2000");
  set("socket.connection.setup.timeout.ms", "10000");
  set("allow.auto.create.topics", "false");  // a misspelt topic must not come into being
  if (librdkafka_since(2, 5)) set("enable.metrics.push", "false");
  set_tls(options);
  set_sasl(options);
  const bool tls =
      options.boolean("tls.enabled", options.has("tls.ca") || options.has("tls.certificate") ||
                                         options.has("tls.key"));
  const bool sasl = options.has("sasl.mechanism");
  set("security.protocol", std::string(sasl ? "sasl_" : "") + (tls ? "ssl" : "plaintext"));
  rd_kafka_conf_set_log_cb(conf_.get(), log_to_listener);
  rd_kafka_conf_set_error_cb(conf_.get(), error_to_listener);
}

void Conf::set(const char* property, const std::string& value) {
  char why[512] = "";
  if (rd_kafka_conf_set(conf_.get(), property, value.c_str(), why, sizeof why) != RD_KAFKA_CONF_OK)
    throw Config(std::string(property) + ": " + why);
}

void Conf::set_tls(const Options& options) {
  constexpr std::pair<const char*, const char*> files[] = {
      {"tls.ca", "ssl.ca.location"},
      {"tls.certificate", "ssl.certificate.location"},
      {"tls.key", "ssl.key.location"}};
  for (const auto& [option, property] : files) {
    if (!options.has(option)) continue;
    require_readable(option, options.string(option));
    set(property, std::string(options.string(option)));
  }
  if (options.has("tls.certificate") != options.has("tls.key"))
    throw Config("tls.certificate and tls.key come together or not at all");
  if (options.has("tls.key_password"))
    set("ssl.key.password", std::string(options.string("tls.key_password")));
  if (!options.boolean("tls.verify", true)) {
    set("enable.ssl.certificate.verification", "false");
    set("ssl.endpoint.identification.algorithm", "none");
  } else {
    set("ssl.endpoint.identification.algorithm", "https");  // the default only since 2.0
  }
}

void Conf::set_sasl(const Options& options) {
  const bool user = options.has("sasl.username"), password = options.has("sasl.password");
  if (!options.has("sasl.mechanism")) {
    if (user || password) throw Config("sasl.mechanism is missing: plain, scram-sha-256, …");
    return;
  }
  if (!user || !password) throw Config("sasl.mechanism needs sasl.username and sasl.password");
  set("sasl.mechanism", upper(options.string("sasl.mechanism")));
  set("sasl.username", std::string(options.string("sasl.username")));
  set("sasl.password", std::string(options.string("sasl.password")));
}

void Conf::pass_through(const Options& options, std::span<const OwnedProperty> owned) {
  const cd_value* map = options.find("librdkafka");
  if (map == nullptr || map->type != CD_VALUE_LIST) return;
  for (std::uint32_t i = 0; i + 1 < map->count; i += 2) {
    const std::string name(view(map->as.list[i].as.string));
    for (const auto& list : {owned, std::span<const OwnedProperty>(kOwned)})
      for (const OwnedProperty& o : list)
        if (o.name == name)
          throw Config("librdkafka." + name + ": the plugin sets this itself" +
                       (o.instead ? std::string("; use the option '") + o.instead + "'" : ""));
    char why[512] = "";
    const std::string value(view(map->as.list[i + 1].as.string));
    if (rd_kafka_conf_set(conf_.get(), name.c_str(), value.c_str(), why, sizeof why) !=
        RD_KAFKA_CONF_OK)
      throw Config("librdkafka." + name + ": " + why + " (librdkafka " + rd_kafka_version_str() +
                   ")");
  }
}

void require_usable(rd_kafka_type_t type, const Conf& conf) {
  char why[512] = "";
  std::unique_ptr<rd_kafka_conf_t, Free> own(rd_kafka_conf_dup(conf.get()));
  rd_kafka_conf_set(own.get(), "bootstrap.servers", "", why, sizeof why);
  rd_kafka_t* rk = rd_kafka_new(type, own.get(), why, sizeof why);
  if (rk == nullptr && rd_kafka_last_error() == RD_KAFKA_RESP_ERR__INVALID_ARG)
    throw Config(std::string("librdkafka refuses this: ") + why);
  if (rk == nullptr) return;  // no threads, or no memory: the real one tells
  (void)own.release();
  rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

Client::Client(rd_kafka_type_t type, const Conf& conf, Listener& listener) : type_(type) {
  rd_kafka_conf_t* own = rd_kafka_conf_dup(conf.get());
  rd_kafka_conf_set_opaque(own, &listener);
  if (type == RD_KAFKA_CONSUMER)
    rd_kafka_conf_interceptor_add_on_new(own, "copydesk", listen_to_responses, &listener);
  char why[512] = "";
  rk_ = rd_kafka_new(type, own, why, sizeof why);
  if (rk_ == nullptr) {
    rd_kafka_conf_destroy(own);
    throw Retry(std::string("Kafka client: ") + why);
  }
}

Client::~Client() {
  rd_kafka_destroy_flags(rk_,
                         type_ == RD_KAFKA_CONSUMER ? RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE : 0);
}

std::string cluster_id(rd_kafka_t* rk, int timeout_ms) {
  char* id = rd_kafka_clusterid(rk, timeout_ms);
  if (id == nullptr) return {};
  std::string out(id);
  rd_kafka_mem_free(rk, id);
  return out;
}

}  // namespace copydesk::kafka
