// What operators have the stage forget: the stories of a canonical article that ran until then. An entry stays in the state
// until no such story can be there any more.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "index.h"

namespace copydesk::deduplicate {

class Forgotten {
 public:
  static constexpr std::size_t kMax = 10'000;  // entries in the state

  void read(const Index::Scan& scan);
  bool empty() const { return all_.empty(); }
  // By the hash of a story's leader (record.h): false for all but a few that are not forgotten.
  bool may_have(std::uint32_t id_hash) const;
  bool has(const Record& record) const;

  // The key and the value of an entry in the state, and back.
  static std::string key_of(std::string_view id);
  static std::string value_of(std::int64_t until_ms);
  static std::int64_t until_of(std::string_view value);

 private:
  struct One {
    std::uint32_t hash;
    std::string id;
    std::int64_t until_ms;
  };
  std::vector<One>::const_iterator first_of(std::uint32_t id_hash) const;

  std::vector<One> all_;  // by hash
};

}  // namespace copydesk::deduplicate
