#pragma once
// Which place a name means in one article, and whether it means any.
//
// Towns share their names with each other, with people and with common words. So a listed place that
// lies within something (gazetteer_file.h) is no mention by itself:
//
//  - "Paris, Texas", "Nancy (France)": beside what it lies in it is told outright: a mention there, and the
//    one that is meant by what is found to be a place of that name in the rest of the article.
//  - Else the likeliest of its name is meant: weighed by its population and by whether the article
//    names the country or the state it lies in.
//  - It gives name and id to a place that the model found, where it is known (large, or named around)
//    and leads clearly over the others of its name. Without the model it is a mention of its own, if
//    its country is named or it is very large, and if a capital in the middle of a sentence shows that
//    it is a name at all.
//
// Where it stays open the mention has no id rather than a wrong one. Used by one thread at a time.

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gazetteer.h"

namespace copydesk::tag_entities {

class Places {
 public:
  struct Meaning {
    std::uint32_t entry = Gazetteer::kNone;
    bool told = false;         // the article says outright which place it is
    bool sure = false;         // enough for the id of a place that was found
    bool found_alone = false;  // enough for a mention
    bool is_name = false;      // a capital in the middle of a sentence says so
  };

  void clear();
  // The article names what has this id, which must live until `clear`.
  void name(std::string_view id) { named_.push_back(id); }
  // In this article the form means this place, if nothing else was told before.
  void tell(std::uint32_t form, std::uint32_t entry);
  // The form stands in the article; and a capital there shows that it is a name.
  void mention(std::uint32_t form) { meanings_.try_emplace(form); }
  void is_name(std::uint32_t form) { meanings_[form].is_name = true; }
  bool known_as_name(std::uint32_t form) const {
    const auto found = meanings_.find(form);
    return found != meanings_.end() && found->second.is_name;
  }
  // Whether the first place lies in the second, as `find_out` found when it was asked of these two in this article first.
  template <class FindOut>
  bool inside_once(std::uint32_t form, std::uint32_t behind, FindOut find_out) {
    const auto [pair, first] = pairs_.try_emplace(std::uint64_t{form} << 32 | behind);
    if (first) pair->second = find_out();
    return pair->second;
  }
  // After all of the above: weighs what was not told.
  void weigh(const Gazetteer& gazetteer);
  const Meaning& meaning(std::uint32_t form) const { return meanings_.at(form); }
  // The place that was told, or Gazetteer::kNone.
  std::uint32_t told(std::uint32_t form) const {
    const auto found = meanings_.find(form);
    return found != meanings_.end() && found->second.told ? found->second.entry : Gazetteer::kNone;
  }

  static bool lies_in(const Gazetteer& gazetteer, std::uint32_t entry, std::string_view id);

  // Calls each(entry) for the places of one name, from `form` on in its chain, until it says true;
  // returns whether one did.
  template <class Each>
  static bool any_candidate(const Gazetteer& gazetteer, std::uint32_t form, Each each) {
    const std::string_view text = gazetteer.form(form).text;
    for (std::uint32_t i = form; i != Gazetteer::kNone; i = gazetteer.next_form(i)) {
      const Form other = gazetteer.form(i);
      if (!gazetteer.is_locality(other.entry) || !same_text(other.text, text)) continue;
      if (each(other.entry)) return true;
    }
    return false;
  }

 private:
  bool is_named_around(const Gazetteer& gazetteer, std::uint32_t entry) const;
  void weigh(const Gazetteer& gazetteer, std::uint32_t form, Meaning& meaning) const;

  std::vector<std::string_view> named_;
  std::unordered_map<std::uint32_t, Meaning> meanings_;  // by form
  std::unordered_map<std::uint64_t, bool> pairs_;        // forms that stood beside each other
};

}  // namespace copydesk::tag_entities
