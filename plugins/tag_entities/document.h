#pragma once
// Tags a whole article: matches the gazetteer in every field, then looks at what the article itself
// says.
//
//  - A short form ("Putin", "Xi") counts when the article names that id in full anywhere, and only
//  one such id. When
//    the article also names somebody else by that word ("Lyudmila Putin"), it counts nowhere.
//  - An acronym in brackets after a full name ("Shanghai Cooperation Organisation (SCO)") means
//  that name in this
//    article, whatever the gazetteer says of it.
//  - A place that touches an unknown capitalised word in running text is a piece of a longer name
//  and left out
//    (context.h).
//  - "Sino-" counts when the other half is a name as well.
//
//  - With a model (names.h), its names join those of the gazetteer (combine.cpp): a listed name of
//  several words stands
//    against the model, a longer name of the model against a listed word in it; where both say the
//    same, the gazetteer gives the id. A name of one word is bound to the full name that the article
//    has of it.
//  - Towns and other places of which there are many count where the article speaks for them
//    (places.h, locate.cpp, told.cpp).
//
// A Tagger is used by one thread at a time and keeps its scratch memory; the gazetteer is shared.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context.h"
#include "dateline.h"
#include "gazetteer.h"
#include "matcher.h"
#include "names.h"
#include "places.h"

namespace copydesk::tag_entities {

// How sure a rule is; not a probability, as the model gives it.
inline constexpr double kScoreFull = 1.0;       // a form as it is written
inline constexpr double kScoreCapitals = 0.95;  // a form in capitals
inline constexpr double kScoreTold = 0.95;      // a place beside what it lies in
inline constexpr double kScoreAcronym = 0.9;    // an acronym that the article explains
inline constexpr double kScoreShort = 0.85;     // a short form that the article resolves
inline constexpr double kScorePlace = 0.8;      // a place for which only its surroundings speak

inline constexpr std::size_t kShortFormsMax = 1024;  // looked for in one article
inline constexpr std::size_t kAcronymsMax = 64;      // explained by one article

struct Mention {
  std::uint32_t field = 0;  // index of the field
  std::uint32_t begin = 0;  // bytes in that field, [begin, end)
  std::uint32_t end = 0;
  std::uint32_t entry = Gazetteer::kNone;  // of the gazetteer, if it has it
  double score = 0;
  EntityType type = EntityType::kMisc;
  // Where the article has it in full: the canonical name of what the gazetteer does not have.
  std::uint32_t full_field = 0, full_begin = 0, full_end = 0;
};

// The order in which mentions are given.
inline bool by_place(const Mention& a, const Mention& b) {
  return a.field != b.field ? a.field < b.field : a.begin < b.begin;
}

struct TagOptions {
  std::array<double, 4> min_scores{};  // by type; mentions below are left out
  bool short_forms = true;             // look for short forms and explained acronyms
  bool all_matches = false;            // also listed names inside and across others
};

class Tagger {
 public:
  // `gazetteer` and `model` (may be null) must outlive the tagger.
  explicit Tagger(const Gazetteer& gazetteer, TagOptions options = {}, const Model* model = nullptr)
      : gazetteer_(&gazetteer), options_(options) {
    if (model != nullptr) finder_ = std::make_unique<NameFinder>(*model);
  }
  // From now on with another gazetteer.
  void use(const Gazetteer& gazetteer) { gazetteer_ = &gazetteer; }

  // The mentions of an article's fields, by field and position, not overlapping unless all_matches
  // asks for it. The result is good until the next call. Without `with_model` the gazetteer alone is
  // asked.
  const std::vector<Mention>& tag(std::span<const std::string_view> fields, bool with_model = true);

 private:
  // A name and behind it what may say where that is: "Mobile, Alabama".
  struct Addition {
    Match inner, outer;
    Places::Relation relation;
  };
  // A place that a line opens with, or that one again further on.
  struct Opened {
    Dateline place;
    bool again = false;
    std::uint32_t full_field = 0, full_begin = 0, full_end = 0;  // the name in small letters
  };
  struct Span {
    std::size_t begin = 0, end = 0;
  };
  struct Field {
    std::string_view text;
    std::vector<Token> tokens;
    std::vector<Match> matches;
    std::vector<Opened> opened;     // by place
    std::vector<Span> links;        // addresses of pages and people, by place
    std::vector<Match> localities;  // the others of the gazetteer's matches
    std::vector<Addition> additions;
    std::vector<Name> names;  // of the model
    Covered covered;
  };
  struct Short {
    Form form;
    std::uint32_t group = 0;
    std::uint64_t first_hash = 0;
    bool person = false;
    bool family_first = false;  // stands first in the name: a word after it would be the given name
    bool ambiguous = false;
  };
  struct Acronym {
    std::string_view text;
    std::uint64_t hash = 0;
    Mention full;  // what it stands for
  };
  // A place that is told where it stands; kNone: one that nobody listed.
  struct Told {
    std::uint32_t field = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t entry = Gazetteer::kNone;
  };
  // The last or first word of a full name.
  struct Handle {
    std::uint64_t hash = 0;
    std::uint32_t mention = 0;
    bool last = false;
  };

  void match_fields(std::span<const std::string_view> fields);
  void leave_out_pieces(Field& field);
  void leave_out_lone_halves(Field& field);
  void leave_out_codes(Field& field) const;
  void collect_acronyms(const Field& field);
  void collect_short_forms();
  bool add_short(const Form& form, std::uint32_t group);
  void find_short_forms(std::uint32_t index);
  void find_acronyms(std::uint32_t index);
  void emit(std::uint32_t field, const Match& match, std::uint32_t entry, double score);
  bool explains(const Field& field, std::size_t first, std::size_t count, std::string_view& acronym,
                std::size_t& token) const;

  // openings.cpp
  static void find_links(Field& field);
  static void leave_out_links(Field& field);
  static void cover_links(Field& field);
  void find_openings(Field& field);
  bool opens(const Field& field, std::size_t first);
  bool is_listed(const Field& field, const Dateline& place) const;
  const Match* match_at(const Field& field, std::size_t token) const;
  void find_openings_again();
  void find_again(Opened& first, std::uint32_t index);
  void leave_out_opened(Field& field) const;
  void add_openings(Field& field, std::uint32_t index) const;
  void name_openings();

  // told.cpp
  void find_additions(Field& field) const;
  void tell(std::uint32_t index);
  void tell_by_offices(std::uint32_t index);
  void tell_by_office(std::uint32_t index, const Match& match);
  void tell_by_party(std::uint32_t index, const Match& match);
  std::uint32_t state_of(const Match& match, bool behind, bool& city) const;
  bool is_place(const Match& match) const;
  bool is_post_code(const Field& field, const Addition& addition) const;
  bool may_be_elsewhere(const Field& field, const Addition& addition) const;
  bool ends_there(const Field& field, const Addition& addition) const;
  void cut_names(std::uint32_t index);
  static bool is_chain(const Field& field, const Name& name);
  bool is_piece_of_told(std::uint32_t index, const Name& name) const;
  bool is_party(std::uint32_t index, const Name& name) const;
  void cut_state(const Field& field, Name& name) const;
  static void cut_dash(const Field& field, Name& name);
  const Told* told_at(std::uint32_t field, std::uint32_t begin) const;
  void mend_told();
  void mend(Mention& mention, std::uint32_t entry) const;
  bool told_by_another_name(const Match& match) const;

  // locate.cpp
  void set_localities_aside(Field& field);
  void locate();
  void note_name(const Field& field, const Match& match);
  template <class Each>
  void each_locality(std::size_t count, Each each);
  std::uint32_t meant(std::uint32_t index, const Match& match, std::size_t at,
                      std::size_t count) const;
  bool follows_town(std::uint32_t index, const Match& match, std::size_t at) const;
  bool is_behind_listed(std::uint32_t index, const Match& match) const;
  bool name_found_states(std::size_t count);
  void place(std::size_t count);
  bool told_in_full(const Field& field, const Match& match, const Places::Meaning& meaning) const;
  bool stands_alone(const Field& field, const Match& match, const Places::Meaning& meaning) const;

  // name_forms.cpp
  static void mend_names(Field& field);
  static void take_suffix(const Field& field, Name& name, std::uint32_t to);
  static void take_ship(const Field& field, Name& name, std::uint32_t from);
  static void take_first_half(const Field& field, Name& name, std::uint32_t from);
  static void set_by_head(const Field& field, Name& name);

  // combine.cpp
  void find_names(std::span<const std::string_view> fields);
  void settle(Field& field);
  bool stands(const Match& match, const Name& name, bool has_hyphens) const;
  static bool is_owner(const Field& field, const Match& match, const Name& name);
  void join_pairs(Field& field);
  void take_pairs(std::vector<Name>& names) const;
  bool pairs_up(const Field& field, const Match& a, const Match& b, Name& pair) const;
  void collect_acronyms_of_names(const Field& field, std::uint32_t index);
  void add_names();
  void bind_names();
  std::uint64_t word_hash(std::string_view word);
  void emit_matches(std::uint32_t index);
  void drop_ambiguous();
  void add_all_matches();

  const Gazetteer* gazetteer_;
  TagOptions options_;
  std::unique_ptr<NameFinder> finder_;
  bool model_asked_ = false;  // for this article
  // the first field_count_ are this article's; the others only keep memory
  std::vector<Field> fields_;
  std::size_t field_count_ = 0;
  std::vector<Mention> mentions_;
  std::vector<Short> shorts_;
  std::vector<Acronym> acronyms_;
  std::vector<std::uint32_t> groups_, entries_;
  struct Found {
    Mention mention;
    std::uint32_t which;
  };
  std::vector<Found> found_shorts_;
  std::vector<Token> scratch_;
  std::vector<const std::vector<Token>*> token_lists_;
  std::vector<Handle> handles_;
  std::vector<Name> pairs_;  // of the field in hand
  Places places_;
  std::vector<Told> told_;  // by place
  Opening opening_;
  struct Searched {
    std::uint64_t hash = 0;
    std::uint32_t full_field = 0, full_begin = 0, full_end = 0;
  };
  std::vector<Searched> searched_;  // names that open lines, looked for in the whole article
};

}  // namespace copydesk::tag_entities
