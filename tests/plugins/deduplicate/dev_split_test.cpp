// The labelled development split of near-duplicate news, when it is at hand. Run with
// COPYDESK_DEDUP_VERDICTS=FILE to also write the verdicts as JSON lines.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "desk.h"

namespace copydesk::deduplicate {
namespace {

struct Document {
  std::string id, type, negative, body;
  int cluster = 0, level = 0;
};

std::filesystem::path split_path() {
  const char* shared = std::getenv("COPYDESK_SHARED");
  const std::filesystem::path root = shared ? shared : COPYDESK_SOURCE_DIR "/../shared";
  return root / "data/dedup/dev.jsonl.zst";
}

std::vector<Document> read_split() {
  const auto close = [](FILE* pipe) { pclose(pipe); };
  const std::string command = "zstd -dcq '" + split_path().string() + "'";
  const std::unique_ptr<FILE, decltype(close)> pipe(popen(command.c_str(), "r"), close);
  std::vector<Document> documents;
  char* line = nullptr;
  std::size_t capacity = 0;
  for (ssize_t size; pipe && (size = getline(&line, &capacity, pipe.get())) > 0;) {
    const auto json = nlohmann::json::parse(line, line + size);
    documents.push_back(
        {json["id"], json["type"], json["neg"], json["body"], json["cluster"], json["level"]});
  }
  std::free(line);
  return documents;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
double pairs(double n) { return n * (n - 1) / 2; }
double f1(double p, double r) { return p + r > 0 ? 2 * p * r / (p + r) : 0; }

struct Share {
  int hits = 0, all = 0;
  void add(bool hit) { hits += hit, ++all; }
};

// The same figures as the scorer that comes with the split.
struct Score {
  double pairs_precision, pairs_recall, pairs_f1, documents_precision, documents_recall,
      documents_f1;
  std::map<std::string, Share> recall, false_alarms;
};

Score score(const std::vector<Document>& documents, const std::vector<std::string>& groups) {
  std::map<int, int> by_cluster;
  std::map<std::string, int> by_group, first_of_group;
  std::map<std::pair<int, std::string>, int> both;
  std::set<int> seen;
  Score s{};
  int right = 0, flagged = 0, copies = 0;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const Document& d = documents[i];
    ++by_cluster[d.cluster], ++by_group[groups[i]], ++both[{d.cluster, groups[i]}];
    const bool is_copy = seen.contains(d.cluster), says = first_of_group.contains(groups[i]);
    const bool ok = says && is_copy && first_of_group[groups[i]] == d.cluster;
    copies += is_copy, flagged += says, right += ok;
    if (is_copy) s.recall[d.type + " L" + std::to_string(d.level)].add(ok);
    if (!is_copy && !d.negative.empty()) s.false_alarms[d.negative].add(says);
    seen.insert(d.cluster), first_of_group.try_emplace(groups[i], d.cluster);
  }
  const auto sum = [](const auto& counts) {
    double total = 0;
    for (const auto& [key, n] : counts) total += pairs(n);
    return total;
  };
  s.pairs_precision = sum(both) / sum(by_group), s.pairs_recall = sum(both) / sum(by_cluster);
  s.pairs_f1 = f1(s.pairs_precision, s.pairs_recall);
  s.documents_precision = 1.0 * right / flagged, s.documents_recall = 1.0 * right / copies;
  s.documents_f1 = f1(s.documents_precision, s.documents_recall);
  return s;
}

TEST(DevSplit, FindsTheCopiesAndLeavesTheOthers) {
  if (!std::filesystem::exists(split_path())) {
    GTEST_SKIP() << "No labelled split: set COPYDESK_SHARED to the folder that holds data/dedup.";
  }
  const std::vector<Document> documents = read_split();
  ASSERT_GT(documents.size(), 1000u) << "zstd failed to read the split";

  std::size_t text_bytes = 0;
  const double start = cpu_seconds();
  std::vector<std::string> carries;
  for (const Document& d : documents) {
    carries.push_back(serialize(fingerprint("", d.body)));
    text_bytes += d.body.size();
  }
  const double fingerprinted = cpu_seconds();
  Desk desk;
  std::vector<Verdict> verdicts;
  std::vector<std::string> groups;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const std::string origin = "split/0/" + documents[i].id;
    const Arrival arrival{origin, documents[i].id, static_cast<std::int64_t>(i)};
    verdicts.push_back(desk.judge(*parse(carries[i]), arrival, Policy{}));
    groups.push_back(verdicts.back().group);
    constexpr std::size_t kBatch = 256;
    if (i % kBatch == kBatch - 1) desk.commit();
  }
  desk.commit();
  const double judged = cpu_seconds();

  const auto n = static_cast<double>(documents.size());
  const Score s = score(documents, groups);
  std::printf("pairs  P %.3f R %.3f F1 %.3f\ndocs   P %.3f R %.3f F1 %.3f\n", s.pairs_precision,
              s.pairs_recall, s.pairs_f1, s.documents_precision, s.documents_recall,
              s.documents_f1);
  for (const auto& [kind, r] : s.recall)
    std::printf("recall %-10s %.3f (%d)\n", kind.c_str(), 1.0 * r.hits / r.all, r.all);
  for (const auto& [kind, r] : s.false_alarms)
    std::printf("false  %-10s %.3f (%d)\n", kind.c_str(), 1.0 * r.hits / r.all, r.all);
  const auto unique = std::count_if(verdicts.begin(), verdicts.end(),
                                    [](const Verdict& v) { return v.status == Status::kUnique; });
  std::printf("CPU us per 4 KB: fingerprint %.1f; per article: judge %.1f; mean text %.0f B\n",
              (fingerprinted - start) * 1e6 * 4096 / static_cast<double>(text_bytes),
              (judged - fingerprinted) * 1e6 / n, static_cast<double>(text_bytes) / n);
  const IndexNumbers numbers = desk.index().numbers();
  std::printf("bytes per story: memory %.0f, disk %.0f; stories %zu of %zu unique\n",
              static_cast<double>(numbers.hot_bytes) / static_cast<double>(numbers.stories),
              static_cast<double>(numbers.cold_bytes) / static_cast<double>(numbers.stories),
              static_cast<std::size_t>(numbers.stories), static_cast<std::size_t>(unique));
  if (const char* path = std::getenv("COPYDESK_DEDUP_VERDICTS")) {
    std::ofstream out(path);
    for (std::size_t i = 0; i < documents.size(); ++i) {
      out << nlohmann::json{{"id", documents[i].id}, {"dedup", {{"group", groups[i]}}}}.dump()
          << '\n';
    }
  }
  EXPECT_GE(s.pairs_f1, 0.978);
  EXPECT_GE(s.documents_f1, 0.982);
  const auto at_most = [&](const char* kind, double share) {
    const Share& found = s.false_alarms.at(kind);
    EXPECT_LE(found.hits, share * found.all) << kind;
  };
  at_most("background", 0.08);
  at_most("chrome", 0.12);
  at_most("template", 0.08);
  at_most("plain", 0.005);
  const auto at_least = [&](const std::string& kind, double share) {
    Share all;
    for (const auto& [name, found] : s.recall) {
      if (name.starts_with(kind)) all.hits += found.hits, all.all += found.all;
    }
    EXPECT_GE(all.hits, share * all.all) << kind;
  };
  at_least("teaser", 0.88);
  at_least("trunc", 0.985);
}

}  // namespace
}  // namespace copydesk::deduplicate
