#include "pipeline/dead_letter.h"

#include "article/codec.h"
#include "base/bytes.h"

namespace copydesk::pipeline {

constexpr std::uint64_t kVersion = 1;

std::string encode_dead_letter(const DeadLetter& letter) {
  std::string out;
  append_varint(out, kVersion);
  append_varint(out, letter.attempts);
  append_u64(out, static_cast<std::uint64_t>(letter.at));
  append_string(out, letter.resume);
  append_varint(out, letter.failures.size());
  for (const Failure& f : letter.failures) {
    append_string(out, f.component);
    append_string(out, f.code);
    append_string(out, f.detail);
  }
  encode_article(letter.article, out);
  return out;
}

Result<DeadLetter> decode_dead_letter(std::string_view bytes) {
  ByteReader r(bytes);
  DeadLetter letter;
  const bool known = r.varint() == kVersion;
  letter.attempts = static_cast<unsigned>(r.varint());
  letter.at = static_cast<Nanos>(r.u64());
  letter.resume = std::string(r.string());
  const std::uint64_t count = r.varint();
  for (std::uint64_t i = 0; i < count && r.ok(); ++i) {
    Failure f;
    f.component = std::string(r.string());
    f.code = std::string(r.string());
    f.detail = std::string(r.string());
    letter.failures.push_back(std::move(f));
  }
  if (!known || !r.ok()) return fatal("corrupt", "a stored dead letter cannot be read");
  Result<Article> article = decode_article(r.rest());
  if (!article) return std::move(article).error();
  letter.article = std::move(*article);
  return letter;
}

}  // namespace copydesk::pipeline
