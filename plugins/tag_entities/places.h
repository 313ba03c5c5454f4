#pragma once
// Which place a name means in one article, and whether it means any.
//
// Towns share their names with each other, with people and with common words. So a listed place
// that lies within something (gazetteer_file.h) is no mention by itself:
//
//  - "Paris, Texas", "Nancy (France)", "Mobile, Ala.": beside what it lies in it is told outright:
//    a mention there, and the one that is meant by what is found to be a place of that name in the
//    rest of the article, unless that tells of two. Beside a state in which none of its name lies
//    it is one that nobody listed. "Georgia Gov. Brian Kemp" tells of the state.
//  - Else the likeliest of its name is meant: weighed by its population and by whether the article
//    names the country or, better, the state it lies in.
//  - It gives name and id to a place that the model found, where it is known (large, or named
//    around) and leads clearly over the others of its name. Without the model it is a mention of
//    its own, if its country is named or it is very large, and if a capital in the middle of a
//    sentence shows that it is a name at all.
//
// Where it stays open the mention has no id rather than a wrong one. Used by one thread at a time.

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "gazetteer.h"

namespace copydesk::tag_entities {

class Places {
 public:
  struct Meaning {
    std::uint32_t entry = Gazetteer::kNone;
    bool told = false;         // the article says outright which place it is; kNone: one not listed
    bool clear = false;        // none of its name is nearly as likely
    bool sure = false;         // and enough for the id of a place that was found
    bool found_alone = false;  // enough for a mention
    bool is_name = false;      // a capital in the middle of a sentence says so
  };

  void clear();
  // The article names what has this id, which must live until `clear`.
  void name(std::string_view id) { named_.push_back(id); }
  // What a name and the one behind its comma are to each other, the best of all they may mean.
  struct Relation {
    bool inside = false;     // `inner`, a locality, lies in `outer`
    bool elsewhere = false;  // the second can only be a state in which none of that name lies
    bool abroad = false;     // the second is a country of which the same holds
    std::uint32_t inner = Gazetteer::kNone;
    std::uint32_t outer = Gazetteer::kNone;  // also of `elsewhere`, where it is clear
  };
  // Found out once an article.
  const Relation& relation(const Gazetteer& gazetteer, std::uint32_t form, std::uint32_t behind);
  // The state New York for the city in it; kNone where there is none.
  static std::uint32_t around_of_same_name(const Gazetteer& gazetteer, std::uint32_t form,
                                           std::uint32_t entry);
  // In this article the form means this place, if nothing else is told; kNone: one that nobody
  // listed.
  void tell(const Gazetteer& gazetteer, std::uint32_t form, std::uint32_t entry);
  // Some form means what has this group (gazetteer.h).
  bool is_told(std::uint32_t group) const { return told_groups_.contains(group); }
  // The form stands in the article; and a capital there shows that it is a name.
  void mention(std::uint32_t form) { meanings_.try_emplace(form); }
  void is_name(std::uint32_t form) { meanings_[form].is_name = true; }
  bool known_as_name(std::uint32_t form) const {
    const auto found = meanings_.find(form);
    return found != meanings_.end() && found->second.is_name;
  }
  // After all of the above: weighs what was not told.
  void weigh(const Gazetteer& gazetteer);
  const Meaning& meaning(std::uint32_t form) const { return meanings_.at(form); }
  // What was told of the form, or null.
  const Meaning* told(std::uint32_t form) const {
    const auto found = meanings_.find(form);
    return found != meanings_.end() && found->second.told ? &found->second : nullptr;
  }

  // Calls each(form) for the places of one name, from `form` on in its chain, until it says true;
  // returns whether one did. With `behind` also forms that count only behind a comma.
  template <class Each>
  static bool any_candidate(const Gazetteer& gazetteer, std::uint32_t form, bool behind,
                            Each each) {
    const std::string_view text = gazetteer.form(form).text;
    for (std::uint32_t i = form; i != Gazetteer::kNone; i = gazetteer.next_form(i)) {
      const Form other = gazetteer.form(i);
      if (!gazetteer.is_locality(other.entry) || !same_text(other.text, text)) continue;
      if (other.use == FormUse::kBehind && !behind) continue;
      if (each(other)) return true;
    }
    return false;
  }

 private:
  static Relation find_relation(const Gazetteer& gazetteer, std::uint32_t form,
                                std::uint32_t behind);
  int named_around(const Gazetteer& gazetteer, std::uint32_t form, const Locality& locality) const;
  void weigh(const Gazetteer& gazetteer, std::uint32_t form, Meaning& meaning) const;

  std::vector<std::string_view> named_;
  std::unordered_map<std::uint32_t, Meaning> meanings_;  // by form
  std::unordered_map<std::uint64_t, Relation> pairs_;    // forms that stood beside each other
  std::unordered_set<std::uint32_t> told_groups_;
};

}  // namespace copydesk::tag_entities
