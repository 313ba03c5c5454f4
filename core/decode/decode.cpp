#include "decode/decode.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/utf8.h"
#include "decode/binary.h"
#include "decode/charset.h"
#include "decode/identity.h"
#include "decode/json_article.h"
#include "decode/sniff.h"

namespace copydesk::decode {
namespace {

constexpr std::string_view kJsonType = "application/json", kHtmlType = "text/html",
                           kTextType = "text/plain";

constexpr std::string_view kGarbage =
    "control characters all over: bytes that are no text in any encoding";

// kLikelyText: the source thinks so, by a file's name as a rule, but nobody said so.
enum class Format { kUnknown, kLikelyText, kText, kHtml, kJson };

Format format_of(const RawRecord& record, const DecodeOptions& options) {
  const bool is_auto = options.format.empty() || options.format == "auto";
  const std::string& name = is_auto ? record.format : options.format;
  if (name == "text") return is_auto ? Format::kLikelyText : Format::kText;
  if (name == "html") return Format::kHtml;
  if (name == "json") return Format::kJson;
  return Format::kUnknown;
}

// What a text is of which that is not certain.
Format sniff(std::string_view text, Format format) {
  if (format == Format::kLikelyText) return begins_as_page(text) ? Format::kHtml : Format::kText;
  if (format != Format::kUnknown) return format;
  if (looks_like_json(text)) return Format::kJson;
  return looks_like_html(text) ? Format::kHtml : Format::kText;
}

std::string text_of(const Value* value) {
  if (value == nullptr) return {};
  if (const auto* s = value->string()) return *s;
  if (const auto* i = value->integer()) return std::to_string(*i);
  return {};
}

// A source's bytes are whatever a file system or a broker held. By its name a file must be found again.
void make_utf8(Value& value, bool is_path) {
  std::size_t ignored = 0;
  if (std::string* s = value.string(); s != nullptr && !is_utf8(*s))
    *s = is_path ? escaped_utf8(*s) : to_utf8(*s, ignored);
  if (Value::List* list = value.list())
    for (Value& item : *list) make_utf8(item, is_path);
}

// The body in the memory of the record it came from: the other block stays with this thread, whose next article takes
// it again while it is in the cache. Not when much would lie idle.
std::string in_place_of(std::string& record, std::string body) {
  if (body.size() < record.capacity() / 2 || body.size() > record.capacity()) return body;
  record.assign(body);
  return std::move(record);
}

// With the way out. An array may be a file of many articles.
std::string why_too_large(std::string_view payload, std::uint64_t max_article) {
  std::string why = std::to_string(payload.size()) + " bytes; the source's max_article is " +
                    std::to_string(max_article) + ": raise it";
  if (looks_like_json(payload) && !begins_as_object(payload))
    why += ", or bring the articles of the array one a line (.jsonl)";
  return why;
}

class Decoder {
 public:
  Decoder(RawRecord& record, const DecodeOptions& options, Nanos batch_time)
      : record_(record), options_(options), batch_time_(batch_time) {
    for (Field& f : record_.fields) make_utf8(f.value, f.name == "source.path");
    std::erase_if(record_.fields, [this](const Field& f) {  // what is none of the article's
      if (f.name == "refused.code")
        refused_code_ = text_of(&f.value);
      else if (f.name == "refused.detail")
        refused_detail_ = text_of(&f.value);
      else if (f.name == "id")
        record_id_ = text_of(&f.value);
      else
        return false;
      return true;
    });
    base_.take(std::move(record_.fields));
    base_.origin = std::move(record_.origin);
    base_.received_at = record_.received_at;
    base_.ingested_at = batch_time_;
    if (options_.sha256) base_.set("source.sha256", Value(sha256(record_.payload)));
  }

  Decoded run() {
    Format format = format_of(record_, options_);
    if (refused_code_) {
      refuse_record(std::move(*refused_code_), std::move(refused_detail_), format);
    } else if (record_.payload.size() > options_.max_article) {
      refuse_record("too_large", why_too_large(record_.payload, options_.max_article), format);
    } else if (const std::string_view binary = known_binary(record_.payload); !binary.empty()) {
      refuse_record("not_text", "it is " + std::string(binary), format);
    } else {
      // JSON is nearly always UTF-8, and its parser checks that anyway: the charset is looked into only when it objects.
      if (format == Format::kJson && options_.encoding.empty() && json(record_.payload, true))
        return finish_run();
      std::string text = take_text(format);
      const bool may_be_json = format == Format::kLikelyText && begins_as_object(text);
      format = sniff(text, format);
      if (is_garbage(text) && !is_blank(text))
        refuse(std::move(base_), "not_text", std::string(kGarbage), std::move(text),
               media_type(format));
      else if (format == Format::kJson)
        json(text, false);
      else if (!may_be_json || !json(text, true))
        plain(std::move(text), format);
    }
    return finish_run();
  }

 private:
  Decoded finish_run() {
    for (Article& article : out_.articles) note_replaced(article);
    return std::move(out_);
  }

  std::string take_text(Format format) {
    const CharsetHints hints{options_.encoding, format == Format::kHtml ||
                                                    format == Format::kUnknown ||
                                                    format == Format::kLikelyText};
    return to_utf8_text(std::move(record_.payload), hints, out_.replaced);
  }

  void note_replaced(Article& article) const {
    if (out_.replaced > 0)
      article.set("quality.replaced_bytes", Value(static_cast<std::int64_t>(out_.replaced)));
  }

  static std::string_view media_type(Format format) {
    if (format == Format::kJson) return kJsonType;
    return format == Format::kHtml ? kHtmlType : kTextType;
  }

  void refuse(Article article, std::string code, std::string detail, std::string text,
              std::string_view type) {
    article.id = record_id_.empty() ? content_hash(text) : usable_id(record_id_);
    article.media_type = type;
    article.set("body", Value(std::move(text)));
    if (!record_id_.empty()) article.set("source.id", Value(record_id_));
    out_.refused.push_back({std::move(article), std::move(code), std::move(detail)});
  }

  void refuse_record(std::string code, std::string detail, Format format) {
    std::string text = take_text(format);
    format = sniff(text, format);
    refuse(std::move(base_), std::move(code), std::move(detail), std::move(text),
           media_type(format));
  }

  // Id from the URL when there is one of its own, else from the text.
  void finish(Article article, std::string_view own_id, bool may_use_url) {
    const std::string_view url =
        article.text("canonical_url").empty() ? article.text("url") : article.text("canonical_url");
    if (article.find("domain") == nullptr)
      if (std::string domain = domain_of(url); !domain.empty())
        article.set("domain", Value(std::move(domain)));
    if (!own_id.empty()) {
      article.id = usable_id(own_id);
      article.set("source.id", Value(own_id));
    } else if (const auto address = may_use_url ? article_url(url) : std::nullopt) {
      article.id = content_hash(*address);
    } else {
      article.id = content_hash(article.text("body"));
    }
    out_.articles.push_back(std::move(article));
  }

  void plain(std::string text, Format format) {
    if (is_blank(text))
      return refuse(std::move(base_), "empty", "no text in it", std::move(text),
                    media_type(format));
    base_.media_type = media_type(format);
    base_.set("body", Value(std::move(text)));
    finish(std::move(base_), record_id_, true);
  }

  // Takes the text. False, with the text as it was, when `is_trial` and it is no JSON: then its charset may be another.
  bool json(std::string& text, bool is_trial) {
    std::size_t replaced = 0;
    JsonRecord read = read_json(text, options_.map, replaced);
    if (is_trial && read.code == "bad_json") return false;
    out_.replaced += replaced;
    if (!read.code.empty()) {
      const bool blank = is_blank(text);
      refuse(std::move(base_), blank ? "empty" : std::move(read.code),
             blank ? "no text in it" : std::move(read.detail), std::move(text), kJsonType);
      return true;
    }
    const auto shared = shared_urls(read.articles);
    for (std::size_t i = 0; i < read.articles.size(); ++i) {
      JsonArticle& from = read.articles[i];
      const bool last = i + 1 == read.articles.size();
      Article article = last ? std::move(base_) : base_;
      std::string& part = article.origin.part;
      if (read.array) part = part.empty() ? std::to_string(i) : part + "/" + std::to_string(i);
      if (!from.code.empty()) {
        std::string whole = read.array ? std::move(from.body) : std::exchange(text, {});
        refuse(std::move(article), std::move(from.code), std::move(from.detail), std::move(whole),
               kJsonType);
        continue;
      }
      article.set_all(std::move(from.fields));
      article.media_type = from.html ? kHtmlType : kTextType;
      article.set("body", Value(read.array ? std::move(from.body)
                                           : in_place_of(text, std::move(from.body))));
      // An id of the record names one article; in an array it names none.
      const std::string_view own =
          !from.id.empty() || read.array ? std::string_view(from.id) : std::string_view(record_id_);
      const std::string_view url = article.text("canonical_url").empty()
                                       ? article.text("url")
                                       : article.text("canonical_url");
      finish(std::move(article), own, shared.empty() || !shared.contains(std::string(url)));
    }
    return true;
  }

  // URLs that several articles of one array give: of the feed, not of the article.
  static std::unordered_map<std::string, int> shared_urls(
      const std::vector<JsonArticle>& articles) {
    std::unordered_map<std::string, int> count;
    if (articles.size() < 2) return count;
    for (const JsonArticle& a : articles) {
      const Field* best = nullptr;
      for (const Field& f : a.fields)
        if (f.name == "canonical_url" || (f.name == "url" && best == nullptr)) best = &f;
      if (best != nullptr) ++count[*best->value.string()];
    }
    std::erase_if(count, [](const auto& entry) { return entry.second < 2; });
    return count;
  }

  RawRecord& record_;
  const DecodeOptions& options_;
  const Nanos batch_time_;
  Article base_;  // what all articles of the record have
  std::string record_id_;
  std::optional<std::string> refused_code_;
  std::string refused_detail_;
  Decoded out_;
};

}  // namespace

Decoded decode(RawRecord record, const DecodeOptions& options, Nanos batch_time) {
  return Decoder(record, options, batch_time).run();
}

RawRecord record_of(const Article& refused) {
  RawRecord record;
  record.origin = refused.origin;
  record.received_at = refused.received_at;
  record.format = refused.media_type == kJsonType   ? "json"
                  : refused.media_type == kHtmlType ? "html"
                                                    : "text";
  for (const Field& f : refused.fields()) {
    if (f.name == "body")
      record.payload = text_of(&f.value);
    else if (f.name == "source.id")
      record.fields.push_back({"id", f.value});
    else if (f.name != "source.sha256")
      record.fields.push_back(f);
  }
  return record;
}

bool known_encoding(const std::string& name) { return known_charset(name); }

}  // namespace copydesk::decode
