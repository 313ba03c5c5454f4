#include "page_kind.h"

#include <algorithm>
#include <span>
#include <string>

#include "chars.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kErrorWordsMax = 80;  // of the body of a page that says it is an error
constexpr std::size_t kConsentWordsMax = 250;
constexpr std::size_t kPaywallWordsMax = 200;
constexpr std::size_t kTeaserWordsMax = 60;    // of one paragraph
constexpr std::size_t kListHeadingsMin = 5;    // headings that are links
constexpr std::size_t kListBodyWordsMax = 50;  // of the body, for each such heading
constexpr std::size_t kScriptBytesMax = 64 << 10;
constexpr std::size_t kAroundBytesMax = 64 << 10;

// Titles as by fold_words, without what follows the first bar or dash.
constexpr std::string_view kErrorTitles[] = {"page not found",
                                             "not found",
                                             "page cant be found",
                                             "page cannot be found",
                                             "that page cant be found",
                                             "oops that page cant be found",
                                             "oops we cant find that page",
                                             "oops page not found",
                                             "this page could not be found",
                                             "this page doesnt exist",
                                             "nothing found",
                                             "page unavailable",
                                             "page no longer available",
                                             "access denied",
                                             "access to this page has been denied",
                                             "forbidden",
                                             "error",
                                             "internal server error",
                                             "bad gateway",
                                             "service unavailable",
                                             "gateway timeout",
                                             "gateway time out",
                                             "just a moment",
                                             "attention required",
                                             "are you a robot",
                                             "are you human",
                                             "verify you are human",
                                             "security check",
                                             "request blocked",
                                             "seite nicht gefunden",
                                             "página no encontrada",
                                             "page introuvable",
                                             "page non trouvée",
                                             "pagina non trovata",
                                             "pagina niet gevonden",
                                             "página não encontrada",
                                             "sidan kunde inte hittas",
                                             "страница не найдена",
                                             "页面不存在",
                                             "页面未找到",
                                             "ページが見つかりません",
                                             "الصفحة غير موجودة"};
constexpr std::string_view kErrorNumbers[] = {"400", "401", "403", "404", "410",
                                              "429", "500", "502", "503", "504"};
constexpr std::string_view kConsent[] = {"we use cookies",
                                         "uses cookies",
                                         "use of cookies",
                                         "accept all",
                                         "reject all",
                                         "cookie policy",
                                         "privacy policy",
                                         "your privacy",
                                         "our partners",
                                         "store and/or access information",
                                         "legitimate interest",
                                         "personal data",
                                         "personalised ads",
                                         "personalized ads",
                                         "wir verwenden cookies",
                                         "alle akzeptieren",
                                         "nous utilisons des cookies",
                                         "tout accepter",
                                         "utilizamos cookies",
                                         "aceptar todo"};
constexpr std::string_view kPaywallWords[] = {"subscribe to continue",
                                              "subscribe to read",
                                              "subscribe now to read",
                                              "to continue reading",
                                              "continue reading this",
                                              "to read the full",
                                              "to read this article",
                                              "to keep reading",
                                              "this article is for subscribers",
                                              "this content is for subscribers",
                                              "subscribers only",
                                              "exclusive to subscribers",
                                              "already a subscriber",
                                              "already have a subscription",
                                              "log in to read",
                                              "sign in to read",
                                              "register to read",
                                              "create a free account to",
                                              "you have reached your limit",
                                              "free articles",
                                              "weiterlesen mit",
                                              "um weiterzulesen",
                                              "réservé aux abonnés",
                                              "contenido exclusivo para suscriptores"};

bool has_any(std::string_view text, std::span<const std::string_view> phrases) {
  return std::ranges::any_of(
      phrases, [&](std::string_view phrase) { return contains_ignoring_case(text, phrase); });
}

// Before the name of the site: "404 Not Found | Courier".
std::string_view own_part(std::string_view title) {
  std::size_t end = title.size();
  for (const std::string_view mark : {" | ", " - ", " – ", " — ", " · ", " :: "})
    end = std::min(end, title.find(mark));
  return title.substr(0, end);
}

bool names_an_error(std::string_view title) {
  std::string folded = fold_words(own_part(title));
  if (folded.starts_with("error ")) folded.erase(0, 6);
  if (std::ranges::find(kErrorTitles, folded) != std::end(kErrorTitles)) return true;
  for (const std::string_view number : kErrorNumbers) {
    if (!folded.starts_with(number)) continue;
    const std::string_view rest = std::string_view(folded).substr(number.size());
    if (rest.empty() || rest == " error" ||
        (rest[0] == ' ' &&
         std::ranges::find(kErrorTitles, rest.substr(1)) != std::end(kErrorTitles)))
      return true;
  }
  return false;
}

// Most of the paragraphs speak of cookies.
bool asks_for_consent(std::string_view body) {
  std::size_t paragraphs = 0, of_it = 0;
  for (std::size_t at = 0; at < body.size(); ++paragraphs) {
    const std::size_t end = std::min(body.find("\n\n", at), body.size());
    of_it += has_any(body.substr(at, end - at), kConsent) ? 1 : 0;
    at = end + 2;
  }
  const bool names_cookies = contains_ignoring_case(body, "cookie");
  return names_cookies && of_it * 2 > paragraphs;
}

std::size_t longest_paragraph(std::string_view body) {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = std::min(body.find("\n\n", at), body.size());
    longest = std::max(longest, count_words(body.substr(at, end - at)));
    at = end + 2;
  }
  return longest;
}

// Headings in an element all of whose words are one link: of teasers.
std::size_t linked_headings(const Page& page, std::size_t element) {
  const std::vector<Node>& nodes = page.nodes();
  std::size_t count = 0;
  for (std::size_t i = element; i < nodes[element].end; ++i) {
    if (nodes[i].tag != Tag::kHeading && nodes[i].tag != Tag::kH1) continue;
    std::size_t words = 0, linked = 0;
    for (std::size_t k = i + 1; k < nodes[i].end; ++k) {
      words += nodes[k].words;
      linked += nodes[k].in_link ? nodes[k].words : 0;
    }
    count += words > 2 && linked == words ? 1 : 0;
    i = std::max<std::size_t>(i, nodes[i].end - 1);
  }
  return count;
}

// An article element with the heading of the page and no teasers in it.
bool has_own_article(const Page& page) {
  const std::vector<Node>& nodes = page.nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].tag != Tag::kArticle) continue;
    for (std::size_t k = i + 1; k < nodes[i].end; ++k)
      if (nodes[k].tag == Tag::kH1 && linked_headings(page, i) == 0) return true;
    i = std::max<std::size_t>(i, nodes[i].end - 1);
  }
  return false;
}

// "isAccessibleForFree": false in what the page declares.
bool is_declared_closed(const Page& page) {
  for (const Node& node : page.nodes()) {
    if (node.tag != Tag::kText || page.nodes()[node.parent].tag != Tag::kScript) continue;
    const std::string_view script = node.text.substr(0, kScriptBytesMax);
    for (std::size_t at = 0; (at = script.find("isAccessibleForFree", at)) != script.npos; ++at) {
      const std::string_view value = script.substr(at + 19, 12);
      if (contains_ignoring_case(value, "false")) return true;
    }
  }
  return false;
}

std::string visible_text(const Page& page) {
  std::string out;
  for (const Node& node : page.nodes()) {
    const Tag parent = page.nodes()[node.parent].tag;
    if (node.tag != Tag::kText || parent == Tag::kScript || parent == Tag::kStyle) continue;
    out.append(node.text.substr(0, kAroundBytesMax - std::min(kAroundBytesMax, out.size())));
    if (out.size() >= kAroundBytesMax) break;
    out += ' ';
  }
  return squeeze(out);
}

}  // namespace

std::string_view kind_of_text(std::string_view title, std::string_view body, std::size_t words,
                              std::string_view around) {
  if (words <= kErrorWordsMax) {
    const bool by_body = words > 0 && names_an_error(body.substr(0, body.find('\n')));
    if (names_an_error(title) || by_body) return kErrorPage;
  }
  if (words > 0 && words <= kConsentWordsMax && asks_for_consent(body)) return kConsentWall;
  if (words <= kPaywallWordsMax && has_any(around.substr(0, kAroundBytesMax), kPaywallWords))
    return kPaywall;
  return {};
}

std::string_view kind_of_page(const Page& page, std::size_t container, std::string_view title,
                              std::string_view body, std::size_t words, bool declared) {
  if (words <= kConsentWordsMax) {
    const std::string_view kind = kind_of_text(title, body, words, visible_text(page));
    if (!kind.empty()) return kind;
  }
  if (words <= kPaywallWordsMax && is_declared_closed(page)) return kPaywall;
  if (declared || (words > 0 && longest_paragraph(body) > kTeaserWordsMax)) return {};
  const std::size_t headings = linked_headings(page, words == 0 ? 0 : container);
  if (headings >= kListHeadingsMin && words <= kListBodyWordsMax * headings &&
      !has_own_article(page))
    return kListPage;
  return {};
}

}  // namespace copydesk::clean
