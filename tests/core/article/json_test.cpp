#include "article/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "base/utf8.h"

namespace copydesk {
namespace {

std::string written(const Article& a) {
  std::string out;
  write_json(a, out);
  return out;
}

std::string written(const Value& v) {
  std::string out;
  write_json_value(v, out);
  return out;
}

TEST(Json, EscapesWhatMustBeAndNothingElse) {
  std::string out;
  write_json_string("\"\\\b\f\n\r\t\x01\x1f\x7f/\u00e9\u2028\U0001F600", out);
  EXPECT_EQ(out, "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f/\u00e9\u2028\U0001F600\"");
}

TEST(Json, EscapesAtEveryPlaceOfALongText) {
  for (std::size_t size = 0; size < 70; ++size)
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x'), expected = text, out;
      text[at] = '"';
      expected.replace(at, 1, "\\\"");
      write_json_string(text, out);
      ASSERT_EQ(out, '"' + expected + '"');
    }
}

TEST(Json, WritesEachKindOfValue) {
  EXPECT_EQ(written(Value("x")), "\"x\"");
  EXPECT_EQ(written(Value(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
  EXPECT_EQ(written(Value(0.1)), "0.1");
  EXPECT_EQ(written(Value(1e22)), "1e+22");
  EXPECT_EQ(written(Value(true)), "true");
  EXPECT_EQ(written(Value(Value::Time{1'716'026'400 * kSecond})), "\"2024-05-18T10:00:00Z\"");
  EXPECT_EQ(written(Value(Value::List{Value(1), Value(Value::List{}), Value("a")})),
            "[1,[],\"a\"]");
  EXPECT_EQ(written(Value(Value::Json{"{\"a\":1}"})), "{\"a\":1}");
  const std::string nan = written(Value(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_TRUE(nan == "0" || nan == "null");  // JSON has no such number
}

TEST(Json, WritesFieldsInTheDocumentedOrder) {
  Article a;
  a.id = "i";
  a.origin = {"wire", "t/0", 5, "2"};
  a.received_at = kSecond;
  a.ingested_at = 2 * kSecond;
  for (const char* name : {"extra.z", "labels.l", "mine", "quality.words", "dedup.status", "body",
                           "language", "title", "url", "source.path", "other.b", "other.a"})
    a.set(name, Value(1));
  EXPECT_EQ(
      written(a),
      R"({"schema":"copydesk/article/1","id":"i","url":1,"title":1,"ingested_at":"1970-01-01T00:00:02Z","language":1,"body":1,)"
      R"("dedup":{"status":1},"quality":{"words":1},"labels":{"l":1},"mine":1,"other":{"b":1,"a":1},)"
      R"("source":{"component":"wire","path":1,"part":"2","received_at":"1970-01-01T00:00:01Z"},"extra":{"z":1}})");
}

TEST(Json, WritesFieldsWhateverTheyAreCalled) {
  Article a;
  for (const char* name : {"others", "*", "value", ".", "a.", ".b", "labels", "x"})
    a.set(name, Value(name));
  const std::string json = written(a);
  for (const char* name : {"others", "*", "value", ".", "a.", ".b", "labels", "x"})
    EXPECT_NE(json.find(":\"" + std::string(name) + "\""), std::string::npos)
        << name << " " << json;
}

TEST(Json, LeavesOutWhatIsAbsent) {
  Article a;
  a.id = "i";
  a.set("title", Value());
  a.set("dedup.status", Value());
  EXPECT_EQ(written(a), R"({"schema":"copydesk/article/1","id":"i","source":{"component":""}})");
}

TEST(Json, WritesEntitiesInCodePoints) {
  Article a;
  a.set("title", Value("\u00e9 X"));
  a.set("body", Value("\U0001F600 Ann and \u00c9va."));
  a.annotations = {{"title", 3, 4, "WORK", "", "", "", 0.5},
                   {"body", 5, 8, "PERSON", "person", "Ann A.", "Q1", 1},
                   {"body", 13, 17, "PERSON", "", "", "", 1},
                   {"body", 5, 17, "GROUP", "", "", "", 1}};
  const std::string json = written(a);
  EXPECT_NE(
      json.find(
          R"("entities":[{"text":"X","type":"WORK","field":"title","start":2,"end":3,"score":0.5},)"
          R"({"text":"Ann","type":"PERSON","kind":"person","field":"body","start":2,"end":5,"name":"Ann A.","id":"Q1","score":1},)"
          R"({"text":"Éva","type":"PERSON","field":"body","start":10,"end":13,"score":1},)"
          R"({"text":"Ann and Éva","type":"GROUP","field":"body","start":2,"end":13,"score":1}])"),
      std::string::npos)
      << json;
}

// The slice [start, end) of a text in a unit, as a reader of the output would take it.
std::string slice(const std::string& text, OffsetUnit unit, std::size_t start, std::size_t end) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const std::size_t units = unit == OffsetUnit::bytes                 ? bytes
                              : unit == OffsetUnit::utf16 && bytes == 4 ? 2
                                                                        : 1;
    if (at >= start && at + units <= end) out.append(text, i, bytes);
    at += units;
    i += bytes;
  }
  return out;
}

TEST(Json, WritesSpansInEveryUnit) {
  const std::vector<std::string> pieces{"a",
                                        " ",
                                        "I\u0307",
                                        "\u0130stanbul",
                                        "e\u0301",
                                        "\U0001F469\u200D\U0001F467",
                                        "\U0001F1E8\U0001F1F3",
                                        "\u0627\u0644\u0635\u064A\u0646",
                                        "\u4E2D\u56FD",
                                        "\U00020000"};
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    Article a;
    std::string body;
    for (unsigned n = 1 + random() % 12; n > 0; --n) {
      const std::string& piece = pieces[random() % pieces.size()];
      if (random() % 2 == 0)
        a.annotations.push_back(
            {"body", body.size(), body.size() + piece.size(), "LOC", "", "", "", 1});
      body += piece;
    }
    a.set("body", Value(body));
    for (const OffsetUnit unit : {OffsetUnit::code_points, OffsetUnit::bytes, OffsetUnit::utf16}) {
      std::string json;
      write_json(a, json, unit);
      const std::string told =
          "\"entity_offsets\":\"" + std::string(offset_unit_name(unit)) + "\",\"entities\":[";
      ASSERT_EQ(json.find(told) != std::string::npos,
                unit != OffsetUnit::code_points && !a.annotations.empty())
          << json;
      std::size_t at = 0;
      for (const Annotation& n : a.annotations) {
        const auto number = [&](const char* key) {
          at = json.find(key, at) + std::string_view(key).size();
          return static_cast<std::size_t>(std::stoul(json.substr(at)));
        };
        const std::size_t start = number("\"start\":"), end = number("\"end\":");
        ASSERT_EQ(slice(body, unit, start, end), body.substr(n.begin, n.end - n.begin)) << json;
      }
    }
  }
}

TEST(Json, KnowsTheUnitsByName) {
  for (const OffsetUnit unit : {OffsetUnit::code_points, OffsetUnit::bytes, OffsetUnit::utf16})
    EXPECT_EQ(offset_unit(offset_unit_name(unit)), unit);
}

TEST(Json, WritesNoKeyTwice) {
  Article a;
  a.set("x", Value(1));
  a.set("x.y", Value(2));
  a.set("xy", Value(3));
  a.set("x.z", Value(4));
  a.set("dedup", Value(5));
  a.set("dedup.status", Value(6));
  for (const char* name : {"title", "title.x", "id.x", "schema.y", "entities.z", "ingested_at.q"})
    a.set(name, Value(7));
  a.annotations = {{"body", 0, 1, "T", "", "", "", 1}};
  a.ingested_at = kSecond;
  a.set("body", Value("A"));
  const std::string json = written(a);
  for (const char* key : {"\"x\":", "\"dedup\":", "\"title\":", "\"id\":", "\"schema\":",
                          "\"entities\":", "\"ingested_at\":", "\"title.x\":"})
    EXPECT_EQ(json.find(key), json.rfind(key)) << json;
  for (const char* value : {"1", "2", "3", "4", "5", "6"})
    EXPECT_NE(json.find(std::string(":") + value), std::string::npos) << json;
}

TEST(Json, IsOneLineOfUtf8WhateverIsInIt) {
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    Article a;
    a.id = "i";
    std::string text;
    for (unsigned n = random() % 20; n > 0; --n) {
      const std::string parts[] = {"\n",
                                   "\"",
                                   "\\",
                                   "\u00e9",
                                   std::string(1, static_cast<char>(random() % 32)),
                                   "abcdefghijklmnop"};
      text += parts[random() % std::size(parts)];
    }
    a.set("body", Value(text));
    a.set("n." + text, Value(text));
    const std::string json = written(a);
    ASSERT_TRUE(is_utf8(json));
    for (char c : json) ASSERT_GE(static_cast<unsigned char>(c), 0x20);
  }
}

}  // namespace
}  // namespace copydesk
