#include "page.h"

#include <lexbor/dom/interfaces/character_data.h>
#include <lexbor/html/parser.h>
#include <lexbor/html/token.h>
#include <lexbor/html/tree.h>

#include <algorithm>
#include <optional>
#include <string>

#include "chars.h"
#include "double_utf8.h"
#include "words.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kChunkBytes = 64
                                    << 10;  // of the input between two looks at the tree's memory
constexpr std::size_t kAttributesMax = 32;  // of one element; more are not looked at
constexpr std::size_t kFormattingElementsMax =
    24;                                    // open <b>, <font>, …: each paragraph repeats them
constexpr std::size_t kNamesMax = 20'000;  // distinct names of tags and attributes on a page
constexpr std::size_t kClassBytesMax = 512;
// Of what is worked out from the tree, for each of its elements and texts: a Node, and the numbers of
// main_text.cpp and page_features.cpp.
constexpr std::size_t kNodeBytes = 160;
static_assert(sizeof(Node) <= kNodeBytes / 3);

constexpr std::string_view kAttributes[] = {
    "class",    "id",  "href", "content", "name", "property", "itemprop",    "type",
    "datetime", "rel", "role", "lang",    "src",  "hidden",   "aria-hidden", "style"};

bool is_known_attribute(std::string_view name) {
  return std::find(std::begin(kAttributes), std::end(kAttributes), name) != std::end(kAttributes);
}

// Their content is not markup: the tree builder must see the tag, or the tokenizer would read
// scripts as text.
bool switches_tokenizer(lxb_tag_id_t tag) {
  switch (tag) {
    case LXB_TAG_SCRIPT:
    case LXB_TAG_STYLE:
    case LXB_TAG_TEXTAREA:
    case LXB_TAG_TITLE:
    case LXB_TAG_IFRAME:
    case LXB_TAG_NOEMBED:
    case LXB_TAG_NOFRAMES:
    case LXB_TAG_NOSCRIPT:
    case LXB_TAG_XMP:
    case LXB_TAG_PLAINTEXT:
    case LXB_TAG_HTML:
    case LXB_TAG_HEAD:
    case LXB_TAG_BODY:
    case LXB_TAG_BR: return true;
    default: return false;
  }
}
bool is_formatting(lxb_tag_id_t tag) {
  switch (tag) {
    case LXB_TAG_A:
    case LXB_TAG_B:
    case LXB_TAG_BIG:
    case LXB_TAG_CODE:
    case LXB_TAG_EM:
    case LXB_TAG_FONT:
    case LXB_TAG_I:
    case LXB_TAG_NOBR:
    case LXB_TAG_S:
    case LXB_TAG_SMALL:
    case LXB_TAG_STRIKE:
    case LXB_TAG_STRONG:
    case LXB_TAG_TT:
    case LXB_TAG_U: return true;
    default: return false;
  }
}

bool is_code(lxb_tag_id_t tag) {
  return tag == LXB_TAG_PRE || tag == LXB_TAG_CODE || tag == LXB_TAG_KBD || tag == LXB_TAG_SAMP ||
         tag == LXB_TAG_TT || tag == LXB_TAG_VAR;
}

struct Filter {
  lxb_html_tokenizer_token_f tree_callback = nullptr;
  void* tree_context = nullptr;
  lxb_html_tree_t* tree = nullptr;
  std::size_t max_depth = 0;
  std::size_t nodes = 0;  // elements and texts that the tree builder has been given
  bool deep = false;
};

// Attributes nobody asks for never reach the tree: most of a page's are such, and the tree builder
// compares each with all before it.
void drop_attributes(lxb_html_token_t* token) {
  std::size_t kept = 0;
  for (lxb_html_token_attr_t* attribute = token->attr_first; attribute;) {
    lxb_html_token_attr_t* next = attribute->next;
    std::size_t length = 0;
    const lxb_char_t* name = lxb_html_token_attr_name(attribute, &length);
    const bool keep = name && kept < kAttributesMax &&
                      is_known_attribute({reinterpret_cast<const char*>(name), length});
    if (keep) {
      ++kept;
    } else {
      lxb_html_token_attr_remove(token, attribute);
    }
    attribute = next;
  }
}

lxb_html_token_t* filter_token(lxb_html_tokenizer_t* tokenizer, lxb_html_token_t* token,
                               void* context) {
  auto& filter = *static_cast<Filter*>(context);
  const bool start = (token->type & LXB_HTML_TOKEN_TYPE_CLOSE) == 0 &&
                     token->tag_id != LXB_TAG__TEXT && token->tag_id >= LXB_TAG_A;
  if (token->tag_id == LXB_TAG__EM_COMMENT) return token;
  filter.nodes += start || token->tag_id == LXB_TAG__TEXT;
  if (start) {
    drop_attributes(token);
    const bool too_deep = filter.tree->open_elements->length >= filter.max_depth;
    const bool too_many = is_formatting(token->tag_id) &&
                          filter.tree->active_formatting->length >= kFormattingElementsMax;
    if ((too_deep || too_many) && !switches_tokenizer(token->tag_id)) {
      filter.deep |= too_deep;
      return token;
    }
  }
  return filter.tree_callback(tokenizer, token, filter.tree_context);
}

// Distinct names of tags and attributes. The parser keeps them in hash tables that do not grow.
std::size_t names_of(lxb_html_document_t* document) {
  const lxb_dom_document_t* dom = lxb_dom_interface_document(document);
  return lexbor_dobject_allocated(dom->tags->entries) +
         lexbor_dobject_allocated(dom->attrs->entries);
}

// What the tree takes, its texts with it.
std::size_t bytes_of(lxb_html_document_t* document) {
  const lxb_dom_document_t* dom = lxb_dom_interface_document(document);
  const auto taken = [](const lexbor_mraw_t* arena) {
    return arena->mem->chunk_length * arena->mem->chunk_min_size;
  };
  return taken(dom->mraw) + taken(dom->text);
}

std::string_view view(const lxb_char_t* data, std::size_t size) {
  return data ? std::string_view(reinterpret_cast<const char*>(data), size) : std::string_view();
}

Tag tag_of(lxb_tag_id_t tag) {
  switch (tag) {
    case LXB_TAG_HTML: return Tag::kHtml;
    case LXB_TAG_HEAD: return Tag::kHead;
    case LXB_TAG_BODY: return Tag::kBody;
    case LXB_TAG_TITLE: return Tag::kTitle;
    case LXB_TAG_META: return Tag::kMeta;
    case LXB_TAG_LINK:
    case LXB_TAG_BASE: return Tag::kLink;
    case LXB_TAG_SCRIPT: return Tag::kScript;
    case LXB_TAG_STYLE: return Tag::kStyle;
    case LXB_TAG_P: return Tag::kP;
    case LXB_TAG_DIV: return Tag::kDiv;
    case LXB_TAG_SECTION: return Tag::kSection;
    case LXB_TAG_ARTICLE: return Tag::kArticle;
    case LXB_TAG_MAIN: return Tag::kMain;
    case LXB_TAG_HEADER: return Tag::kHeader;
    case LXB_TAG_FOOTER: return Tag::kFooter;
    case LXB_TAG_NAV: return Tag::kNav;
    case LXB_TAG_ASIDE: return Tag::kAside;
    case LXB_TAG_FORM: return Tag::kForm;
    case LXB_TAG_FIGURE: return Tag::kFigure;
    case LXB_TAG_FIGCAPTION: return Tag::kCaption;
    case LXB_TAG_H1: return Tag::kH1;
    case LXB_TAG_H2:
    case LXB_TAG_H3:
    case LXB_TAG_H4:
    case LXB_TAG_H5:
    case LXB_TAG_H6: return Tag::kHeading;
    case LXB_TAG_UL:
    case LXB_TAG_OL:
    case LXB_TAG_DL: return Tag::kList;
    case LXB_TAG_LI:
    case LXB_TAG_DD:
    case LXB_TAG_DT: return Tag::kItem;
    case LXB_TAG_TABLE: return Tag::kTable;
    case LXB_TAG_TR: return Tag::kRow;
    case LXB_TAG_TD:
    case LXB_TAG_TH: return Tag::kCell;
    case LXB_TAG_BLOCKQUOTE: return Tag::kQuote;
    case LXB_TAG_PRE: return Tag::kPre;
    case LXB_TAG_BR:
    case LXB_TAG_HR: return Tag::kBreak;
    case LXB_TAG_A: return Tag::kA;
    case LXB_TAG_TIME: return Tag::kTime;
    case LXB_TAG_B:
    case LXB_TAG_STRONG: return Tag::kBold;
    case LXB_TAG_I:
    case LXB_TAG_EM: return Tag::kItalic;
    case LXB_TAG_Q: return Tag::kQuoted;
    case LXB_TAG_RT:
    case LXB_TAG_RP:
    case LXB_TAG_RTC:
    case LXB_TAG_DEL:
    case LXB_TAG_S:
    case LXB_TAG_STRIKE: return Tag::kUnread;
    case LXB_TAG_NOSCRIPT:
    case LXB_TAG_TEMPLATE:
    case LXB_TAG_IFRAME:
    case LXB_TAG_SVG:
    case LXB_TAG_MATH:
    case LXB_TAG_BUTTON:
    case LXB_TAG_SELECT:
    case LXB_TAG_TEXTAREA:
    case LXB_TAG_INPUT:
    case LXB_TAG_LABEL:
    case LXB_TAG_OBJECT:
    case LXB_TAG_EMBED:
    case LXB_TAG_VIDEO:
    case LXB_TAG_AUDIO:
    case LXB_TAG_CANVAS:
    case LXB_TAG_DIALOG:
    case LXB_TAG_MENU:
    case LXB_TAG_NOFRAMES:
    case LXB_TAG_MAP:
    case LXB_TAG_PROGRESS:
    case LXB_TAG_DATALIST:
    case LXB_TAG_OPTGROUP:
    case LXB_TAG_OPTION: return Tag::kSkipped;
    case LXB_TAG_ADDRESS:
    case LXB_TAG_CENTER:
    case LXB_TAG_DETAILS:
    case LXB_TAG_SUMMARY:
    case LXB_TAG_FIELDSET:
    case LXB_TAG_HGROUP:
    case LXB_TAG_TBODY:
    case LXB_TAG_THEAD:
    case LXB_TAG_TFOOT:
    case LXB_TAG_CAPTION:
    case LXB_TAG_LEGEND:
    case LXB_TAG_DIR:
    case LXB_TAG_FRAMESET:
    case LXB_TAG_SEARCH: return Tag::kBlock;
    default: return Tag::kOther;
  }
}

std::string_view attribute_of(const lxb_dom_node_t* node, std::string_view name) {
  const auto* element = reinterpret_cast<const lxb_dom_element_t*>(node);
  for (lxb_dom_attr_t* attribute = element->first_attr; attribute; attribute = attribute->next) {
    std::size_t length = 0;
    const lxb_char_t* found = lxb_dom_attr_local_name(attribute, &length);
    if (view(found, length) != name) continue;
    return attribute->value ? view(attribute->value->data, attribute->value->length)
                            : std::string_view();
  }
  return {};
}

// React sends parts of a page late, hidden, under such ids; a script then puts them in their places.
constexpr std::string_view kStreamedId = "S:";

bool hides(std::string_view style) {
  return contains_ignoring_case(style, "display:none") ||
         contains_ignoring_case(style, "display: none") ||
         contains_ignoring_case(style, "visibility:hidden");
}
bool is_unwanted_role(std::string_view role) {
  return role == "navigation" || role == "complementary" || role == "banner" ||
         role == "contentinfo" || role == "search" || role == "dialog" || role == "alertdialog" ||
         role == "menu" || role == "menubar" || role == "toolbar" || role == "tablist";
}

// What browsers set around a <q>, where the page has not set its own inside.
constexpr std::string_view kOpeningQuote = "“", kClosingQuote = "”";

bool is_quotation_mark(char32_t c) {
  return c == '"' || c == 0xAB || c == 0xBB || c == 0x300C || (c >= 0x2018 && c <= 0x201F);
}

// Whether the page has set a mark of its own right before or inside.
bool is_marked(const Node& before, const lxb_dom_node_t* quoted) {
  const std::string_view above = before.text;
  if (!above.empty() && is_quotation_mark(decode_last(above, above.size()).value)) return true;
  const lxb_dom_node_t* first = quoted->first_child;
  if (first->type != LXB_DOM_NODE_TYPE_TEXT) return false;
  const auto* data = reinterpret_cast<const lxb_dom_character_data_t*>(first);
  const std::string_view text = trim(view(data->data.data, data->data.length));
  return !text.empty() && is_quotation_mark(decode(text, 0).value);
}

bool is_struck(const Node& node) {
  const lxb_tag_id_t tag = static_cast<const lxb_dom_node_t*>(node.element)->local_name;
  return tag == LXB_TAG_DEL || tag == LXB_TAG_S || tag == LXB_TAG_STRIKE;
}

// One pass over the attributes of an element.
std::uint16_t hints_of(const lxb_dom_node_t* node, std::uint32_t& names) {
  const auto* element = reinterpret_cast<const lxb_dom_element_t*>(node);
  std::uint16_t hints = 0;
  bool streamed = false;
  for (lxb_dom_attr_t* attribute = element->first_attr; attribute; attribute = attribute->next) {
    std::string_view value = attribute->value
                                 ? view(attribute->value->data, attribute->value->length)
                                 : std::string_view();
    switch (attribute->node.local_name) {
      case LXB_DOM_ATTR_CLASS:
        names = word_hash(value.substr(0, kClassBytesMax));
        hints |= class_hints(value.substr(0, kClassBytesMax));
        continue;
      case LXB_DOM_ATTR_ID:
        streamed = value.starts_with(kStreamedId);
        hints |= class_hints(value.substr(0, kClassBytesMax));
        continue;
      case LXB_DOM_ATTR_STYLE:
        if (hides(value.substr(0, kClassBytesMax))) hints |= kHintHidden;
        continue;
      case LXB_DOM_ATTR_HREF:
      case LXB_DOM_ATTR_SRC:
      case LXB_DOM_ATTR_CONTENT:
      case LXB_DOM_ATTR_TYPE:
      case LXB_DOM_ATTR_REL:
      case LXB_DOM_ATTR_LANG: continue;
      default: break;
    }
    std::size_t length = 0;
    const lxb_char_t* name = lxb_dom_attr_local_name(attribute, &length);
    const std::string_view full = view(name, length);
    if (full == "itemprop") {
      if (value == "articleBody") hints |= kHintItem | kHintBody | kHintContent;
      if (value == "author") hints |= kHintByline;
      if (value == "datePublished" || value == "dateModified") hints |= kHintDate;
    } else if (full == "role") {
      if (is_unwanted_role(value)) hints |= kHintUnwanted;
    } else if (full == "hidden" || (full == "aria-hidden" && value == "true")) {
      hints |= kHintHidden;
    }
  }
  return streamed ? hints & ~kHintHidden : hints;
}

}  // namespace

struct Page::Parser {
  lxb_html_parser_t* parser = nullptr;
  lxb_html_document_t* document = nullptr;
  ~Parser() {
    if (document) lxb_html_document_destroy(document);
    if (parser) lxb_html_parser_destroy(parser);
  }
};

Page::Page(std::string_view html, const HtmlOptions& options)
    : parser_(std::make_unique<Parser>()) {
  nodes_.emplace_back();
  nodes_[0].end = 1;
  parser_->parser = lxb_html_parser_create();
  if (lxb_html_parser_init(parser_->parser) != LXB_STATUS_OK) throw std::bad_alloc();
  parser_->document = lxb_html_parse_chunk_begin(parser_->parser);
  if (!parser_->document) throw std::bad_alloc();
  lxb_html_tokenizer_t* tokenizer = lxb_html_parser_tokenizer(parser_->parser);
  Filter filter;
  filter.tree = lxb_html_parser_tree(parser_->parser);
  filter.max_depth = options.max_depth;
  filter.tree_callback = tokenizer->callback_token_done;
  filter.tree_context = tokenizer->callback_token_ctx;
  lxb_html_tokenizer_callback_token_done_set(tokenizer, filter_token, &filter);

  std::string_view rest = html.substr(0, options.max_html_bytes);
  cut_ = rest.size() < html.size();
  const std::optional<std::string> meant = undo_double_utf8(rest);
  if (meant) rest = *meant;
  while (!rest.empty()) {
    const std::string_view chunk = rest.substr(0, kChunkBytes);
    const auto* data = reinterpret_cast<const lxb_char_t*>(chunk.data());
    if (lxb_html_parse_chunk_process(parser_->parser, data, chunk.size()) != LXB_STATUS_OK)
      throw std::bad_alloc();
    rest.remove_prefix(chunk.size());
    const bool full =
        bytes_of(parser_->document) + filter.nodes * kNodeBytes > options.max_tree_bytes ||
        names_of(parser_->document) > kNamesMax;
    if (full && !rest.empty()) {
      cut_ = true;
      break;
    }
  }
  if (lxb_html_parse_chunk_end(parser_->parser) != LXB_STATUS_OK) throw std::bad_alloc();
  deep_ = filter.deep;
  flatten(filter.nodes + 16, options.max_tree_bytes / kNodeBytes);
}

Page::~Page() = default;

void Page::flatten(std::size_t nodes_expected, std::size_t nodes_max) {
  lxb_dom_node_t* const root = lxb_dom_interface_node(parser_->document);
  lxb_dom_node_t* node = root->first_child;
  std::uint32_t parent = 0;
  nodes_.reserve(std::min(nodes_expected, nodes_max));
  while (node) {
    // More than the page has tags: the tree builder repeats formatting elements in each block.
    const bool full = nodes_.size() >= nodes_max;
    cut_ |= full;
    bool descend = false;
    if (full) {
      // The rest is walked only to close what is open.
    } else if (node->type == LXB_DOM_NODE_TYPE_TEXT) {
      const auto* data = lxb_dom_interface_character_data(node);
      add_text(parent, view(data->data.data, data->data.length));
    } else if (node->type == LXB_DOM_NODE_TYPE_ELEMENT) {
      Node element;
      element.tag = tag_of(node->local_name);
      element.parent = parent;
      element.in_code = nodes_[parent].in_code || is_code(node->local_name);
      element.in_link = nodes_[parent].in_link || element.tag == Tag::kA;
      element.element = node;
      element.hints = hints_of(node, element.names);
      element.end = static_cast<std::uint32_t>(nodes_.size() + 1);
      nodes_.push_back(element);
      strikes_ |= element.tag == Tag::kUnread && is_struck(element);
      descend = node->first_child != nullptr && element.tag != Tag::kStyle;
    }
    if (descend) {
      parent = static_cast<std::uint32_t>(nodes_.size() - 1);
      if (nodes_[parent].tag == Tag::kQuoted && !is_marked(nodes_[parent - 1], node))
        add_text(parent, kOpeningQuote);
      node = node->first_child;
      continue;
    }
    while (node && !node->next) {
      node = node->parent;
      if (node == root) node = nullptr;
      close(parent);
      parent = nodes_[parent].parent;
    }
    if (node) node = node->next;
  }
  nodes_[0].end = static_cast<std::uint32_t>(nodes_.size());
  if (strikes_) show_long_strikes();
}

void Page::add_text(std::uint32_t parent, std::string_view data) {
  Node text;
  text.tag = Tag::kText;
  text.parent = parent;
  text.in_code = nodes_[parent].in_code;
  text.in_link = nodes_[parent].in_link;
  text.text = data;
  text.end = static_cast<std::uint32_t>(nodes_.size() + 1);
  nodes_.push_back(text);
}

void Page::close(std::uint32_t element) {
  const Node& first = nodes_[std::min<std::size_t>(element + 1, nodes_.size() - 1)];
  if (nodes_[element].tag == Tag::kQuoted && first.text.data() == kOpeningQuote.data())
    add_text(element, kClosingQuote);
  nodes_[element].end = static_cast<std::uint32_t>(nodes_.size());
}

// A <s> that is never closed strikes out the rest of the page, and nobody meant that.
void Page::show_long_strikes() {
  constexpr std::size_t kShareMin = 10;  // a tenth of the page's text
  std::size_t all = 0, struck = 0;
  std::uint32_t end = 0;  // of the struck element
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    if (node.tag == Tag::kUnread && is_struck(node)) end = std::max(end, node.end);
    if (node.tag != Tag::kText) continue;
    const Tag around = nodes_[node.parent].tag;
    if (around == Tag::kScript || around == Tag::kStyle) continue;
    all += node.text.size();
    struck += i < end ? node.text.size() : 0;
  }
  if (struck * kShareMin < all) return;
  for (Node& node : nodes_)
    if (node.tag == Tag::kUnread && is_struck(node)) node.tag = Tag::kOther;
}

std::string_view Page::attribute(const Node& node, std::string_view name) const {
  if (!node.element) return {};
  return attribute_of(static_cast<const lxb_dom_node_t*>(node.element), name);
}

std::string Page::raw_text_of(std::size_t index) const {
  std::string out;
  for (std::size_t i = index; i < nodes_[index].end; ++i) {
    if (nodes_[i].tag == Tag::kUnread) {
      i = nodes_[i].end - 1;
    } else if (nodes_[i].tag == Tag::kBreak) {
      out += ' ';
    } else {
      out += nodes_[i].text;
    }
  }
  return out;
}

std::string Page::text_of(std::size_t index) const { return squeeze(raw_text_of(index)); }

}  // namespace copydesk::clean
