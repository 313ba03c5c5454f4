#include "phrases.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "chars.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kChromeWordsMax = 40;   // longer lines are never chrome by their wording
constexpr std::size_t kCreditBytesMax = 120;  // between the brackets of a photo credit
constexpr std::size_t kCreditTailBytes =
    60;  // of a credit without brackets, from its mark to the end
constexpr std::size_t kCaptionWordsMax = 70;

using Set = std::unordered_set<std::string_view>;

struct Entry {
  std::string_view phrase;  // folded
  std::string_view reason;
};

// Lines that are chrome when they consist of nothing else.
constexpr Entry kWholeLines[] = {
    {"follow us", "follow_or_share"},
    {"follow", "follow_or_share"},
    {"share", "follow_or_share"},
    {"share this", "follow_or_share"},
    {"share this article", "follow_or_share"},
    {"share this story", "follow_or_share"},
    {"share this post", "follow_or_share"},
    {"share article", "follow_or_share"},
    {"share on", "follow_or_share"},
    {"share it", "follow_or_share"},
    {"share via", "follow_or_share"},
    {"sharethis", "follow_or_share"},
    {"like this", "follow_or_share"},
    {"spread the word", "follow_or_share"},
    {"connect with us", "follow_or_share"},
    {"stay connected", "follow_or_share"},
    {"find us on", "follow_or_share"},
    {"copy link", "follow_or_share"},
    {"link copied", "follow_or_share"},
    {"save", "follow_or_share"},
    {"listen to this article", "follow_or_share"},
    {"listen to article", "follow_or_share"},
    {"gift article", "follow_or_share"},
    {"bookmark", "follow_or_share"},
    {"print this article", "follow_or_share"},
    {"a a", "follow_or_share"},
    {"text size", "follow_or_share"},
    {"teilen", "follow_or_share"},
    {"partager", "follow_or_share"},
    {"compartir", "follow_or_share"},
    {"поделиться", "follow_or_share"},
    {"شارك", "follow_or_share"},
    {"分享", "follow_or_share"},
    {"分享到", "follow_or_share"},
    {"paylaş", "follow_or_share"},
    {"condividi", "follow_or_share"},
    {"most popular", "related_link"},
    {"most read", "related_link"},
    {"most viewed", "related_link"},
    {"most recent", "related_link"},
    {"most commented", "related_link"},
    {"most shared", "related_link"},
    {"popular", "related_link"},
    {"popular now", "related_link"},
    {"popular news", "related_link"},
    {"popular posts", "related_link"},
    {"popular stories", "related_link"},
    {"popular articles", "related_link"},
    {"recent posts", "related_link"},
    {"recent articles", "related_link"},
    {"recent news", "related_link"},
    {"latest", "related_link"},
    {"latest news", "related_link"},
    {"latest stories", "related_link"},
    {"latest posts", "related_link"},
    {"latest articles", "related_link"},
    {"latest headlines", "related_link"},
    {"news line", "related_link"},
    {"newsline", "related_link"},
    {"news feed", "related_link"},
    {"news ticker", "related_link"},
    {"breaking news", "related_link"},
    {"live updates", "related_link"},
    {"headlines", "related_link"},
    {"top stories", "related_link"},
    {"top news", "related_link"},
    {"top headlines", "related_link"},
    {"more stories", "related_link"},
    {"more news", "related_link"},
    {"other news", "related_link"},
    {"other stories", "related_link"},
    {"in other news", "related_link"},
    {"more headlines", "related_link"},
    {"more articles", "related_link"},
    {"more like this", "related_link"},
    {"more on this story", "related_link"},
    {"more on this topic", "related_link"},
    {"trending", "related_link"},
    {"trending now", "related_link"},
    {"trending news", "related_link"},
    {"trending stories", "related_link"},
    {"whats trending", "related_link"},
    {"related", "related_link"},
    {"related articles", "related_link"},
    {"related article", "related_link"},
    {"related news", "related_link"},
    {"related stories", "related_link"},
    {"related story", "related_link"},
    {"related posts", "related_link"},
    {"related post", "related_link"},
    {"related content", "related_link"},
    {"related links", "related_link"},
    {"related topics", "related_link"},
    {"related coverage", "related_link"},
    {"related video", "related_link"},
    {"related videos", "related_link"},
    {"related items", "related_link"},
    {"you may also like", "related_link"},
    {"you might also like", "related_link"},
    {"you might like", "related_link"},
    {"you may like", "related_link"},
    {"you may be interested in", "related_link"},
    {"you might be interested in", "related_link"},
    {"recommended", "related_link"},
    {"recommended for you", "related_link"},
    {"recommended articles", "related_link"},
    {"recommended stories", "related_link"},
    {"recommended reading", "related_link"},
    {"suggested for you", "related_link"},
    {"from the web", "related_link"},
    {"around the web", "related_link"},
    {"promoted stories", "related_link"},
    {"sponsored stories", "related_link"},
    {"editors picks", "related_link"},
    {"editors pick", "related_link"},
    {"editors choice", "related_link"},
    {"must read", "related_link"},
    {"must reads", "related_link"},
    {"dont miss", "related_link"},
    {"read next", "related_link"},
    {"up next", "related_link"},
    {"next up", "related_link"},
    {"whats next", "related_link"},
    {"next article", "related_link"},
    {"previous article", "related_link"},
    {"next post", "related_link"},
    {"previous post", "related_link"},
    {"next story", "related_link"},
    {"previous story", "related_link"},
    {"also read", "related_link"},
    {"read also", "related_link"},
    {"see also", "related_link"},
    {"also see", "related_link"},
    {"lesen sie auch", "related_link"},
    {"mehr zum thema", "related_link"},
    {"das könnte sie auch interessieren", "related_link"},
    {"lire aussi", "related_link"},
    {"à lire aussi", "related_link"},
    {"sur le même sujet", "related_link"},
    {"lea también", "related_link"},
    {"te puede interesar", "related_link"},
    {"noticias relacionadas", "related_link"},
    {"leia também", "related_link"},
    {"leia mais", "related_link"},
    {"leggi anche", "related_link"},
    {"lees ook", "related_link"},
    {"читайте также", "related_link"},
    {"материалы по теме", "related_link"},
    {"по теме", "related_link"},
    {"новости по теме", "related_link"},
    {"ilgili haberler", "related_link"},
    {"baca juga", "related_link"},
    {"اقرأ أيضا", "related_link"},
    {"اقرأ أيضاً", "related_link"},
    {"相关阅读", "related_link"},
    {"延伸阅读", "related_link"},
    {"相关新闻", "related_link"},
    {"推荐阅读", "related_link"},
    {"相关文章", "related_link"},
    {"read more", "read_more"},
    {"read full article", "read_more"},
    {"read entire article", "read_more"},
    {"read the full article", "read_more"},
    {"read full story", "read_more"},
    {"read the full story", "read_more"},
    {"read the rest", "read_more"},
    {"read original", "read_more"},
    {"read original article", "read_more"},
    {"view original article", "read_more"},
    {"view original", "read_more"},
    {"original article", "read_more"},
    {"source link", "read_more"},
    {"continue reading", "read_more"},
    {"keep reading", "read_more"},
    {"learn more", "read_more"},
    {"find out more", "read_more"},
    {"show more", "read_more"},
    {"see more", "read_more"},
    {"view more", "read_more"},
    {"load more", "read_more"},
    {"more", "read_more"},
    {"see all", "read_more"},
    {"view all", "read_more"},
    {"show all", "read_more"},
    {"story continues below", "read_more"},
    {"story continues", "read_more"},
    {"article continues below", "read_more"},
    {"weiterlesen", "read_more"},
    {"mehr lesen", "read_more"},
    {"lire la suite", "read_more"},
    {"leer más", "read_more"},
    {"читать далее", "read_more"},
    {"阅读全文", "read_more"},
    {"阅读更多", "read_more"},
    {"اقرأ المزيد", "read_more"},
    {"advertisement", "advertisement"},
    {"advertisements", "advertisement"},
    {"advertising", "advertisement"},
    {"advertise", "advertisement"},
    {"advertise with us", "advertisement"},
    {"sponsored", "advertisement"},
    {"sponsored content", "advertisement"},
    {"promoted", "advertisement"},
    {"ad", "advertisement"},
    {"ads", "advertisement"},
    {"anzeige", "advertisement"},
    {"werbung", "advertisement"},
    {"publicité", "advertisement"},
    {"publicidad", "advertisement"},
    {"publicidade", "advertisement"},
    {"pubblicità", "advertisement"},
    {"реклама", "advertisement"},
    {"إعلان", "advertisement"},
    {"广告", "advertisement"},
    {"scroll to continue", "advertisement"},
    {"article continues after advertisement", "advertisement"},
    {"story continues below advertisement", "advertisement"},
    {"story continues after advertisement", "advertisement"},
    {"remove ads", "advertisement"},
    {"scroll to continue with content", "advertisement"},
    {"newsletter", "newsletter"},
    {"newsletters", "newsletter"},
    {"subscribe", "newsletter"},
    {"subscribe now", "newsletter"},
    {"subscribe today", "newsletter"},
    {"sign up", "newsletter"},
    {"sign up now", "newsletter"},
    {"email address", "newsletter"},
    {"your email address", "newsletter"},
    {"enter your email", "newsletter"},
    {"enter your email address", "newsletter"},
    {"get our newsletter", "newsletter"},
    {"our newsletter", "newsletter"},
    {"подписаться", "newsletter"},
    {"sign in", "navigation"},
    {"log in", "navigation"},
    {"login", "navigation"},
    {"log out", "navigation"},
    {"register", "navigation"},
    {"home", "navigation"},
    {"menu", "navigation"},
    {"search", "navigation"},
    {"search for", "navigation"},
    {"back to top", "navigation"},
    {"top", "navigation"},
    {"skip to content", "navigation"},
    {"skip to main content", "navigation"},
    {"close", "navigation"},
    {"next", "navigation"},
    {"previous", "navigation"},
    {"prev", "navigation"},
    {"back", "navigation"},
    {"contact us", "navigation"},
    {"about us", "navigation"},
    {"privacy policy", "navigation"},
    {"terms of use", "navigation"},
    {"terms of service", "navigation"},
    {"cookie policy", "navigation"},
    {"view gallery", "navigation"},
    {"photo gallery", "navigation"},
    {"hide caption", "navigation"},
    {"toggle caption", "navigation"},
    {"enlarge this image", "navigation"},
    {"loading", "navigation"},
    {"play video", "navigation"},
    {"watch video", "navigation"},
    {"view image", "navigation"},
    {"tags", "tags"},
    {"topics", "tags"},
    {"in this article", "tags"},
    {"filed under", "tags"},
    {"categories", "tags"},
    {"keywords", "tags"},
    {"теги", "tags"},
    {"comments", "comments"},
    {"comment", "comments"},
    {"view comments", "comments"},
    {"show comments", "comments"},
    {"post a comment", "comments"},
    {"add a comment", "comments"},
    {"leave a comment", "comments"},
    {"leave a reply", "comments"},
    {"join the conversation", "comments"},
    {"join the discussion", "comments"},
    {"no comments", "comments"},
    {"no comments yet", "comments"},
    {"cancel reply", "comments"},
    {"reply", "comments"},
    {"kommentare", "comments"},
    {"комментарии", "comments"},
    {"التعليقات", "comments"},
    {"评论", "comments"},
    {"all rights reserved", "legal"},
    {"report this ad", "advertisement"},
    {"report an error", "legal"},
    {"copyright", "legal"},
    {"image source", "navigation"},
    {"about the author", "author_box"},
    {"about author", "author_box"},
    {"author", "author_box"},
    {"written by", "author_box"},
    {"about the writer", "author_box"},
    {"about the authors", "author_box"},
};

// Beginnings after which a colon, bar, dash or arrow makes the line a pointer to something else.
constexpr Entry kMarkedPrefixes[] = {
    {"also read", "related_link"},
    {"read also", "related_link"},
    {"read more", "related_link"},
    {"read next", "related_link"},
    {"read", "related_link"},
    {"must read", "related_link"},
    {"see also", "related_link"},
    {"also see", "related_link"},
    {"see more", "related_link"},
    {"related", "related_link"},
    {"related story", "related_link"},
    {"related stories", "related_link"},
    {"related article", "related_link"},
    {"related articles", "related_link"},
    {"related news", "related_link"},
    {"related post", "related_link"},
    {"related posts", "related_link"},
    {"related links", "related_link"},
    {"related topics", "related_link"},
    {"related video", "related_link"},
    {"related reading", "related_link"},
    {"related coverage", "related_link"},
    {"watch", "related_link"},
    {"watch also", "related_link"},
    {"watch now", "related_link"},
    {"watch more", "related_link"},
    {"also watch", "related_link"},
    {"listen", "related_link"},
    {"recommended", "related_link"},
    {"recommended reading", "related_link"},
    {"dont miss", "related_link"},
    {"you may also like", "related_link"},
    {"you might also like", "related_link"},
    {"you may like", "related_link"},
    {"more", "related_link"},
    {"more on this", "related_link"},
    {"more on this story", "related_link"},
    {"more from", "related_link"},
    {"read the full story", "related_link"},
    {"previous", "related_link"},
    {"next", "related_link"},
    {"further reading", "related_link"},
    {"lesen sie auch", "related_link"},
    {"lesen sie mehr", "related_link"},
    {"mehr zum thema", "related_link"},
    {"lire aussi", "related_link"},
    {"à lire aussi", "related_link"},
    {"lire également", "related_link"},
    {"lea también", "related_link"},
    {"lee también", "related_link"},
    {"le puede interesar", "related_link"},
    {"leia também", "related_link"},
    {"leia mais", "related_link"},
    {"leggi anche", "related_link"},
    {"lees ook", "related_link"},
    {"читайте также", "related_link"},
    {"читать также", "related_link"},
    {"читайте", "related_link"},
    {"ilgili haber", "related_link"},
    {"baca juga", "related_link"},
    {"اقرأ أيضا", "related_link"},
    {"اقرأ أيضاً", "related_link"},
    {"إقرأ أيضا", "related_link"},
    {"相关阅读", "related_link"},
    {"延伸阅读", "related_link"},
    {"推荐阅读", "related_link"},
    {"相关新闻", "related_link"},
    {"tags", "tags"},
    {"tag", "tags"},
    {"topics", "tags"},
    {"filed under", "tags"},
    {"posted in", "tags"},
    {"categories", "tags"},
    {"keywords", "tags"},
    {"related tags", "tags"},
    {"теги", "tags"},
    {"schlagwörter", "tags"},
    {"follow us", "follow_or_share"},
    {"share", "follow_or_share"},
    {"share on", "follow_or_share"},
    {"share this", "follow_or_share"},
    {"关键词", "tags"},
    {"标签", "tags"},
};

// Beginnings that are enough by themselves.
constexpr Entry kPrefixes[] = {
    {"follow us on", "follow_or_share"},
    {"follow us at", "follow_or_share"},
    {"follow us for", "follow_or_share"},
    {"follow our", "follow_or_share"},
    {"follow the author on", "follow_or_share"},
    {"like us on", "follow_or_share"},
    {"find us on", "follow_or_share"},
    {"share this article", "follow_or_share"},
    {"share this story", "follow_or_share"},
    {"share this post", "follow_or_share"},
    {"share this on", "follow_or_share"},
    {"share on facebook", "follow_or_share"},
    {"share on twitter", "follow_or_share"},
    {"share on x", "follow_or_share"},
    {"share on whatsapp", "follow_or_share"},
    {"share on linkedin", "follow_or_share"},
    {"click to share", "follow_or_share"},
    {"click to email", "follow_or_share"},
    {"click to print", "follow_or_share"},
    {"join our whatsapp", "follow_or_share"},
    {"join our telegram", "follow_or_share"},
    {"join us on", "follow_or_share"},
    {"join our channel", "follow_or_share"},
    {"join our group", "follow_or_share"},
    {"join our community", "follow_or_share"},
    {"download our app", "follow_or_share"},
    {"download the app", "follow_or_share"},
    {"download our free", "follow_or_share"},
    {"catch all the", "follow_or_share"},
    {"stay up to date with", "newsletter"},
    {"stay up to date on", "newsletter"},
    {"stay updated with", "newsletter"},
    {"stay informed with", "newsletter"},
    {"subscribe to our", "newsletter"},
    {"subscribe to the", "newsletter"},
    {"subscribe here", "newsletter"},
    {"subscribe now", "newsletter"},
    {"subscribe for", "newsletter"},
    {"sign up for our", "newsletter"},
    {"sign up for the", "newsletter"},
    {"sign up to our", "newsletter"},
    {"sign up to the", "newsletter"},
    {"sign up to receive", "newsletter"},
    {"sign up here", "newsletter"},
    {"sign up for free", "newsletter"},
    {"get our free", "newsletter"},
    {"get the latest", "newsletter"},
    {"get breaking news", "newsletter"},
    {"get our newsletter", "newsletter"},
    {"get the best of", "newsletter"},
    {"get all the latest", "newsletter"},
    {"receive our newsletter", "newsletter"},
    {"by signing up you", "newsletter"},
    {"by submitting your email", "newsletter"},
    {"by subscribing you", "newsletter"},
    {"by entering your email", "newsletter"},
    {"by providing your email", "newsletter"},
    {"thank you for subscribing", "newsletter"},
    {"thanks for signing up", "newsletter"},
    {"want more stories like this", "newsletter"},
    {"become a member", "newsletter"},
    {"already a subscriber", "newsletter"},
    {"already a member", "newsletter"},
    {"already have an account", "newsletter"},
    {"to continue reading", "newsletter"},
    {"this article is for subscribers", "newsletter"},
    {"support our journalism", "newsletter"},
    {"abonnieren sie", "newsletter"},
    {"подписывайтесь на", "newsletter"},
    {"подпишитесь на", "newsletter"},
    {"suscríbete", "newsletter"},
    {"abonnez vous", "newsletter"},
    {"تابعونا", "follow_or_share"},
    {"关注我们", "follow_or_share"},
    {"read entire article", "read_more"},
    {"read full article", "read_more"},
    {"read the full article", "read_more"},
    {"read the original article", "read_more"},
    {"read the original story", "read_more"},
    {"click here to read", "read_more"},
    {"click here for more", "read_more"},
    {"click here to subscribe", "newsletter"},
    {"click here to sign up", "newsletter"},
    {"click here to join", "follow_or_share"},
    {"story continues below", "advertisement"},
    {"article continues below", "advertisement"},
    {"story continues after", "advertisement"},
    {"article continues after", "advertisement"},
    {"advertisement scroll", "advertisement"},
    {"this site uses cookies", "legal"},
    {"this website uses cookies", "legal"},
    {"we use cookies", "legal"},
    {"by continuing to use this", "legal"},
    {"all rights reserved", "legal"},
    {"you must be logged in to", "comments"},
    {"your email address will not be published", "comments"},
    {"please log in to", "comments"},
    {"log in to comment", "comments"},
    {"skip to", "navigation"},
    {"more from this", "related_link"},
};

const Set& social_names() {
  static const Set set{
      "facebook",  "twitter", "whatsapp",    "telegram",  "linkedin", "pinterest", "reddit",
      "instagram", "youtube", "tumblr",      "messenger", "threads",  "pocket",    "flipboard",
      "viber",     "vk",      "vkontakte",   "sms",       "bluesky",  "tiktok",    "tweet",
      "email",     "mail",    "print",       "skype",     "weibo",    "wechat",    "odnoklassniki",
      "rss",       "line",    "x",           "pinit",     "youtube",  "mastodon",  "messenger",
      "truth",     "gab",     "stumbleupon", "google",    "digg"};
  return set;
}
const Set& social_fillers() {
  static const Set set{"share",  "on",     "via",     "to",   "this",    "by",       "in",
                       "opens",  "new",    "window",  "copy", "link",    "url",      "save",
                       "follow", "us",     "article", "post", "page",    "send",     "click",
                       "a",      "friend", "with",    "more", "comment", "comments", "plus",
                       "and",    "app",    "social",  "or",   "story",   "icon",     "logo",
                       "the",    "pin",    "it",      "news", "like",    "listen",   "0"};
  return set;
}
const Set& counter_units() {
  static const Set set{"second", "seconds", "sec",       "secs",   "minute", "minutes", "min",
                       "mins",   "hour",    "hours",     "hr",     "hrs",    "day",     "days",
                       "week",   "weeks",   "month",     "months", "year",   "years",   "h",
                       "d",      "m",       "s",         "k",      "a",      "an",      "one",
                       "by",     "updated", "published", "posted", "last",   "on",      "about",
                       "of",     "time",    "reading"};
  return set;
}
const Set& counter_marks() {
  static const Set set{"ago",  "views", "view", "comments", "comment", "shares",  "share", "likes",
                       "like", "reads", "read", "listen",   "watch",   "replies", "votes"};
  return set;
}
const Set& roles() {
  static const Set set{
      "president",  "director",  "professor",  "expert",        "editor",      "fellow",
      "researcher", "analyst",   "chairman",   "chairwoman",    "chairperson", "chair",
      "founder",    "cofounder", "ceo",        "correspondent", "columnist",   "lecturer",
      "scholar",    "scientist", "economist",  "journalist",    "reporter",    "author",
      "consultant", "adviser",   "advisor",    "associate",     "dean",        "rector",
      "secretary",  "head",      "manager",    "coordinator",   "contributor", "specialist",
      "writer",     "candidate", "strategist", "ambassador",    "partner",     "dr",
      "prof",       "member",    "historian",  "commentator",   "diplomat",    "officer"};
  return set;
}
const Set& name_particles() {
  static const Set set{"de",  "da",  "van", "von", "der", "den", "del", "di",  "la", "le", "al",
                       "bin", "ibn", "el",  "ul",  "ur",  "dos", "du",  "ter", "zu", "af"};
  return set;
}

template <std::size_t n>
const std::unordered_map<std::string_view, std::string_view>& table(const Entry (&entries)[n]) {
  static const auto map = [&] {
    std::unordered_map<std::string_view, std::string_view> built;
    for (const Entry& entry : entries) built.emplace(entry.phrase, entry.reason);
    return built;
  }();
  return map;
}

constexpr std::size_t kPrefixWordsMax = 6;

std::size_t start_of(std::string_view folded) {
  const auto byte = [&](std::size_t i) {
    return i < folded.size() ? static_cast<unsigned char>(folded[i]) : 0u;
  };
  return byte(0) << 8 | byte(1);
}

// The first two bytes of all phrases: most lines begin otherwise and need no look-up.
const std::bitset<65536>& phrase_starts() {
  static const auto starts = [] {
    auto bits = std::make_unique<std::bitset<65536>>();
    const auto add = [&](const auto& entries) {
      for (const Entry& entry : entries) bits->set(start_of(entry.phrase));
    };
    add(kWholeLines), add(kMarkedPrefixes), add(kPrefixes);
    return bits;
  }();
  return *starts;
}

// The reason of the longest of the table's phrases that the folded line begins with; `accept` sees its word count.
template <class Accept>
std::string_view longest_prefix(
    const std::unordered_map<std::string_view, std::string_view>& phrases, std::string_view folded,
    Accept accept) {
  std::array<std::size_t, kPrefixWordsMax> ends{};
  std::size_t count = 0;
  for (std::size_t i = 0; i <= folded.size() && count < kPrefixWordsMax; ++i)
    if (i == folded.size() || folded[i] == ' ') ends[count++] = i;
  for (std::size_t k = count; k-- > 0;) {
    const auto hit = phrases.find(folded.substr(0, ends[k]));
    if (hit != phrases.end() && accept(k + 1)) return hit->second;
  }
  return {};
}

template <class Visit>
void for_each_word(std::string_view folded, Visit visit) {
  std::size_t begin = 0;
  while (begin < folded.size()) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    if (end > begin && !visit(folded.substr(begin, end - begin))) return;
    begin = end + 1;
  }
}

// The byte after the first n words of the raw text. Apostrophes do not end a word, as in fold_words.
std::size_t after_words(std::string_view raw, std::size_t n) {
  bool inside = false;
  for (std::size_t i = 0; i < raw.size();) {
    const CodePoint c = decode(raw, i);
    const bool joins = c.value == '\'' || c.value == 0x2019 || is_invisible(c.value);
    const bool word = is_word(c.value);
    if (inside && !word && !joins && --n == 0) return i;
    if (!joins) inside = word;
    i += c.length;
  }
  return raw.size();
}

bool is_marker(char32_t c) {
  switch (c) {
    case ':':
    case '|':
    case '-':
    case '>':
    case 0x2013:
    case 0x2014:
    case 0xBB:
    case 0x203A:
    case 0x2192:
    case 0x25B6:
    case 0x2022:
    case 0xFF1A:
    case 0xFF5C:
      return true;
    default:
      return false;
  }
}
bool marked_after(std::string_view raw, std::size_t words) {
  const std::string_view after = raw.substr(after_words(raw, words));
  const std::string_view rest = trim(after);
  if (rest.empty()) return true;
  const bool hyphen_inside_word =
      rest[0] == '-' && after[0] == '-' && rest.size() > 1 && rest[1] != ' ';
  return is_marker(decode(rest, 0).value) && !hyphen_inside_word;
}

bool is_social_bar(std::string_view folded) {
  bool named = false, only = true;
  for_each_word(folded, [&](std::string_view word) {
    const bool social = social_names().contains(word);
    named |= social;
    return only = social || social_fillers().contains(word);
  });
  return named && only;
}

bool is_number_with_unit(std::string_view word) {  // 12k, 5min
  std::size_t digits = 0;
  while (digits < word.size() && is_digit(word[digits])) ++digits;
  return digits > 0 && (digits == word.size() || counter_units().contains(word.substr(digits)));
}

bool is_copyright(std::string_view raw) {
  const bool sign = raw.starts_with("©") || starts_with_ignoring_case(raw, "(c) ") ||
                    starts_with_ignoring_case(raw, "copyright ©") ||
                    starts_with_ignoring_case(raw, "copyright (c)");
  if (sign) return true;
  return starts_with_ignoring_case(raw, "copyright ") && raw.size() > 10 && is_digit(raw[10]);
}

constexpr std::string_view kCreditWords[] = {
    "photo",      "image",      "picture",      "courtesy", "credit", "getty", "handout",
    "screengrab", "screenshot", "illustration", "foto",     "фото",   "صورة",  "图片",
    "图源",       "摄",         "shutterstock", "file pic", "imago"};
constexpr std::string_view kAgencies[] = {
    "xinhua",    "ap",      "afp", "reuters", "epa",   "tass", "ria",    "dpa",
    "anadolu",   "aa",      "upi", "ians",    "pti",   "ani",  "yonhap", "kyodo",
    "bloomberg", "sputnik", "efe", "ansa",    "belga", "anp"};

bool is_credit(std::string_view inside) {
  if (inside.size() > kCreditBytesMax) return false;
  const std::string folded = fold_words(inside);
  for (const std::string_view word : kCreditWords) {
    const std::size_t at = folded.find(word);
    if (at != std::string::npos &&
        (at == 0 || folded[at - 1] == ' ' || static_cast<unsigned char>(word[0]) >= 128))
      return true;
  }
  const std::size_t slash = inside.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string agency = fold_words(inside.substr(0, slash));
  return std::find(std::begin(kAgencies), std::end(kAgencies), agency) != std::end(kAgencies);
}

std::size_t find_opening(std::string_view raw, char open, char close) {
  int depth = 0;
  for (std::size_t i = raw.size(); i-- > 0 && raw.size() - i <= kCreditBytesMax + 2;) {
    if (raw[i] == close) ++depth;
    if (raw[i] == open && --depth == 0) return i;
  }
  return std::string_view::npos;
}

std::optional<Caption> bracketed_credit(std::string_view raw) {
  std::string_view body = raw;
  if (body.ends_with('.')) body.remove_suffix(1);
  if (body.empty()) return std::nullopt;
  const char close = body.back();
  if (close != ')' && close != ']') return std::nullopt;
  const std::size_t open = find_opening(body, close == ')' ? '(' : '[', close);
  if (open == std::string_view::npos) return std::nullopt;
  if (!is_credit(body.substr(open + 1, body.size() - open - 2))) return std::nullopt;
  return Caption{0, trim(raw.substr(0, open)).size()};
}

constexpr std::string_view kCaptionStarts[] = {"photo:",       "photos:",        "image:",
                                               "picture:",     "file photo:",    "file photo -",
                                               "file photo –", "file photo —",   "file -",
                                               "file –",       "file —",         "photo by ",
                                               "photo credit", "image credit",   "image source",
                                               "photograph:",  "photo courtesy", "picture credit",
                                               "credit:",      "foto:",          "bild:"};
constexpr std::string_view kCreditMarks[] = {
    "photo:",        "image:",        "photograph:", "picture:", "photo by ",
    "photo credit:", "image credit:", "credit:",     "foto:"};

std::optional<Caption> open_credit(std::string_view raw) {
  const std::size_t from = raw.size() > kCreditTailBytes ? raw.size() - kCreditTailBytes : 0;
  for (std::size_t i = from; i + 6 < raw.size(); ++i) {
    if (i > 0 && raw[i - 1] != ' ' && raw[i - 1] != '|' && raw[i - 1] != '.') continue;
    if (std::string_view("picf").find(ascii_lower(raw[i])) == std::string_view::npos) continue;
    for (const std::string_view mark : kCreditMarks) {
      if (!starts_with_ignoring_case(raw.substr(i), mark)) continue;
      if (count_words(raw.substr(i)) > 8 || ends_sentence(raw)) return std::nullopt;
      return Caption{0, trim(raw.substr(0, i)).size()};
    }
  }
  return std::nullopt;
}

bool is_capitalised(std::string_view word) { return is_upper(decode(word, 0).value); }

}  // namespace

bool is_counter(std::string_view folded) {
  bool number = false, mark = false, article = false, only = true;
  for_each_word(folded, [&](std::string_view word) {
    const bool counted = is_number_with_unit(word);
    number |= counted;
    mark |= counter_marks().contains(word);
    article |= word == "a" || word == "an" || word == "one";
    return only = counted || counter_marks().contains(word) || counter_units().contains(word);
  });
  return only && mark && (number || article);
}

std::string_view chrome_reason(const Phrase& line) {
  if (line.words > kChromeWordsMax || line.raw.empty()) return {};
  if (line.folded.empty()) return line.words == 0 && line.raw.size() <= 12 ? "navigation" : "";
  const bool known_start = phrase_starts().test(start_of(line.folded));
  if (line.words <= 8) {
    const auto whole =
        known_start ? table(kWholeLines).find(line.folded) : table(kWholeLines).end();
    if (whole != table(kWholeLines).end()) return whole->second;
    if (is_counter(line.folded)) return "counter";
  }
  if (line.words <= 24 && is_social_bar(line.folded)) return "follow_or_share";
  if (is_copyright(line.raw)) return "legal";
  if (!known_start) return {};
  const auto marked = [&](std::size_t words) { return marked_after(line.raw, words); };
  const std::string_view related = longest_prefix(table(kMarkedPrefixes), line.folded, marked);
  if (!related.empty()) return related;
  return longest_prefix(table(kPrefixes), line.folded, [](std::size_t) { return true; });
}

bool opens_foreign_block(std::string_view folded) {
  const auto whole = table(kWholeLines).find(folded);
  if (whole != table(kWholeLines).end())
    return whole->second == "related_link" || whole->second == "comments";
  return folded.starts_with("more from ") || folded.starts_with("more in ") ||
         folded.starts_with("latest from ") || folded.starts_with("more news from ");
}

std::optional<Caption> find_caption(const Phrase& line) {
  const std::string_view raw = line.raw;
  if (raw.empty() || line.words > kCaptionWordsMax) return std::nullopt;
  if (std::string_view("picfb").find(ascii_lower(raw[0])) != std::string_view::npos) {
    for (const std::string_view start : kCaptionStarts)
      if (starts_with_ignoring_case(raw, start)) return Caption{start.size(), raw.size()};
  }
  if (raw.starts_with("Фото:") || raw.starts_with("图片来源") || raw.starts_with("资料图"))
    return Caption{0, raw.size()};
  if (const auto bracketed = bracketed_credit(raw)) return bracketed;
  return open_credit(raw);
}

std::optional<std::size_t> find_trailing_read_more(std::string_view raw) {
  constexpr std::string_view kEndings[] = {"read more",       "continue reading",
                                           "read full story", "read full article",
                                           "learn more",      "view more"};
  std::size_t end = raw.size();
  while (end > 0) {  // arrows and dots after the words
    const CodePoint c = decode_last(raw, end);
    if (is_word(c.value)) break;
    end -= c.length;
  }
  for (const std::string_view ending : kEndings) {
    if (end < ending.size() || !starts_with_ignoring_case(raw.substr(end - ending.size()), ending))
      continue;
    const std::string_view before = trim(raw.substr(0, end - ending.size()));
    const bool cut = before.ends_with("[") || before.ends_with("»");
    if (cut || ends_sentence(before)) return before.size();
  }
  return std::nullopt;
}

bool is_affiliation(const Phrase& line) {
  if (line.words < 2 || line.words > 18 || ends_sentence(line.raw)) return false;
  const std::size_t mark = line.raw.find_first_of(":,");
  if (mark == std::string_view::npos) return false;
  const std::string head = fold_words(line.raw.substr(0, mark));
  if (count_words(head) > 4) return false;
  const std::string_view last = std::string_view(head).substr(head.rfind(' ') + 1);
  if (roles().contains(last)) return true;
  const std::string_view first = std::string_view(head).substr(0, head.find(' '));
  return line.raw[mark] == ',' && (first == "professor" || first == "director" || first == "head");
}

bool looks_like_name(std::string_view raw) {
  if (raw.empty() || raw.size() > 60) return false;
  std::size_t words = 0;
  bool names = true;
  for (std::size_t i = 0; i < raw.size() && names;) {
    const std::size_t end = std::min(raw.find(' ', i), raw.size());
    const std::string_view word = raw.substr(i, end - i);
    i = end + 1;
    if (word.empty()) continue;
    ++words;
    bool letters = is_word(decode(word, 0).value) && !is_digit(word[0]);
    for (std::size_t k = 0; k < word.size();) {
      const CodePoint c = decode(word, k);
      letters &= (is_word(c.value) && !is_digit(word[k])) || c.value == '.' || c.value == '-' ||
                 c.value == '\'' || c.value == 0x2019;
      k += c.length;
    }
    const char32_t first = decode(word, 0).value;
    const bool caseless = first >= 0x590 && !is_upper(first) && !is_lower(first);
    names = letters && (caseless || is_capitalised(word) || name_particles().contains(word));
  }
  return names && words >= 2 && words <= 5;
}

std::string_view byline_names(std::string_view raw) {
  if (!starts_with_ignoring_case(raw, "by ") && !starts_with_ignoring_case(raw, "by: ")) return {};
  if (raw.size() > 160) return {};
  std::string_view names = trim(raw.substr(raw.find(' ')));
  for (const std::string_view separator : {"|", "/", "•", "·"})
    names = trim(names.substr(0, names.find(separator)));
  std::size_t words = 0, capitalised = 0;
  for (std::size_t i = 0; i < names.size();) {
    const std::size_t end = std::min(names.find(' ', i), names.size());
    const std::string_view word = names.substr(i, end - i);
    i = end + 1;
    if (word.empty()) continue;
    ++words;
    capitalised +=
        is_capitalised(word) || word == "and" || word == "&" || name_particles().contains(word);
  }
  return words >= 1 && words <= 14 && capitalised == words ? names : std::string_view{};
}

}  // namespace copydesk::clean
