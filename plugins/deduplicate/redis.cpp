#include "redis.h"

#include <hiredis/hiredis.h>
#ifdef COPYDESK_REDIS_TLS
#include <hiredis/hiredis_ssl.h>
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
  void operator()(redisSSLContext* context) const noexcept { redisFreeSSLContext(context); }
};

// Returns what went wrong, or nothing. hiredis checks the name of the host by itself when it is told of it.
std::string start_tls(redisContext* context, const RedisSettings& settings) {
  redisInitOpenSSL();
  redisSSLContextError error = REDIS_SSL_CTX_NONE;
  const char* ca = settings.ca.empty() ? nullptr : settings.ca.c_str();
  const char* folder = settings.ca.empty() ? "/etc/ssl/certs" : nullptr;
  const std::unique_ptr<redisSSLContext, FreeTls> tls(redisCreateSSLContext(
      ca, folder, nullptr, nullptr, settings.host.c_str(), &error));
  if (!tls) return redisSSLContextGetError(error);
  if (redisInitiateSSLWithContext(context, tls.get()) != REDIS_OK) return context->errstr;
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
