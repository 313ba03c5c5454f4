#include "decode/identity.h"

#include <openssl/evp.h>
#if defined(COPYDESK_XXHASH_DISPATCH)
#include <xxh_x86dispatch.h>  // takes the machine's widest registers
#else
#define XXH_INLINE_ALL
#include <xxhash.h>
#endif

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "base/ascii.h"
#include "base/assert.h"

namespace copydesk::decode {
namespace {

constexpr std::size_t kMaxIdBytes = 512;  // what search engines take as a document's id
constexpr std::size_t kMaxUrlBytes = 8192;

// Parameters that say who came from where, not what is shown.
constexpr std::array<std::string_view, 12> kVisitors{"dclid",   "fbclid", "gclid",  "gclsrc",
                                                     "igshid",  "mc_cid", "mc_eid", "msclkid",
                                                     "ref_src", "twclid", "wbraid", "yclid"};

// The two hexadecimal digits of each byte.
constexpr auto kHexPairs = [] {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (std::size_t i = 0; i < 256; ++i) {
    pairs[2 * i] = kHex[i >> 4];
    pairs[2 * i + 1] = kHex[i & 15];
  }
  return pairs;
}();

std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string out(size * 2, '\0');
  for (std::size_t i = 0; i < size; ++i)
    std::memcpy(out.data() + 2 * i, kHexPairs.data() + 2 * bytes[i], 2);
  return out;
}

struct Url {
  std::string scheme, host;  // lower case; the host with its port
  std::string_view rest;     // path, query and fragment
};

std::optional<Url> split(std::string_view url) {
  if (url.size() > kMaxUrlBytes || url.find_first_of(" \t\r\n") != std::string_view::npos)
    return std::nullopt;
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Url out;
  out.scheme = ascii_lower_case(url.substr(0, colon));
  if (out.scheme != "http" && out.scheme != "https") return std::nullopt;
  url.remove_prefix(colon + 3);
  const std::size_t end = std::min(url.find_first_of("/?#"), url.size());
  std::string_view authority = url.substr(0, end);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  out.host = ascii_lower_case(authority);
  if (out.host.ends_with(out.scheme == "http" ? ":80" : ":443"))
    out.host.resize(out.host.rfind(':'));
  out.rest = url.substr(end);
  if (out.host.empty()) return std::nullopt;
  return out;
}

bool only_counts_visits(std::string_view parameter) {
  const std::string name = ascii_lower_case(parameter.substr(0, parameter.find('=')));
  return name.starts_with("utm_") || std::ranges::find(kVisitors, name) != kVisitors.end();
}

std::string without_visitors(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (parameter.empty() || only_counts_visits(parameter)) continue;
    (out += out.empty() ? '?' : '&') += parameter;
  }
  return out;
}

}  // namespace

std::string content_hash(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return hex(canonical.digest, sizeof canonical.digest);
}

std::string sha256(std::string_view bytes) {
  // Fetching the algorithm and making a context cost more than hashing a short text, so both are kept.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  struct Free {
    void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
  };
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const bool ok = EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1 &&
                  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                  EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1;
  CD_ASSERT(ok);  // only memory or a broken OpenSSL could fail it
  return hex(digest.data(), size);
}

std::optional<std::string> article_url(std::string_view text) {
  const auto url = split(text);
  if (!url) return std::nullopt;
  const std::string_view rest = url->rest.substr(0, url->rest.find('#'));
  const std::size_t mark = std::min(rest.find('?'), rest.size());
  const std::string_view path = rest.substr(0, mark);
  const std::string query =
      without_visitors(mark < rest.size() ? rest.substr(mark + 1) : std::string_view());
  if ((path.empty() || path == "/") && query.empty()) return std::nullopt;
  std::string out = url->scheme + "://" + url->host;
  (out += path.empty() ? "/" : path) += query;
  return out;
}

std::string domain_of(std::string_view text) {
  const auto url = split(text);
  if (!url) return {};
  std::string host = url->host;
  if (const std::size_t port = host.rfind(':'); port != std::string::npos && host.back() != ']')
    host.resize(port);
  if (host.starts_with("www.")) host.erase(0, 4);
  return host;
}

std::string usable_id(std::string_view id) {
  const bool printable = std::ranges::none_of(
      id, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return id.size() <= kMaxIdBytes && printable ? std::string(id) : content_hash(id);
}

}  // namespace copydesk::decode
