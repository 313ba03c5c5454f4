#include "page_people.h"

#include <algorithm>
#include <optional>

#include "chars.h"
#include "main_text.h"
#include "names.h"
#include "surroundings.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kFoundMax = 100;
constexpr std::size_t kTriesMax = 300;   // lines with a byline's words that are looked at
constexpr std::size_t kNodesMax = 60;    // of a byline
constexpr std::size_t kGroupNodes = 40;  // between two authors of one article
constexpr std::size_t kBylineBytesMax = 200;
constexpr std::size_t kFarNodes = 2500;  // a line of text further from the heading is none of its

}  // namespace

void PagePeople::look_at(std::size_t i) {
  const Node& node = page_.nodes()[i];
  if (node.tag == Tag::kText || node.tag == Tag::kMeta || node.tag == Tag::kBody ||
      found_.size() >= kFoundMax)
    return;
  std::optional<Kind> kind;
  if (node.tag == Tag::kA && contains_ignoring_case(page_.attribute(node, "rel"), "author"))
    kind = kLink;
  if (!kind && node.tag == Tag::kA &&
      contains_ignoring_case(page_.attribute(node, "href"), "/author/"))
    kind = kByline;
  if (!kind && (node.hints & kHintByline))
    kind = page_.attribute(node, "itemprop") == "author" ? kItem : kByline;
  if (kind && node.end - i <= kNodesMax) found_.push_back({i, *kind});
}

PagePeople::Names PagePeople::names_in(const Found& found) const {
  const std::vector<Node>& nodes = page_.nodes();
  Names out;
  std::vector<std::string>& names = out.persons;
  bool introduced = found.kind != kByline;  // a single word is a name where something says so
  for (std::size_t i = found.node; i < nodes[found.node].end; ++i) {
    if (is_never_text(nodes[i].tag)) {
      i = nodes[i].end - 1;
      continue;
    }
    if (nodes[i].tag != Tag::kText) continue;
    const std::string text = squeeze(nodes[i].text);
    if (text.empty()) continue;
    if (is_byline_label(text)) {
      introduced = true;
      continue;
    }
    std::size_t taken = 0;
    for (const std::string& name : read_names(text)) {
      if (looks_like_name(name)) {
        add_name(names, name), ++taken;
      } else if (names.empty() && (introduced || starts_like_byline(text))) {
        if (looks_like_pen_name(name))
          add_name(names, name), ++taken;
        else if (!is_nobody(name) && is_account_or_role(name))
          add_name(out.accounts, name);
      }
    }
    // What comes behind the names is what they are, when they wrote and how to follow them.
    if (taken == 0 && !names.empty() && !is_connective(text)) break;
    if (taken > 0 && found.kind != kByline && !looks_like_name(names.front())) break;
  }
  return out;
}

PagePeople::Names PagePeople::marked(std::size_t heading) const {
  Names accounts;
  for (int kind = 0; kind < kKinds; ++kind) {
    std::vector<Found> own;
    for (const Found& found : found_)
      if (found.kind == kind && !is_foreign(page_, found.node)) own.push_back(found);
    const auto other = [&](const Found& found) {
      return is_of_other_article(page_, found.node, heading);
    };
    if (!std::ranges::all_of(own, other)) std::erase_if(own, other);
    const auto nearer = [&](const Found& a, const Found& b) {
      return distance_from(heading, a.node) < distance_from(heading, b.node);
    };
    std::stable_sort(own.begin(), own.end(), nearer);
    Names names;
    std::size_t first = 0, last = 0;  // the nodes of the group
    for (const Found& found : own) {
      const bool beside = names.persons.empty() ||
                          (found.node + kGroupNodes >= first && found.node <= last + kGroupNodes);
      if (!beside) continue;
      const Names more = names_in(found);
      if (accounts.accounts.empty()) accounts.accounts = more.accounts;
      if (more.persons.empty()) continue;
      if (names.persons.empty()) first = last = found.node;
      first = std::min(first, found.node);
      last = std::max(last, static_cast<std::size_t>(page_.nodes()[found.node].end));
      for (const std::string& name : more.persons) add_name(names.persons, name);
    }
    if (!names.persons.empty()) return names;
  }
  return accounts;
}

PagePeople::Names PagePeople::written(std::size_t heading) const {
  const std::vector<Node>& nodes = page_.nodes();
  Names best;
  std::size_t best_distance = kFarNodes, tries = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (is_never_text(node.tag)) {
      i = node.end - 1;
      continue;
    }
    if (node.tag != Tag::kText || node.text.size() > 2 * kBylineBytesMax) continue;
    const std::size_t distance = distance_from(heading, i);
    if (distance >= best_distance) continue;
    const std::string_view text = trim(node.text);
    if (text.empty() || text.size() > kBylineBytesMax || !starts_like_byline(text)) continue;
    if (++tries > kTriesMax) break;
    Names names;
    if (is_byline_label(text)) {  // the names are in what follows
      std::size_t next = i + 1;
      while (next < nodes.size() && next < i + 8 &&
             (nodes[next].tag != Tag::kText || trim(nodes[next].text).empty()))
        ++next;
      if (next == nodes.size() || next == i + 8 || nodes[next].text.size() > kBylineBytesMax)
        continue;
      if (!is_strong_label(text) && !nodes[next].in_link && nodes[next].text.size() > 60) continue;
      for (const std::string& name : read_names(squeeze(nodes[next].text))) {
        if (looks_like_name(name) || (nodes[next].in_link && looks_like_pen_name(name)))
          add_name(names.persons, name);
        else if ((nodes[next].in_link || is_strong_label(text)) && !is_nobody(name) &&
                 is_account_or_role(name))
          add_name(names.accounts, name);
      }
    } else {
      const bool dated = is_digit(text[0]);
      for (const std::string& name : read_names(squeeze(text)))
        if (looks_like_name(name) || (dated && looks_like_pen_name(name)))
          add_name(names.persons, name);
    }
    if ((names.persons.empty() && names.accounts.empty()) || is_foreign(page_, i)) continue;
    if (names.persons.empty() && !best.persons.empty()) continue;
    best = std::move(names);
    if (!best.persons.empty()) best_distance = distance;
  }
  return best;
}

}  // namespace copydesk::clean
