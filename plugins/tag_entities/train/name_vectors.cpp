// Groups word vectors made elsewhere. Run by tools/train_entities:
//
//   name_vectors OUT COUNT CLUSTERS,CLUSTERS WORDS VECTORS.npy
//
// WORDS has a word a line, the most frequent first; VECTORS.npy the vector of each (little-endian
// floats). Takes the first COUNT and writes a line a word: the word, its cluster in each
// clustering, its vector. The clustering is k-means by the cosine (Dhillon, Modha 2001), from
// vectors spread over the list. The same files give the same clusters.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

#include "network_trainer.h"

namespace copydesk::tag_entities {
namespace {

constexpr int kRounds = 12;

std::vector<std::string> read_words(const std::string& path, std::size_t count) {
  std::ifstream in(path, std::ios::binary);
  std::vector<std::string> words;
  for (std::string line; words.size() < count && std::getline(in, line);) words.push_back(line);
  if (words.empty()) give_up("cannot read " + path);
  return words;
}

std::vector<WordVector> read_array(const std::string& path, std::size_t count) {
  std::ifstream in(path, std::ios::binary);
  char head[10] = {};
  in.read(head, sizeof(head));
  if (!in || std::memcmp(head, "\x93NUMPY\x01", 7) != 0) give_up(path + " is no NumPy array");
  std::string about(static_cast<unsigned char>(head[8]) | static_cast<unsigned char>(head[9]) << 8,
                    '\0');
  in.read(about.data(), static_cast<std::streamsize>(about.size()));
  const std::string columns = ", " + std::to_string(kVectorNumbers) + ")";
  for (const std::string& part : {std::string("'<f4'"), std::string("'shape': ("), columns}) {
    if (about.find(part) == about.npos) give_up(path + ": expected " + part + " in " + about);
  }
  const std::size_t rows = std::stoul(about.substr(about.find("'shape': (") + 10));
  if (rows < count) give_up(path + " has fewer vectors than there are words");
  const bool by_columns = about.find("'fortran_order': True") != about.npos;
  std::vector<float> numbers(rows * kVectorNumbers);
  in.read(reinterpret_cast<char*>(numbers.data()),
          static_cast<std::streamsize>(numbers.size() * sizeof(float)));
  if (!in) give_up(path + " ends too early");
  std::vector<WordVector> vectors(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t d = 0; d < kVectorNumbers; ++d) {
      vectors[i][d] = numbers[by_columns ? d * rows + i : i * kVectorNumbers + d];
    }
  }
  return vectors;
}

WordVector of_length_one(const WordVector& vector) {
  float square = 0;
  for (const float x : vector) square += x * x;
  WordVector out;
  for (std::size_t d = 0; d < out.size(); ++d) out[d] = vector[d] / std::sqrt(square + 1e-12F);
  return out;
}

class Clusters {
 public:
  Clusters(const std::vector<WordVector>& vectors, std::size_t count)
      : vectors_(vectors), count_(count), centres_(kVectorNumbers * count), near_(count) {
    for (std::size_t k = 0; k < count; ++k) set_centre(k, vectors[k * vectors.size() / count]);
  }

  std::vector<std::uint32_t> find() {
    std::vector<std::uint32_t> cluster(vectors_.size());
    for (int round = 0; round < kRounds; ++round) {
      std::vector<WordVector> sums(count_, WordVector{});
      for (std::size_t i = 0; i < vectors_.size(); ++i) {
        cluster[i] = nearest(vectors_[i]);
        WordVector& sum = sums[cluster[i]];
        for (std::size_t d = 0; d < sum.size(); ++d) sum[d] += vectors_[i][d];
      }
      for (std::size_t k = 0; k < count_; ++k) set_centre(k, of_length_one(sums[k]));
    }
    return cluster;
  }

 private:
  void set_centre(std::size_t k, const WordVector& centre) {
    for (std::size_t d = 0; d < centre.size(); ++d) centres_[d * count_ + k] = centre[d];
  }

  std::uint32_t nearest(const WordVector& vector) {
    std::fill(near_.begin(), near_.end(), 0.0F);
    for (std::size_t d = 0; d < vector.size(); ++d) {
      const float* centres = centres_.data() + d * count_;
      for (std::size_t k = 0; k < count_; ++k) near_[k] += vector[d] * centres[k];
    }
    return static_cast<std::uint32_t>(std::max_element(near_.begin(), near_.end()) - near_.begin());
  }

  const std::vector<WordVector>& vectors_;
  std::size_t count_;
  std::vector<float> centres_;  // [number of the vector][cluster]
  std::vector<float> near_;
};

int run(int count, char** arguments) {
  if (count != 6) give_up("usage: name_vectors OUT COUNT CLUSTERS,CLUSTERS WORDS VECTORS.npy");
  const std::vector<std::string> words = read_words(arguments[4], std::stoul(arguments[2]));
  const std::vector<WordVector> vectors = read_array(arguments[5], words.size());
  std::vector<WordVector> directions;
  for (const WordVector& v : vectors) directions.push_back(of_length_one(v));
  std::vector<std::vector<std::uint32_t>> clusterings;
  std::stringstream sizes(arguments[3]);
  for (std::string size; std::getline(sizes, size, ',');) {
    clusterings.push_back(Clusters(directions, std::stoul(size)).find());
  }
  std::ofstream out(arguments[1]);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].find('\t') != std::string::npos) continue;
    out << words[i];
    for (const auto& clustering : clusterings) out << '\t' << clustering[i] + 1;
    for (const float x : vectors[i]) out << '\t' << x;
    out << '\n';
  }
  if (!out.flush()) give_up(std::string("cannot write ") + arguments[1]);
  return 0;
}

}  // namespace
}  // namespace copydesk::tag_entities

int main(int count, char** arguments) { return copydesk::tag_entities::run(count, arguments); }
