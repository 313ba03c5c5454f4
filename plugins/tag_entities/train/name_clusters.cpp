// Groups words that stand among like neighbours, and counts how often each is capitalised in
// running text. Run by tools/train_entities:
//
//   name_clusters OUT PASSES CLUSTERS,CLUSTERS,CLUSTERS FILE...
//
// Files are plain text; a blank line or not makes no difference. Writes a line a word: its hash,
// its cluster in each of the three clusterings, its case. The clustering is the exchange algorithm
// (Martin, Ney, Liermann 1998) on pairs of neighbouring words: each word moves to the cluster that
// makes the text most probable, until the passes are over. The same text gives the same clusters.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "tag_entities/lexicon.h"
#include "tag_entities/reading.h"

namespace copydesk::tag_entities {
namespace {

constexpr std::uint32_t kUsesMin = 4;  // of a word that gets a cluster
constexpr std::size_t kWordsMax = 80'000;
constexpr std::uint32_t kBorder = 0, kRare = 1, kNumber = 2, kForeign = 3;  // words of their own
constexpr std::uint32_t kReserved = 4;
constexpr std::size_t kTableMax = 1 << 20;
constexpr std::size_t kTextClusterings = 3;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "name_clusters: %s\n", why.c_str());
  std::exit(1);
}

struct Use {
  std::uint64_t folded = 0;
  std::uint32_t count = 0, small = 0, capital = 0;
};

struct Corpus {
  std::vector<std::vector<std::uint64_t>> sentences;  // folded hashes; 0 a number, 1 foreign
  std::unordered_map<std::uint64_t, Use> uses;
};

void read_text(const std::string& path, Corpus& corpus) {
  std::ifstream in(path, std::ios::binary);
  if (!in) give_up("cannot open " + path);
  const Lexicon empty{{std::vector<std::uint32_t>{}, {}, 31}, {}, {}, {}};
  static const std::vector<std::uint32_t> kStarts(3);
  Lexicon lexicon = empty;
  lexicon.words.starts = lexicon.phrases.starts = kStarts;
  Spellings spellings(lexicon);
  Reading reading;
  std::vector<Token> tokens;
  for (std::string line; std::getline(in, line);) {
    if (line.size() < 2) continue;
    if (spellings.size() > 50'000) spellings.clear();
    tokenize(line, tokens);
    const std::string_view texts[] = {line};
    const std::vector<Token>* const all[] = {&tokens};
    reading.read(texts, all, spellings);
    const FieldReading& field = reading.fields()[0];
    for (const Sentence& s : field.sentences) {
      std::vector<std::uint64_t> sentence;
      for (std::uint32_t i = s.begin; i < s.end; ++i) {
        const Word& word = field.words[i];
        if (word.kind == WordKind::kNumber || word.kind == WordKind::kForeign) {
          sentence.push_back(word.kind == WordKind::kForeign);
          continue;
        }
        sentence.push_back(word.folded);
        Use& use = corpus.uses[word.folded];
        use.folded = word.folded;
        ++use.count;
        if (i == s.begin || s.look != LineLook::kRunning) continue;
        if (field.words[i - 1].kind == WordKind::kMark) continue;
        use.small += !word.any_upper;
        use.capital += word.first_upper;
      }
      corpus.sentences.push_back(std::move(sentence));
    }
  }
}

struct Neighbour {
  std::uint32_t word = 0, count = 0;
};

struct Pairs {
  std::vector<std::uint32_t> starts;
  std::vector<Neighbour> list;
};

// The neighbours of each word: those that follow it, or those it follows.
Pairs pairs_of(const std::vector<std::uint64_t>& sorted, std::size_t words) {
  Pairs pairs;
  pairs.starts.assign(words + 1, 0);
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
    pairs.list.push_back(
        {static_cast<std::uint32_t>(sorted[i]), static_cast<std::uint32_t>(end - i)});
    ++pairs.starts[(sorted[i] >> 32) + 1];
    i = end;
  }
  for (std::size_t i = 1; i < pairs.starts.size(); ++i) pairs.starts[i] += pairs.starts[i - 1];
  return pairs;
}

class Exchange {
 public:
  Exchange(const Pairs& after, const Pairs& before, std::size_t words, std::size_t clusters)
      : after_(after),
        before_(before),
        clusters_(clusters),
        cluster_(words),
        count_(words),
        forth_(clusters * clusters),
        back_(clusters * clusters),
        totals_(clusters),
        seen_before_(clusters),
        seen_after_(clusters),
        gain_(clusters),
        table_(kTableMax) {
    for (std::size_t i = 1; i < table_.size(); ++i) {
      table_[i] = static_cast<float>(static_cast<double>(i) * std::log(static_cast<double>(i)));
    }
    for (std::uint32_t w = 0; w < words; ++w) {
      // The reserved words keep clusters of their own.
      cluster_[w] =
          w < kReserved
              ? w
              : kReserved + (w - kReserved) % static_cast<std::uint32_t>(clusters - kReserved);
    }
    for (std::uint32_t w = 0; w < words; ++w) {
      for (std::uint32_t i = after.starts[w]; i < after.starts[w + 1]; ++i) {
        const Neighbour& n = after.list[i];
        at(forth_, cluster_[w], cluster_[n.word]) += n.count;
        at(back_, cluster_[n.word], cluster_[w]) += n.count;
        count_[w] += n.count;
      }
      totals_[cluster_[w]] += count_[w];
    }
  }

  std::size_t pass() {
    std::size_t moved = 0;
    for (std::uint32_t w = kReserved; w < cluster_.size(); ++w) moved += move(w);
    return moved;
  }
  std::uint32_t cluster(std::uint32_t word) const { return cluster_[word]; }

 private:
  std::int32_t& at(std::vector<std::int32_t>& table, std::uint32_t row,
                   std::uint32_t column) const {
    return table[row * clusters_ + column];
  }
  float weigh(std::int32_t n) const {
    if (n < static_cast<std::int32_t>(table_.size())) return table_[static_cast<std::size_t>(n)];
    return static_cast<float>(n * std::log(static_cast<double>(n)));
  }

  void collect(const Pairs& pairs, std::uint32_t w, std::vector<std::int32_t>& seen,
               std::vector<std::uint32_t>& list) {
    list.clear();
    for (std::uint32_t i = pairs.starts[w]; i < pairs.starts[w + 1]; ++i) {
      const Neighbour& n = pairs.list[i];
      if (n.word == w) continue;  // beside itself: hardly ever, left aside
      if (seen[cluster_[n.word]] == 0) list.push_back(cluster_[n.word]);
      seen[cluster_[n.word]] += static_cast<std::int32_t>(n.count);
    }
  }

  void shift(std::uint32_t cluster, std::uint32_t w, std::int32_t sign) {
    for (const std::uint32_t g : befores_) {
      at(forth_, g, cluster) += sign * seen_before_[g];
      at(back_, cluster, g) += sign * seen_before_[g];
    }
    for (const std::uint32_t g : afters_) {
      at(forth_, cluster, g) += sign * seen_after_[g];
      at(back_, g, cluster) += sign * seen_after_[g];
    }
    totals_[cluster] += sign * static_cast<std::int32_t>(count_[w]);
  }

  bool move(std::uint32_t w) {
    collect(before_, w, seen_before_, befores_);
    collect(after_, w, seen_after_, afters_);
    const std::uint32_t old = cluster_[w];
    shift(old, w, -1);
    const auto n = static_cast<std::int32_t>(count_[w]);
    for (std::size_t k = 0; k < clusters_; ++k) {
      gain_[k] = -2 * (weigh(totals_[k] + n) - weigh(totals_[k]));
    }
    const auto add = [&](const std::vector<std::int32_t>& table, std::uint32_t g,
                         std::int32_t seen) {
      const std::int32_t* row = table.data() + g * clusters_;
      for (std::size_t k = 0; k < clusters_; ++k) gain_[k] += weigh(row[k] + seen) - weigh(row[k]);
    };
    for (const std::uint32_t g : befores_) add(forth_, g, seen_before_[g]);
    for (const std::uint32_t g : afters_) add(back_, g, seen_after_[g]);
    std::uint32_t best = old;
    for (std::uint32_t k = kReserved; k < clusters_; ++k) {
      if (gain_[k] > gain_[best]) best = k;
    }
    cluster_[w] = best;
    shift(best, w, 1);
    for (const std::uint32_t g : befores_) seen_before_[g] = 0;
    for (const std::uint32_t g : afters_) seen_after_[g] = 0;
    return best != old;
  }

  const Pairs& after_;
  const Pairs& before_;
  std::size_t clusters_;
  std::vector<std::uint32_t> cluster_, count_;
  std::vector<std::int32_t> forth_, back_, totals_;  // [a][b]: a before b; b after a
  std::vector<std::int32_t> seen_before_, seen_after_;
  std::vector<std::uint32_t> befores_, afters_;
  std::vector<float> gain_, table_;
};

int case_of(const Use& use) {
  const std::uint32_t all = use.small + use.capital;
  if (all < 2) return 0;
  const double capital = static_cast<double>(use.capital) / all;
  if (capital < 0.05) return 1;
  if (capital < 0.5) return 2;
  return capital < 0.95 ? 3 : 4;
}

int run(int count, char** arguments) {
  if (count < 5) give_up("usage: name_clusters OUT PASSES CLUSTERS,CLUSTERS,CLUSTERS FILE...");
  Corpus corpus;
  for (int i = 4; i < count; ++i) read_text(arguments[i], corpus);
  std::vector<Use> words;
  for (const auto& [folded, use] : corpus.uses) {
    if (use.count >= kUsesMin) words.push_back(use);
  }
  std::sort(words.begin(), words.end(), [](const Use& a, const Use& b) {
    return a.count != b.count ? a.count > b.count : a.folded < b.folded;
  });
  if (words.size() > kWordsMax) words.resize(kWordsMax);
  std::unordered_map<std::uint64_t, std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < words.size(); ++i) numbers.emplace(words[i].folded, i + kReserved);
  std::vector<std::uint64_t> forth, back;
  for (const auto& sentence : corpus.sentences) {
    std::uint64_t last = kBorder;
    const auto pair = [&](std::uint64_t next) {
      forth.push_back(last << 32 | next);
      back.push_back(next << 32 | last);
      last = next;
    };
    for (const std::uint64_t folded : sentence) {
      const auto found = numbers.find(folded);
      pair(folded == 0   ? kNumber
           : folded == 1 ? kForeign
                         : (found == numbers.end() ? kRare : found->second));
    }
    pair(kBorder);
  }
  std::sort(forth.begin(), forth.end());
  std::sort(back.begin(), back.end());
  const std::size_t all = words.size() + kReserved;
  const Pairs after = pairs_of(forth, all), before = pairs_of(back, all);
  std::printf("%zu pairs of neighbours, %zu words\n", forth.size(), words.size());
  std::vector<std::vector<std::uint32_t>> clusterings;
  std::stringstream sizes(arguments[3]);
  for (std::string size; std::getline(sizes, size, ',');) {
    Exchange exchange(after, before, all, std::stoul(size) + kReserved);
    for (int pass = 0; pass < std::atoi(arguments[2]); ++pass) {
      std::printf("%s clusters, pass %d: %zu words moved\n", size.c_str(), pass + 1,
                  exchange.pass());
      std::fflush(stdout);
    }
    clusterings.emplace_back();
    for (std::uint32_t w = 0; w < all; ++w) clusterings.back().push_back(exchange.cluster(w));
  }
  if (clusterings.size() != kTextClusterings) give_up("three numbers of clusters are needed");
  std::ofstream out(arguments[1]);
  for (std::uint32_t i = 0; i < words.size(); ++i) {
    out << top(words[i].folded);
    for (const auto& clustering : clusterings) out << '\t' << clustering[i + kReserved];
    out << '\t' << case_of(words[i]) << '\n';
  }
  return 0;
}

}  // namespace
}  // namespace copydesk::tag_entities

int main(int count, char** arguments) { return copydesk::tag_entities::run(count, arguments); }
