// How two spans of one text lie to each other: anything with `begin` and `end` in bytes. Internal; pure, any thread.
#pragma once

namespace copydesk::tag_entities {

template <class A, class B>
constexpr bool overlap(const A& a, const B& b) {
  return a.begin < b.end && b.begin < a.end;
}

template <class A, class B>
constexpr bool same_span(const A& a, const B& b) {
  return a.begin == b.begin && a.end == b.end;
}

template <class A, class B>
constexpr bool inside(const A& a, const B& b) {
  return b.begin <= a.begin && a.end <= b.end;
}

}  // namespace copydesk::tag_entities
