// Class and id names, matched by one pass of an Aho-Corasick automaton over letters and word ends
// ("-"): "shareBar", "share-bar" and "share_bar" all read "-share-bar-". Aho, Corasick: "Efficient
// string matching" (CACM 1975).
#include <array>
#include <queue>

#include "page.h"

namespace copydesk::clean {
namespace {

struct Pattern {
  std::string_view text;
  std::uint16_t hints;
};

constexpr std::uint16_t U = kHintUnwanted, C = kHintContent, B = kHintBody | kHintContent,
                        Y = kHintByline, UC = U | kHintComment, UR = U | kHintRelated,
                        UA = U | kHintAsk, UF = U | kHintFrame, UB = U | kHintAuthor,
                        P = kHintCaption, D = kHintDate, H = kHintHidden;

// clang-format off
constexpr Pattern kPatterns[] = {
    {"-comment-", UC}, {"-comments-", UC}, {"-commentscontainer-", UC}, {"commentlist", UC}, {"comment-list", UC},
    {"comments-area", UC}, {"commentarea", UC}, {"disqus", UC}, {"-respond-", UC}, {"-replies-", UC},
    {"-related", UR}, {"relatedposts", UR}, {"related-", UR}, {"recommend", UR}, {"recirc", UR},
    {"newsletter", UA}, {"subscribe", UA}, {"subscription", UA}, {"signup", UA}, {"sign-up", UA},
    {"-share-", U}, {"-sharing", U}, {"sharebar", U}, {"sharetools", U}, {"sharedaddy", U},
    {"share-buttons", U}, {"addthis", U}, {"addtoany", U}, {"-social", U}, {"socialmedia", U},
    {"sidebar", UF}, {"side-bar", UF}, {"-rail-", UF}, {"-promo", UA}, {"sponsor", UA}, {"advert", UA},
    {"-ad-", UA}, {"-ads-", UA}, {"adsby", UA}, {"-adunit", UA}, {"-ad-slot", UA}, {"-dfp", UA},
    {"banner", UA}, {"breadcrumb", UF}, {"cookie", UA}, {"consent", UA}, {"gdpr", UA}, {"popup", UA},
    {"-modal", UA}, {"lightbox", UA}, {"-overlay", UA}, {"-footer", UF}, {"navbar", UF},
    {"navigation", UF}, {"-nav-", UF}, {"-menu-", UF}, {"-submenu", UF}, {"pagination", UF},
    {"-pager-", UF}, {"-tags-", UF}, {"-taglist", UF}, {"-tag-list", UF}, {"tagcloud", UF},
    {"post-tags", UF}, {"-topics-", UF}, {"author-bio", UB}, {"authorbio", UB}, {"author-box", UB},
    {"authorbox", UB}, {"about-author", UB}, {"author-info", UB}, {"author-card", UB},
    {"author-profile", UB}, {"-bio-", UB}, {"-biography-", UB}, {"trending", UR}, {"most-read", UR},
    {"mostread", UR}, {"most-popular", UR}, {"mostpopular", UR}, {"-popular-", UR}, {"outbrain", UR},
    {"taboola", UR}, {"revcontent", UR}, {"toolbar", UF}, {"-login", UA}, {"copyright", UF},
    {"more-stories", UR}, {"morestories", UR}, {"more-from", UR}, {"read-more", UR}, {"readmore", UR},
    {"read-next", UR}, {"readnext", UR}, {"also-read", UR}, {"read-also", UR}, {"alsoread", UR},
    {"up-next", UR}, {"yarpp", UR}, {"-teaser", UR}, {"see-also", UR}, {"skip-link", UF},
    {"screen-reader", U}, {"sr-only", U}, {"visually-hidden", U}, {"visuallyhidden", U},
    {"-widget-", UF}, {"jp-relatedposts", UR}, {"-cta-", UA}, {"call-to-action", UA}, {"donat", UA},
    {"-print-only", U}, {"editors-pick", UR}, {"latest-news", UR}, {"latestnews", UR},
    {"-ticker-", UF}, {"newsticker", UF}, {"-carousel", UR}, {"-slider-", UR}, {"-poll-", UA},
    {"-quiz-", UA}, {"-rating", U}, {"-feedback", U}, {"-correction-form", U}, {"-whatsapp", U},
    {"-telegram", U}, {"-follow-", U}, {"followus", U}, {"-listen-", U}, {"audio-player", U},
    {"video-player", U}, {"-transcript-toggle", U}, {"-caption", P}, {"caption-", P},
    {"-credit-", P}, {"photo-credit", P}, {"image-credit", P}, {"-copyright-", P}, {"byline", Y},
    {"-author-", Y}, {"-authors-", Y}, {"authorname", Y}, {"-writer-", Y}, {"-dateline-", D},
    {"timestamp", D}, {"published", D}, {"-pubdate-", D}, {"-date-", D}, {"-datetime-", D},
    {"article-date", D}, {"article-meta", Y}, {"post-meta", Y}, {"entry-meta", Y},
    {"-meta-info", Y}, {"article-body", B}, {"articlebody", B}, {"article-content", B},
    {"articlecontent", B}, {"article-text", B}, {"articletext", B}, {"article-copy", B},
    {"article-main", B}, {"entry-content", B}, {"entrycontent", B}, {"post-content", B},
    {"postcontent", B}, {"post-body", B}, {"postbody", B}, {"story-body", B}, {"storybody", B},
    {"story-content", B}, {"storycontent", B}, {"story-text", B}, {"news-content", B},
    {"news-text", B}, {"newstext", B}, {"news-body", B}, {"body-content", B}, {"body-copy", B},
    {"body-text", B}, {"content-body", B}, {"single-content", B}, {"td-post-content", B},
    {"text-content", B}, {"-article-", C}, {"-story-", C}, {"-content-", C}, {"-entry-", C},
    {"-post-", C}, {"-main-", C}, {"-maincontent-", C}, {"-text-", C}, {"display-none", H},
    {"-d-none-", H},
};
// clang-format on

constexpr std::size_t kSymbols = 27;
std::size_t symbol(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<std::size_t>(c - 'a') : kSymbols - 1;
}

class Automaton {
 public:
  Automaton() {
    states_.emplace_back();
    for (const Pattern& pattern : kPatterns) add(pattern);
    link();
  }
  std::uint16_t run(std::string_view words) const {
    std::uint16_t found = 0;
    std::uint32_t state = step(0, '-', found);
    char previous = '-';
    for (const char c : words) {
      const bool capital = c >= 'A' && c <= 'Z';
      if (capital && previous >= 'a' && previous <= 'z') state = step(state, '-', found);
      state = step(state, capital ? static_cast<char>(c + 32) : c, found);
      previous = c;
    }
    step(state, '-', found);
    return found;
  }

 private:
  struct State {
    std::array<std::uint16_t, kSymbols> next{};
    std::uint16_t fail = 0;
    std::uint16_t hints = 0;
  };
  std::uint32_t step(std::uint32_t state, char c, std::uint16_t& found) const {
    const std::uint32_t next = states_[state].next[symbol(c)];
    found |= states_[next].hints;
    return next;
  }
  void add(const Pattern& pattern) {
    std::uint16_t state = 0;
    for (const char c : pattern.text) {
      const std::size_t s = symbol(c);
      if (states_[state].next[s] == 0) {
        const auto fresh = static_cast<std::uint16_t>(states_.size());
        states_[state].next[s] = fresh;
        states_.emplace_back();
      }
      state = states_[state].next[s];
    }
    states_[state].hints |= pattern.hints;
  }
  void link() {
    std::queue<std::uint16_t> queue;
    for (const std::uint16_t next : states_[0].next)
      if (next) queue.push(next);
    while (!queue.empty()) {
      const std::uint16_t state = queue.front();
      queue.pop();
      const std::uint16_t fail = states_[state].fail;
      states_[state].hints |= states_[fail].hints;
      for (std::size_t s = 0; s < kSymbols; ++s) {
        const std::uint16_t next = states_[state].next[s];
        if (next) {
          states_[next].fail = states_[fail].next[s];
          queue.push(next);
        } else {
          states_[state].next[s] = states_[fail].next[s];
        }
      }
    }
  }
  std::vector<State> states_;
};

}  // namespace

std::uint16_t class_hints(std::string_view words) {
  static const Automaton automaton;
  return automaton.run(words);
}

}  // namespace copydesk::clean
