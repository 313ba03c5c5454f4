#pragma once
// Puts a gazetteer together, row by row. Used by one thread; what it needs beyond the gazetteer goes
// with it.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gazetteer.h"

namespace copydesk::tag_entities {

struct NewEntry {
  std::string_view name, id, kind;  // copied; at most kFormBytesMax each
  EntityType type = EntityType::kMisc;
  CaseRule case_rule = CaseRule::kNormal;
  std::int16_t priority = 0;
  bool last_word_is_short = false;
  std::string_view within = {};  // of a place (gazetteer.h), else empty; at most kFormBytesMax
  std::uint32_t population = 0;
};

enum class AddResult {
  kAdded,
  kRepeated,   // this entry or another with its id has it already; it stays as it is
  kTaken,      // another id has it, which came first or has the higher priority, and keeps it
  kNoLetters,  // nothing to match on
  kTooLong,
  kTooMany,  // a bound of gazetteer.h is reached
};

class GazetteerBuilder {
 public:
  // Returns the entry's index, or Gazetteer::kNone when a bound is reached.
  std::uint32_t add_entry(const NewEntry& entry);
  // `taken_by` (may be null) is the entry that has the form when the answer is kTaken or kRepeated.
  AddResult add_form(std::uint32_t entry, std::string_view text, FormUse use,
                     std::uint32_t* taken_by = nullptr);

  std::size_t entry_count() const { return made_.entry_count(); }
  Entry entry(std::uint32_t index) const { return made_.entry(index); }

  // The builder is empty after it.
  Gazetteer finish();

 private:
  using StoredForm = Gazetteer::StoredForm;

  bool set_text(StoredForm& form, std::string_view text);
  std::uint32_t kind_index(std::string_view kind);
  std::uint32_t group_of(std::string_view id, std::uint32_t entry);
  void mark_what_has_parts();
  AddResult make_room(std::uint32_t chain, StoredForm& form, std::string_view text,
                      std::uint32_t* taken_by, bool& took_over);
  static void swap_meaning(StoredForm& a, StoredForm& b);
  AddResult add_short(StoredForm form, std::string_view text);
  void chain_up(std::uint32_t first, std::uint32_t form);

  Gazetteer made_;
  HashIndex groups_;  // first entry of an id
  std::unordered_map<std::string, std::uint32_t> kinds_;
  // first tokens of forms, the low half of their hashes
  std::vector<std::uint32_t> capital_, small_;
  std::vector<Token> scratch_;
};

}  // namespace copydesk::tag_entities
