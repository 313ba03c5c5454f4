#include "decode/json_article.h"

#include <memory>
#include <optional>
#include <utility>

#include "decode/json_linked.h"
#include "decode/json_reader.h"
#include "decode/json_text.h"

namespace copydesk::decode {
namespace {

constexpr std::size_t kParserBytes = 64 << 10;     // to begin with
constexpr std::size_t kKeepParserBytes = 1 << 20;  // a parser that grew beyond is not kept

JsonArticle not_object(Element e) {
  JsonArticle refused;
  refused.code = "not_object";
  refused.detail = "an article is a JSON object";
  refused.body = simdjson::minify(e);
  return refused;
}

void read_linked(const LinkedData& data, const Map& map, JsonRecord& out) {
  out.array = data.articles.size() > 1;
  for (const LinkedArticle& found : data.articles)
    out.articles.push_back(read_article(found.article, shape_of(*object_of(found.article)), map,
                                        {&found, &data.nodes}));
  if (!out.articles.empty()) return;
  out.code = "empty";
  out.detail = "linked data, and none of its nodes is an article";
}

void read_array(Array array, const Map& map, JsonRecord& out) {
  out.array = true;
  for (Element e : array) {
    if (const auto object = object_of(e))
      out.articles.push_back(read_article(e, shape_of(*object), map));
    else
      out.articles.push_back(not_object(e));
  }
  if (!out.articles.empty()) return;
  out.code = "empty";
  out.detail = "an array without elements";
}

// Only what has a key with '@' is looked at as linked data, so that all else pays nothing for it.
void read_root(Element root, const Map& map, JsonRecord& out) {
  const auto object = object_of(root);
  const auto array = array_of(root);
  const auto first = array && array->size() > 0 ? object_of(array->at(0)) : object;
  const Shape shape = first ? shape_of(*first) : Shape();
  if (shape.linked)
    if (const auto linked = linked_data(root, map)) return read_linked(*linked, map, out);
  if (object) return out.articles.push_back(read_article(root, shape, map));
  if (array) return read_array(*array, map, out);
  out.articles.push_back(not_object(root));
}

// The thread's parser; its buffers are kept from record to record.
std::unique_ptr<simdjson::dom::parser>& parser() {
  thread_local std::unique_ptr<simdjson::dom::parser> parser;
  if (!parser) {
    parser = std::make_unique<simdjson::dom::parser>();
    const auto ignored =
        parser->allocate(kParserBytes, kMaxJsonDepth);  // what fails here fails again when parsing
    (void)ignored;
  }
  return parser;
}

simdjson::error_code parse(std::string& text, Element& root) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  return parser()->parse(text.data(), text.size(), false).get(root);
}

}  // namespace

JsonRecord read_json(std::string& text, const std::map<std::string, std::string>& map,
                     std::size_t& replaced) {
  JsonRecord out;
  Element root;
  simdjson::error_code error = parse(text, root);
  std::optional<std::string> mended;
  if (error != simdjson::SUCCESS) {
    std::size_t halves = 0;
    mended = mend_json(text, halves);
    if (mended) error = parse(*mended, root);
    if (error == simdjson::SUCCESS) replaced += halves;
  }
  if (error != simdjson::SUCCESS) {
    out.code = "bad_json";
    out.detail = what_is_wrong(text, kMaxJsonDepth);
    if (out.detail.empty()) out.detail = simdjson::error_message(error);
  } else {
    read_root(root, map, out);
  }
  if (text.size() > kKeepParserBytes) parser().reset();
  return out;
}

}  // namespace copydesk::decode
