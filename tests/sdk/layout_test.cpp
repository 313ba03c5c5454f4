// The binary layout of plugin.h on 64-bit Linux. A plugin built years ago relies on every number here: the frozen
// structs never change, the others only grow at their end, so existing lines are never edited, only added.
#include <copydesk/plugin.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <type_traits>

extern "C" const std::size_t plain_c_sizes[];

namespace {

#define EXPECT_AT(offset, type, member) \
  EXPECT_EQ(offsetof(type, member), static_cast<std::size_t>(offset)) << #type "." #member

TEST(Layout, FrozenStructsNeverChange) {
  EXPECT_EQ(sizeof(cd_status), 4u);
  EXPECT_EQ(sizeof(cd_string), 16u);
  EXPECT_AT(0, cd_string, data);
  EXPECT_AT(8, cd_string, size);
  EXPECT_EQ(sizeof(cd_bytes), 16u);
  EXPECT_AT(0, cd_bytes, data);
  EXPECT_AT(8, cd_bytes, size);
  EXPECT_EQ(sizeof(cd_span), 16u);
  EXPECT_AT(0, cd_span, begin);
  EXPECT_AT(8, cd_span, end);
  EXPECT_EQ(sizeof(cd_value), 24u);
  EXPECT_AT(0, cd_value, type);
  EXPECT_AT(4, cd_value, count);
  EXPECT_AT(8, cd_value, as);
  EXPECT_EQ(sizeof(cd_field), 40u);
  EXPECT_AT(0, cd_field, name);
  EXPECT_AT(16, cd_field, value);
  EXPECT_EQ(sizeof(cd_patch), 32u);
  EXPECT_AT(0, cd_patch, cut);
  EXPECT_AT(16, cd_patch, text);
  EXPECT_EQ(sizeof(cd_result), 40u);
  EXPECT_AT(0, cd_result, index);
  EXPECT_AT(4, cd_result, status);
  EXPECT_AT(8, cd_result, code);
  EXPECT_AT(24, cd_result, detail);
}

TEST(Layout, WhatStepsAreGivenKeepsItsPlaces) {
  EXPECT_AT(8, cd_annotation, field);
  EXPECT_AT(24, cd_annotation, span);
  EXPECT_AT(40, cd_annotation, type);
  EXPECT_AT(56, cd_annotation, kind);
  EXPECT_AT(72, cd_annotation, name);
  EXPECT_AT(88, cd_annotation, id);
  EXPECT_AT(104, cd_annotation, score);
  EXPECT_AT(4, cd_article, field_count);
  EXPECT_AT(8, cd_article, annotation_count);
  EXPECT_AT(16, cd_article, id);
  EXPECT_AT(32, cd_article, origin);
  EXPECT_AT(48, cd_article, media_type);
  EXPECT_AT(64, cd_article, fields);
  EXPECT_AT(72, cd_article, annotations);
  EXPECT_AT(80, cd_article, host_article);
  EXPECT_AT(4, cd_batch, count);
  EXPECT_AT(8, cd_batch, articles);
  EXPECT_AT(8, cd_call, time);
  EXPECT_AT(16, cd_call, sequence);
  EXPECT_AT(16, cd_carry, set);
  EXPECT_AT(24, cd_carry, get);
  EXPECT_AT(16, cd_state, get);
  EXPECT_AT(24, cd_state, multi_get);
  EXPECT_AT(32, cd_state, scan);
  EXPECT_AT(16, cd_edit, set);
  EXPECT_AT(104, cd_edit, erase);
}

TEST(Layout, TheHostKeepsItsPlaces) {
  EXPECT_AT(8, cd_host, impl);
  EXPECT_AT(16, cd_host, log);
  EXPECT_AT(24, cd_host, fail);
  EXPECT_AT(32, cd_host, now);
  EXPECT_AT(40, cd_host, counter);
  EXPECT_AT(48, cd_host, count);
  EXPECT_AT(56, cd_host, status);
  EXPECT_AT(64, cd_host, encode);
  EXPECT_AT(72, cd_host, extension);
  EXPECT_AT(80, cd_host, private_folder);
  EXPECT_AT(88, cd_host, emit);
  EXPECT_AT(96, cd_host, advance);
  EXPECT_AT(104, cd_host, result);
  EXPECT_AT(112, cd_host, done);
  EXPECT_AT(120, cd_host, flushed);
  EXPECT_AT(8, cd_record, partition);
  EXPECT_AT(24, cd_record, position);
  EXPECT_AT(32, cd_record, payload);
  EXPECT_AT(48, cd_record, format);
  EXPECT_AT(64, cd_record, received);
  EXPECT_AT(72, cd_record, fields);
  EXPECT_AT(4, cd_settled, outcomes);
  EXPECT_AT(8, cd_settled, partition);
  EXPECT_AT(24, cd_settled, token);
}

TEST(Layout, WhatAPluginOffersKeepsItsPlaces) {
  EXPECT_AT(8, cd_options, items);
  EXPECT_AT(8, cd_option, type);
  EXPECT_AT(16, cd_option, key);
  EXPECT_AT(48, cd_option, summary);
  EXPECT_AT(56, cd_option, only_with);
  EXPECT_AT(8, cd_open, commit);
  EXPECT_AT(16, cd_open, state);
  EXPECT_AT(24, cd_open, position);
  EXPECT_AT(16, cd_put, value);
  EXPECT_AT(8, cd_committed, commit);
  EXPECT_AT(16, cd_committed, puts);
  EXPECT_AT(24, cd_committed, sequence);
  EXPECT_AT(8, cd_source_ops, poll);
  EXPECT_AT(24, cd_source_ops, wake);
  EXPECT_AT(8, cd_stage_ops, process);
  EXPECT_AT(32, cd_stage_ops, migrate);
  EXPECT_AT(8, cd_sink_ops, write);
  EXPECT_AT(32, cd_sink_ops, committed);
  EXPECT_AT(4, cd_component, kind);
  EXPECT_AT(16, cd_component, name);
  EXPECT_AT(40, cd_component, options);
  EXPECT_AT(88, cd_component, create);
  EXPECT_AT(128, cd_component, source);
  EXPECT_AT(144, cd_component, sink);
  EXPECT_AT(16, cd_plugin, id);
  EXPECT_AT(32, cd_plugin, component_count);
  EXPECT_AT(40, cd_plugin, components);
  EXPECT_AT(8, cd_inspect, topics);
  EXPECT_AT(16, cd_inspect, inspect);
  EXPECT_AT(8, cd_amend, words);
  EXPECT_AT(16, cd_amend, amend);
  EXPECT_AT(4, cd_reason, verdict);
  EXPECT_AT(8, cd_reason, field);
  EXPECT_AT(72, cd_reason, score);
  EXPECT_AT(8, cd_reasons, tell);
  EXPECT_AT(8, cd_untaken, tell);
  EXPECT_AT(8, cd_preflight, look);
}

TEST(Layout, EveryStructStaysPlainData) {
  EXPECT_TRUE(
      (std::is_trivially_copyable_v<cd_component> && std::is_standard_layout_v<cd_component>));
  EXPECT_TRUE((std::is_trivially_copyable_v<cd_host> && std::is_standard_layout_v<cd_host>));
  EXPECT_TRUE((std::is_trivially_copyable_v<cd_article> && std::is_standard_layout_v<cd_article>));
}

TEST(Layout, CAndCppSeeTheSameSizes) {
  const std::size_t sizes[] = {
      sizeof(cd_string),   sizeof(cd_bytes),     sizeof(cd_span),       sizeof(cd_value),
      sizeof(cd_field),    sizeof(cd_patch),     sizeof(cd_result),     sizeof(cd_annotation),
      sizeof(cd_article),  sizeof(cd_batch),     sizeof(cd_call),       sizeof(cd_carry),
      sizeof(cd_state),    sizeof(cd_edit),      sizeof(cd_record),     sizeof(cd_settled),
      sizeof(cd_host),     sizeof(cd_options),   sizeof(cd_option),     sizeof(cd_open),
      sizeof(cd_put),      sizeof(cd_committed), sizeof(cd_source_ops), sizeof(cd_stage_ops),
      sizeof(cd_sink_ops), sizeof(cd_component), sizeof(cd_plugin)};
  for (std::size_t i = 0; i < std::size(sizes); ++i) EXPECT_EQ(plain_c_sizes[i], sizes[i]) << i;
}

}  // namespace
