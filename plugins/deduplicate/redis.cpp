#include "redis.h"

#include <hiredis/hiredis.h>
#ifdef COPYDESK_REDIS_TLS
#include <hiredis/hiredis_ssl.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#endif

#include <cerrno>
#include <new>

namespace copydesk::deduplicate {
namespace {

timeval timeval_of(std::chrono::milliseconds time) {
  return {static_cast<time_t>(time.count() / 1000),
          static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

std::optional<std::string_view> text_of(const redisReply* reply) {
  if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_STATUS) return std::nullopt;
  return std::string_view(reply->str, reply->len);
}

#ifdef COPYDESK_REDIS_TLS
struct FreeTls {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};

// Returns what went wrong, or nothing. Done by OpenSSL's own functions, since hiredis's looks at the chain of the server's certificate
// and not at the name in it.
std::string start_tls(redisContext* context, const RedisSettings& settings) {
  const std::unique_ptr<SSL_CTX, FreeTls> tls(SSL_CTX_new(TLS_client_method()));
  if (!tls) throw std::bad_alloc();
  SSL_CTX_set_verify(tls.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_min_proto_version(tls.get(), TLS1_2_VERSION);
  const bool has_ca = settings.ca.empty() ? SSL_CTX_set_default_verify_paths(tls.get()) == 1
                                          : SSL_CTX_load_verify_locations(
                                                tls.get(), settings.ca.c_str(), nullptr) == 1;
  if (!has_ca) return "'" + settings.ca + "' holds no certificate of an authority";
  std::unique_ptr<SSL, FreeTls> ssl(SSL_new(tls.get()));
  if (!ssl) throw std::bad_alloc();
  const char* const host = settings.host.c_str();
  const bool is_address = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host) == 1;
  const bool is_named = is_address || (SSL_set1_host(ssl.get(), host) == 1 &&
                                       SSL_set_tlsext_host_name(ssl.get(), host) == 1);
  if (!is_named) return "'" + settings.host + "' is no name of a host";
  if (redisInitiateSSL(context, ssl.get()) != REDIS_OK) return context->errstr;
  (void)ssl.release();  // hiredis has it now
  return {};
}
#else
std::string start_tls(redisContext*, const RedisSettings&) { return "built without TLS"; }
#endif

}  // namespace

bool redis_has_tls() noexcept {
#ifdef COPYDESK_REDIS_TLS
  return true;
#else
  return false;
#endif
}

void RedisReply::Free::operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
std::optional<std::string_view> RedisReply::text() const { return text_of(reply_.get()); }
std::int64_t RedisReply::number() const {
  return reply_->type == REDIS_REPLY_INTEGER ? reply_->integer : 0;
}
std::size_t RedisReply::size() const {
  return reply_->type == REDIS_REPLY_ARRAY ? reply_->elements : 0;
}
std::optional<std::string_view> RedisReply::text_at(std::size_t i) const {
  return i < size() ? text_of(reply_->element[i]) : std::nullopt;
}

void Redis::Close::operator()(redisContext* context) const noexcept { redisFree(context); }

Redis::Redis(const RedisSettings& settings) : name_(settings.name()) {
  open(settings);
  if (!settings.user.empty())
    add({"AUTH", settings.user, settings.password});
  else if (!settings.password.empty())
    add({"AUTH", settings.password});
  if (settings.database != 0) add({"SELECT", std::to_string(settings.database)});
  run();
}

void Redis::lose(const std::string& why) {
  context_.reset();
  added_ = 0;
  throw Unavailable(name_ + ": " + why);
}

void Redis::open(const RedisSettings& settings) {
  const timeval limit = timeval_of(settings.timeout);
  context_.reset(settings.socket.empty()
                     ? redisConnectWithTimeout(settings.host.c_str(), settings.port, limit)
                     : redisConnectUnixWithTimeout(settings.socket.c_str(), limit));
  if (!context_) throw std::bad_alloc();
  if (context_->err != 0) lose(context_->errstr);
  if (redisSetTimeout(context_.get(), limit) != REDIS_OK) lose(context_->errstr);
  if (settings.socket.empty()) redisEnableKeepAlive(context_.get());
  if (!settings.tls) return;
  if (const std::string failure = start_tls(context_.get(), settings); !failure.empty())
    lose("TLS: " + failure);
}

void Redis::add(std::span<const std::string_view> words) {
  if (!context_) throw Unavailable(name_ + ": not connected");
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  texts.reserve(words.size());
  sizes.reserve(words.size());
  for (const std::string_view word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  if (redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), texts.data(),
                             sizes.data()) != REDIS_OK)
    lose(context_->errstr);
  ++added_;
}

// An answer that is an error ends the connection: what else was sent with it is not to be relied on.
std::vector<RedisReply> Redis::run() {
  std::vector<RedisReply> out;
  out.reserve(added_);
  if (added_ > 0) ++round_trips_;
  for (; added_ > 0; --added_) {
    void* reply = nullptr;
    if (redisGetReply(context_.get(), &reply) != REDIS_OK) {
      const bool late = context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK);
      lose(late ? "no answer in time" : context_->errstr);
    }
    auto* const given = static_cast<redisReply*>(reply);
    out.emplace_back(given);
    if (given->type == REDIS_REPLY_ERROR) lose(std::string(given->str, given->len));
  }
  return out;
}

}  // namespace copydesk::deduplicate
