#include "model.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "features.h"

namespace copydesk::tag_entities {
namespace {

constexpr char kMagic[8] = {'c', 'd', 'n', 'a', 'm', 'e', 's', '1'};
constexpr std::size_t kAlign = 8;
constexpr std::size_t kModelBytesMax = std::size_t{1} << 30;

struct Header {
  char magic[8];
  std::uint32_t feature_version;
  std::uint32_t card_bytes;
  std::uint32_t rows, spellings, words, phrases, vectors;
  std::uint8_t row_bits, spelling_bits, word_bits, phrase_bits, vector_bits;
  std::uint8_t reserved[3];
  float scale, vector_scale, word_scale;
  std::uint64_t checksum;  // of all that follows the header
};
static_assert(sizeof(Header) == 64);

std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t sum = bytes.size();
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    sum = (sum ^ word) * 0x9E3779B97F4A7C15ULL;
    sum ^= sum >> 31;
  }
  return sum;
}

// Takes one part after another off a block; `ok` stays true while they fit.
class Cutter {
 public:
  explicit Cutter(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  std::span<const T> take(std::size_t count) {
    const std::size_t size = (count * sizeof(T) + kAlign - 1) / kAlign * kAlign;
    if (size > bytes_.size()) {
      ok_ = false;
      return {};
    }
    const auto* first = reinterpret_cast<const T*>(bytes_.data());
    bytes_.remove_prefix(size);
    return {first, count};
  }
  bool ok() const { return ok_; }
  std::string_view rest() const { return bytes_; }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

bool take_table(Cutter& cut, std::size_t count, int bits, KeyTable& table) {
  if (bits < 1 || bits > 28) return false;
  table.shift = 32 - bits;
  table.starts = cut.take<std::uint32_t>((std::size_t{1} << bits) + 1);
  table.keys = cut.take<std::uint32_t>(count);
  if (!cut.ok() || table.starts.front() != 0 || table.starts.back() != count) return false;
  return std::is_sorted(table.starts.begin(), table.starts.end());
}

template <class T>
void put(std::string& out, std::span<const T> items) {
  out.append(reinterpret_cast<const char*>(items.data()), items.size_bytes());
  out.append((kAlign - out.size() % kAlign) % kAlign, '\0');
}

// Returns the bits of the table.
template <class Value>
std::uint8_t put_table(std::string& out,
                       const std::vector<std::pair<std::uint32_t, Value>>& pairs) {
  const int bits = key_bits(pairs.size());
  std::vector<std::uint32_t> starts((std::size_t{1} << bits) + 1), keys;
  std::vector<Value> values;
  for (const auto& [key, value] : pairs) {
    ++starts[(key >> (32 - bits)) + 1];
    keys.push_back(key);
    values.push_back(value);
  }
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  put(out, std::span<const std::uint32_t>(starts));
  put(out, std::span<const std::uint32_t>(keys));
  put(out, std::span<const Value>(values));
  return static_cast<std::uint8_t>(bits);
}

}  // namespace

std::optional<Model> Model::open(std::string_view bytes, std::string& problem) {
  Header header;
  if (bytes.size() < sizeof(header) ||
      !bytes.starts_with(std::string_view(kMagic, sizeof(kMagic)))) {
    problem = "is no model (tools/train_entities writes them)";
    return std::nullopt;
  }
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.feature_version != kFeatureVersion) {
    problem = "was trained for features of version " + std::to_string(header.feature_version) +
              ", this copydesk has " + std::to_string(kFeatureVersion) +
              ": train it again with tools/train_entities";
    return std::nullopt;
  }
  const std::string_view body = bytes.substr(sizeof(header));
  if (body.size() % kAlign != 0 || checksum(body) != header.checksum ||
      !std::isfinite(header.scale + header.vector_scale + header.word_scale)) {
    problem = "is damaged (its checksum is wrong)";
    return std::nullopt;
  }
  Model model;
  ModelParts& parts = model.parts_;
  Cutter cut(body);
  const auto numbers = cut.take<float>(kLabels * kLabels + kLabels);
  bool ok = take_table(cut, header.rows, header.row_bits, parts.features);
  parts.rows = cut.take<Row>(header.rows);
  ok = ok && take_table(cut, header.spellings, header.spelling_bits, parts.spellings);
  parts.spelling_rows = cut.take<SpellingRow>(header.spellings);
  ok = ok && take_table(cut, header.words, header.word_bits, parts.lexicon.words);
  parts.lexicon.classes = cut.take<WordClass>(header.words);
  ok = ok && take_table(cut, header.phrases, header.phrase_bits, parts.lexicon.phrases);
  parts.lexicon.bits = cut.take<std::uint16_t>(header.phrases);
  Network& network = parts.network;
  ok = ok && take_table(cut, header.vectors, header.vector_bits, network.words);
  network.word_rows = cut.take<EmbeddingRow>(header.vectors);
  network.matrices = cut.take<float>(kMatrixNumbers);
  network.bias = cut.take<float>(kHidden);
  network.output = cut.take<float>(kOutputNumbers);
  network.scale = header.vector_scale;
  network.word_scale = header.word_scale;
  const auto card = cut.take<char>(header.card_bytes);
  const auto finite = [](std::span<const float> all) {
    return std::all_of(all.begin(), all.end(), [](float f) { return std::abs(f) < 1e6F; });
  };
  if (!ok || !cut.ok() || !finite(numbers) || !finite(network.matrices) || !finite(network.bias) ||
      !finite(network.output)) {
    problem = "is damaged (its parts do not fit together)";
    return std::nullopt;
  }
  std::copy_n(numbers.begin(), kLabels * kLabels, parts.transitions.score.begin());
  std::copy_n(numbers.begin() + kLabels * kLabels, kLabels, parts.transitions.first.begin());
  parts.scale = header.scale;
  parts.card = {card.data(), card.size()};
  model.bytes_ = bytes.size();
  return model;
}

std::shared_ptr<const Model> Model::read(const std::string& path, std::string& problem) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
  if (!file) {
    problem = std::string("cannot be opened: ") + std::strerror(errno);
    return nullptr;
  }
  struct stat about {};
  const bool known = ::fstat(::fileno(file.get()), &about) == 0 && S_ISREG(about.st_mode);
  const std::size_t size = known ? static_cast<std::size_t>(about.st_size) : 0;
  if (size == 0 || size > kModelBytesMax) {
    problem = "cannot be read, is empty or larger than 1 GiB";
    return nullptr;
  }
  // Of numbers of 8 bytes, which `open` wants it aligned to.
  const auto memory = std::make_shared<std::vector<std::uint64_t>>((size + 7) / 8);
  if (std::fread(memory->data(), 1, size, file.get()) != size) {
    problem = "changes while it is read";
    return nullptr;
  }
  auto model = open({reinterpret_cast<const char*>(memory->data()), size}, problem);
  if (!model) return nullptr;
  model->memory_ = memory;
  return std::make_shared<const Model>(std::move(*model));
}

std::string model_bytes(const ModelSource& source) {
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  header.feature_version = kFeatureVersion;
  header.card_bytes = static_cast<std::uint32_t>(source.card.size());
  const auto count = [](const auto& pairs) { return static_cast<std::uint32_t>(pairs.size()); };
  header.rows = count(source.rows);
  header.spellings = count(source.spelling_rows);
  header.words = count(source.words);
  header.phrases = count(source.phrases);
  header.vectors = count(source.word_rows);
  header.scale = source.scale;
  header.vector_scale = source.vector_scale;
  header.word_scale = source.word_scale;
  std::string body;
  std::vector<float> numbers(source.transitions.score.begin(), source.transitions.score.end());
  numbers.insert(numbers.end(), source.transitions.first.begin(), source.transitions.first.end());
  put(body, std::span<const float>(numbers));
  header.row_bits = put_table(body, source.rows);
  header.spelling_bits = put_table(body, source.spelling_rows);
  header.word_bits = put_table(body, source.words);
  header.phrase_bits = put_table(body, source.phrases);
  header.vector_bits = put_table(body, source.word_rows);
  put(body, std::span<const float>(source.matrices));
  put(body, std::span<const float>(source.bias));
  put(body, std::span<const float>(source.output));
  put(body, std::span<const char>(source.card));
  header.checksum = checksum(body);
  return std::string(reinterpret_cast<const char*>(&header), sizeof(header)) + body;
}

}  // namespace copydesk::tag_entities
