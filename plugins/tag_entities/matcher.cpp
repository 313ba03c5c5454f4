#include "matcher.h"

#include <algorithm>
#include <iterator>

#include "unicode.h"

namespace copydesk::tag_entities {
namespace {

constexpr std::size_t kCapitalsLettersMin = 4;  // MALI may be a name anywhere, XI may be a number
constexpr std::size_t kVotingBytesMax = 32;     // of a word; more of it adds nothing
constexpr std::size_t kLineWordsMin = 2;        // fewer say nothing about how a line is set

// Acronyms and codes that are common words when a whole line is in capitals: "WHO IS NEXT".
constexpr std::string_view kWordsInCapitals[] = {"AM", "AS", "HI", "IN", "IS", "IT",
                                                 "ME", "NO", "OK", "OR", "SO", "WHO"};

template <std::size_t N>
bool one_of(std::string_view word, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

std::string_view gap_before(std::string_view text, std::span<const Token> tokens, std::size_t at) {
  const std::size_t begin = at == 0 ? 0 : tokens[at - 1].end;
  return text.substr(begin, tokens[at].begin - begin);
}

std::string_view gap_after(std::string_view text, std::span<const Token> tokens, std::size_t last) {
  const std::size_t end = last + 1 < tokens.size() ? tokens[last + 1].begin : text.size();
  return text.substr(tokens[last].end, end - tokens[last].end);
}

bool one_character_of(std::string_view gap, CharClass wanted) {
  if (gap.empty() || gap.size() > 4) return false;
  const Decoded d = decode(gap, 0);
  return d.bytes == gap.size() && d.code_point != kBrokenByte && char_class(d.code_point) == wanted;
}

// "d'Iran", "l'ONU", "N'Djamena": what may stand before an apostrophe that leads into a name.
bool is_elision(std::string_view word) {
  constexpr std::string_view kElisions[] = {"d", "l", "D", "L", "s", "qu", "dell", "all", "nell"};
  return one_of(word, kElisions);
}

bool is_english_ending(std::string_view word) {
  constexpr std::string_view kEndings[] = {"s", "S", "ll", "LL", "d", "D", "ve", "VE", "re", "RE"};
  return one_of(word, kEndings);
}

bool free_before(std::string_view text, std::span<const Token> tokens, std::size_t at) {
  const std::string_view gap = gap_before(text, tokens, at);
  if (gap.empty()) return true;
  if (gap.back() == '@' || gap.back() == '_') return false;
  if (at > 0 && one_character_of(gap, CharClass::kApostrophe)) {
    return is_elision(tokens[at - 1].in(text));
  }
  return true;
}

bool free_after(std::string_view text, std::span<const Token> tokens, std::size_t last) {
  const std::string_view gap = gap_after(text, tokens, last);
  if (gap.empty()) return true;
  // "US$240": a currency's mark.
  if (gap.front() == '@' || gap.front() == '_' || gap.front() == '$') return false;
  if (last + 1 >= tokens.size()) return true;
  if (one_character_of(gap, CharClass::kApostrophe)) {
    return is_english_ending(tokens[last + 1].in(text));
  }
  // A host or file name goes on in lower case; a sentence that lost its space goes on with a
  // capital.
  return gap != "." || !tokens[last + 1].all_lower() || tokens[last + 1].ideographic;
}

bool gaps_agree(std::string_view form_gap, std::string_view text_gap) {
  if (form_gap == text_gap) return true;
  Gap form;
  Gap found;
  if (!plain_gap(form_gap, form) || !plain_gap(text_gap, found)) return false;
  if (form.view() == found.view()) return true;
  if (form.view() == "." && found.view() == ". ") return true;
  return found.view() == " " && (form.view() == "-" || form.view() == ". " || form.view() == ", ");
}

// What the case of one word of the text says about the word of the form; letters are known to
// agree.
enum class WordCase { kWrong, kSame, kCapitals };

WordCase compare_case(const Token& form_word, const Form& form, const Token& word,
                      std::string_view text, bool form_all_lower, bool first) {
  if (form.case_rule == CaseRule::kAny) return WordCase::kSame;
  if (same_text(form_word.in(form.text), word.in(text))) return WordCase::kSame;
  if (form.case_rule == CaseRule::kExact) return WordCase::kWrong;
  if (form_word.all_lower() && (form_all_lower || !first)) return WordCase::kSame;
  return word.all_upper() ? WordCase::kCapitals : WordCase::kWrong;
}

// Compares letters, case and gaps of a form with the text word by word.
bool spelled_alike(const Form& form, std::string_view text, std::span<const Token> words,
                   bool& capitals) {
  thread_local std::vector<Token> form_words;
  tokenize(form.text, form_words);
  if (form_words.size() != words.size()) return false;
  const bool form_all_lower = std::all_of(form_words.begin(), form_words.end(),
                                          [](const Token& t) { return t.all_lower(); });
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!same_letters(form_words[i].in(form.text), words[i].in(text))) return false;
    if (i > 0 && !gaps_agree(gap_before(form.text, form_words, i), gap_before(text, words, i))) {
      return false;
    }
    const WordCase agrees =
        compare_case(form_words[i], form, words[i], text, form_all_lower, i == 0);
    if (agrees == WordCase::kWrong) return false;
    if (agrees == WordCase::kCapitals) capitals = true;
  }
  return true;
}

bool case_convinces(const Form& form, std::string_view text, std::span<const Token> tokens,
                    const Match& found) {
  if (found.tokens > 1) return true;
  const Token& word = tokens[found.first_token];
  if (found.capitals) {
    return cased_letters(word.in(text).substr(0, kVotingBytesMax)) >= kCapitalsLettersMin ||
           line_case(text, tokens, found.first_token) == LineCase::kCapitals;
  }
  return !one_of(form.text, kWordsInCapitals) ||
         line_case(text, tokens, found.first_token) != LineCase::kCapitals;
}

// The best form of a chain of homonyms: the longest that fits as written ("OPEC+" before "OPEC"),
// the first of equals; else the first that fits in capitals.
bool best_of_chain(const Gazetteer& gazetteer, std::uint32_t chain, std::string_view text,
                   std::span<const Token> tokens, std::size_t at, std::size_t count, Match& best) {
  bool found = false;
  bool as_written = false;
  for (std::uint32_t i = chain; i != Gazetteer::kNone; i = gazetteer.next_form(i)) {
    Match candidate;
    const Form form = gazetteer.form(i);
    if (form.tokens != count || !fits(form, text, tokens, at, candidate)) continue;
    candidate.form = i;
    const bool better = !found || (!candidate.capitals && !as_written) ||
                        (candidate.capitals != as_written && candidate.end > best.end);
    if (better) best = candidate;
    found = true;
    as_written |= !candidate.capitals;
  }
  return found;
}

// Calls `each` with the best form of every length at token `at`, the shortest first.
template <class Each>
void each_length(const Gazetteer& gazetteer, std::string_view text, std::span<const Token> tokens,
                 std::size_t at, Each each) {
  if (!gazetteer.may_begin(tokens[at])) return;
  std::uint64_t hash = Gazetteer::kStart;
  Gazetteer::Prefix prefix;
  const std::size_t last = std::min(tokens.size(), at + kFormTokensMax);
  for (std::size_t i = at; i < last; ++i) {
    hash = Gazetteer::extend(hash, tokens[i].hash);
    if (!gazetteer.find(hash, prefix)) return;
    Match found;
    if (prefix.form != Gazetteer::kNone &&
        best_of_chain(gazetteer, prefix.form, text, tokens, at, i + 1 - at, found)) {
      each(found);
    }
    if (!prefix.longer) return;
  }
}

}  // namespace

bool leads_to_addition(std::string_view raw) {
  Gap gap;
  return plain_gap(raw, gap) && (gap.view() == ", " || gap.view() == "," || gap.view() == " (");
}

bool party_before(std::string_view text, std::span<const Token> tokens, std::size_t at) {
  if (at < 2 || gap_before(text, tokens, at) != "-") return false;
  const std::string_view party = tokens[at - 1].in(text);
  return (party == "D" || party == "R" || party == "I") &&
         leads_to_addition(gap_before(text, tokens, at - 1));
}

LineCase line_case(std::string_view text, std::span<const Token> tokens, std::size_t at) {
  const auto broken = [&](std::size_t token) {
    return has_line_end(gap_before(text, tokens, token));
  };
  std::size_t first = at;
  while (first > 0 && at - first < kLineTokensMax && !broken(first)) --first;
  std::size_t last = at;
  while (last + 1 < tokens.size() && last - at < kLineTokensMax && !broken(last + 1)) ++last;

  std::size_t words = 0, capitals = 0, titles = 0;
  for (std::size_t i = first; i <= last; ++i) {
    // Short words keep their lower case in titles and are often acronyms, so they do not vote.
    if (cased_letters(tokens[i].in(text).substr(0, kVotingBytesMax)) < kCapitalsLettersMin)
      continue;
    ++words;
    capitals += tokens[i].all_upper();
    titles += tokens[i].first_upper;
  }
  if (words < kLineWordsMin) return LineCase::kRunning;
  if (capitals * 10 >= words * 8) return LineCase::kCapitals;
  return titles * 10 >= words * 8 ? LineCase::kTitle : LineCase::kRunning;
}

bool fits(const Form& form, std::string_view text, std::span<const Token> tokens, std::size_t at,
          Match& match) {
  if (form.use == FormUse::kBehind && !leads_to_addition(gap_before(text, tokens, at)) &&
      !party_before(text, tokens, at)) {
    return false;
  }
  const std::size_t last = at + form.tokens - 1;
  match.first_token = static_cast<std::uint32_t>(at);
  match.tokens = form.tokens;
  match.begin = tokens[at].begin;
  match.end = tokens[last].end;
  match.capitals = false;
  const std::string_view found = text.substr(match.begin, match.end - match.begin);
  if (found != form.text &&
      !spelled_alike(form, text, tokens.subspan(at, form.tokens), match.capitals)) {
    return false;
  }
  if (!case_convinces(form, text, tokens, match)) return false;
  if (form.use == FormUse::kFirstHalf) {
    return last + 1 < tokens.size() && free_before(text, tokens, at) &&
           one_character_of(gap_after(text, tokens, last), CharClass::kHyphen);
  }
  if (form.final != 0 && text.substr(match.end).starts_with(form.final)) {
    ++match.end;
    return free_before(text, tokens, at);
  }
  if (form.final == '+' || (form.final != 0 && form.use == FormUse::kBehind)) return false;
  return free_before(text, tokens, at) && free_after(text, tokens, last);
}

void match(const Gazetteer& gazetteer, std::string_view text, std::span<const Token> tokens,
           std::vector<Match>& matches) {
  for (std::size_t at = 0; at < tokens.size();) {
    Match longest;
    each_length(gazetteer, text, tokens, at, [&](const Match& found) { longest = found; });
    if (longest.tokens > 0) matches.push_back(longest);
    at += std::max(1U, longest.tokens);
  }
}

void match_all(const Gazetteer& gazetteer, std::string_view text, std::span<const Token> tokens,
               std::vector<Match>& matches) {
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const auto first = static_cast<std::ptrdiff_t>(matches.size());
    each_length(gazetteer, text, tokens, at, [&](const Match& m) { matches.push_back(m); });
    std::reverse(matches.begin() + first, matches.end());
  }
}

}  // namespace copydesk::tag_entities
