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
                        Y = kHintByline, P = kHintCaption, D = kHintDate, H = kHintHidden;

// clang-format off
constexpr Pattern kPatterns[] = {
    {"-comment-", U}, {"-comments-", U}, {"commentlist", U}, {"comment-list", U},
    {"comments-area", U}, {"commentarea", U}, {"disqus", U}, {"-respond-", U}, {"-replies-", U},
    {"-related", U}, {"relatedposts", U}, {"related-", U}, {"recommend", U}, {"recirc", U},
    {"newsletter", U}, {"subscribe", U}, {"subscription", U}, {"signup", U}, {"sign-up", U},
    {"-share-", U}, {"-sharing", U}, {"sharebar", U}, {"sharetools", U}, {"sharedaddy", U},
    {"share-buttons", U}, {"addthis", U}, {"addtoany", U}, {"-social", U}, {"socialmedia", U},
    {"sidebar", U}, {"side-bar", U}, {"-rail-", U}, {"-promo", U}, {"sponsor", U}, {"advert", U},
    {"-ad-", U}, {"-ads-", U}, {"adsby", U}, {"-adunit", U}, {"-ad-slot", U}, {"-dfp", U},
    {"banner", U}, {"breadcrumb", U}, {"cookie", U}, {"consent", U}, {"gdpr", U}, {"popup", U},
    {"-modal", U}, {"lightbox", U}, {"-overlay", U}, {"-footer", U}, {"navbar", U},
    {"navigation", U}, {"-nav-", U}, {"-menu-", U}, {"-submenu", U}, {"pagination", U},
    {"-pager-", U}, {"-tags-", U}, {"-taglist", U}, {"-tag-list", U}, {"tagcloud", U},
    {"post-tags", U}, {"-topics-", U}, {"author-bio", U}, {"authorbio", U}, {"author-box", U},
    {"authorbox", U}, {"about-author", U}, {"author-info", U}, {"author-card", U},
    {"author-profile", U}, {"-bio-", U}, {"-biography-", U}, {"trending", U}, {"most-read", U},
    {"mostread", U}, {"most-popular", U}, {"mostpopular", U}, {"-popular-", U}, {"outbrain", U},
    {"taboola", U}, {"revcontent", U}, {"toolbar", U}, {"-login", U}, {"copyright", U},
    {"more-stories", U}, {"morestories", U}, {"more-from", U}, {"read-more", U}, {"readmore", U},
    {"read-next", U}, {"readnext", U}, {"also-read", U}, {"read-also", U}, {"alsoread", U},
    {"up-next", U}, {"yarpp", U}, {"-teaser", U}, {"see-also", U}, {"skip-link", U},
    {"screen-reader", U}, {"sr-only", U}, {"visually-hidden", U}, {"visuallyhidden", U},
    {"-widget-", U}, {"jp-relatedposts", U}, {"-cta-", U}, {"call-to-action", U}, {"donat", U},
    {"-print-only", U}, {"editors-pick", U}, {"latest-news", U}, {"latestnews", U},
    {"-ticker-", U}, {"newsticker", U}, {"-carousel", U}, {"-slider-", U}, {"-poll-", U},
    {"-quiz-", U}, {"-rating", U}, {"-feedback", U}, {"-correction-form", U}, {"-whatsapp", U},
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
