#include <copydesk/sdk.hpp>
#include <string>

// Refuses, drops or marks articles by a word in their body.
struct Picky : copydesk::Stage {
  static constexpr const char* kCodes[] = {"refused", "unwanted", nullptr};
  static constexpr copydesk::About kAbout{
      .name = "picky", .summary = "Refuses articles with a word in them.", .codes = kCodes};
  static constexpr cd_option kOptions[] = {
      copydesk::option("refuse", CD_OPTION_STRING, "",
                       "Articles with this word are rejected; '!' is no word."),
      copydesk::option("drop", CD_OPTION_STRING, "", "Articles with this word are dropped.")};

  Picky(const copydesk::Host&, const copydesk::Options& o)
      : refuse_(o.string("refuse")), drop_(o.string("drop")) {
    if (refuse_ == "!") throw copydesk::Config("'!' is no word");
  }

  void process(const copydesk::Call&, const copydesk::Batch& batch, copydesk::Edit& edit,
               copydesk::Carry&) const {
    for (const copydesk::Article a : batch) {
      if (has(a.body(), refuse_))
        edit.reject(a, "refused", "it says '" + refuse_ + "'");
      else if (has(a.body(), drop_))
        edit.drop(a, "unwanted");
      else
        edit.set(a, "labels.picky", "taken");
    }
  }

 private:
  static bool has(std::string_view body, const std::string& word) {
    return !word.empty() && body.find(word) != std::string_view::npos;
  }
  std::string refuse_, drop_;
};

COPYDESK_PLUGIN("org.example.picky", "1.0.0", Picky)
