#include "decode/charset.h"

#include <gtest/gtest.h>

#include <iconv.h>

#include <random>

#include "base/utf8.h"

namespace copydesk::decode {
namespace {

struct Read {
  std::string text;
  std::size_t replaced = 0;
};

Read read(std::string bytes, std::string_view encoding = {}, bool html = false) {
  Read out;
  out.text = to_utf8_text(std::move(bytes), {encoding, html}, out.replaced);
  return out;
}

// A text in another charset, for what a test expects back.
std::string in_charset(const char* charset, std::string text) {
  const iconv_t handle = ::iconv_open(charset, "UTF-8");
  EXPECT_NE(handle, reinterpret_cast<iconv_t>(-1)) << charset;
  std::string out(4 * text.size(), '\0');
  char *from = text.data(), *to = out.data();
  std::size_t left = text.size(), room = out.size();
  EXPECT_EQ(::iconv(handle, &from, &left, &to, &room), 0U) << charset;
  ::iconv(handle, nullptr, nullptr, &to, &room);
  ::iconv_close(handle);
  out.resize(out.size() - room);
  return out;
}

TEST(Charset, LeavesUtf8AsItIs) {
  const std::string text = "caf\u00e9 \u20ac \U0001F600 plain";
  EXPECT_EQ(read(text).text, text);
  EXPECT_EQ(read(text).replaced, 0U);
  EXPECT_EQ(read("").text, "");
}

TEST(Charset, FollowsAByteOrderMark) {
  EXPECT_EQ(read("\xEF\xBB\xBFtext").text, "text");
  EXPECT_EQ(read(std::string("\xFF\xFEh\0i\0\xAC\x20", 8)).text, "hi\u20ac");
  EXPECT_EQ(read(std::string("\xFE\xFF\0h\0i\x20\xAC", 8)).text, "hi\u20ac");
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "bad \xFF")
                .replaced,
            1U);
}

TEST(Charset, TakesWhatIsNotUtf8ForWindows1252) {
  const Read r = read(
      "It\x92s caf\xE9 \x80"
      "5");
  EXPECT_EQ(r.text,
            "It\u2019s caf\u00e9 \u20ac"
            "5");
  EXPECT_EQ(r.replaced, 0U);
  const Read undefined = read("a\x81 b\xE9");
  EXPECT_EQ(undefined.text, "a\uFFFD b\u00e9");
  EXPECT_EQ(undefined.replaced, 1U);
}

TEST(Charset, IsToldByTheLettersWhereNothingSaysIt) {
  const std::string russian =
      "Министр иностранных дел заявил, что переговоры продолжатся на следующей неделе. Стороны "
      "обсудили вопросы безопасности.";
  const std::string greek =
      "Ο υπουργός Εξωτερικών δήλωσε ότι οι συνομιλίες θα συνεχιστούν την επόμενη εβδομάδα στην "
      "πρωτεύουσα.";
  const std::string japanese =
      "外務大臣は記者会見で、来週も首都で協議を続けると述べた。両国は安全保障と経済協力について話し"
      "合った。";
  const std::string korean =
      "외교부 장관은 기자들에게 다음 주 수도에서 회담이 계속될 것이라고 말했다. 양측은 안보와 경제 "
      "협력을 논의했다.";
  const std::string czech =
      "Ministr zahraničí novinářům řekl, že jednání budou příští týden pokračovat v hlavním městě. "
      "Obě strany "
      "podle něj hovořily o bezpečnosti a hospodářské spolupráci, dohoda však zatím není na světě.";
  const std::string french =
      "Le ministre a déclaré à la presse que les négociations se poursuivraient la semaine "
      "prochaine à Genève. D’après "
      "lui, les deux délégations ont évoqué la sécurité et la coopération économique, mais rien "
      "n’a été décidé.";
  const std::vector<std::pair<const char*, std::string>> texts = {
      {"windows-1251", russian},
      {"koi8-r", russian},
      {"iso-8859-5", russian},
      {"windows-1253", greek},
      {"shift_jis", japanese},
      {"euc-jp", japanese},
      {"euc-kr", korean},
      {"windows-1250", czech},
      {"iso-8859-2", czech},
      {"windows-1252", french},
      {"windows-1255",
       "שר החוץ אמר לעיתונאים כי השיחות יימשכו בשבוע הבא בעיר הבירה, וכי שני הצדדים דנו בנושאי "
       "ביטחון."},
      {"windows-1256",
       "قال وزير الخارجية إن المحادثات ستستمر الأسبوع المقبل في العاصمة، وأضاف أن الجانبين ناقشا "
       "قضايا الأمن."},
      {"tis-620", "รัฐมนตรีว่าการกระทรวงการต่างประเทศกล่าวว่าการเจรจาจะดำเนินต่อไปในสัปดาห์หน้าที่เมืองหลวง"},
      {"gb18030",
       "外交部长对记者表示，下周将继续在首都举行会谈。双方讨论了安全和经济合作问题，但尚未作出最后"
       "决定。"},
      {"big5",
       "外交部長對記者表示，下週將繼續在首都舉行會談。雙方討論了安全與經濟合作問題，但尚未作出最後"
       "決定。"}};
  for (const auto& [charset, text] : texts) {
    EXPECT_EQ(read(in_charset(charset, text)).text, text) << charset;
    const std::string page = "<html><body><p>" + text + "</p></body></html>";
    EXPECT_EQ(read(in_charset(charset, page), {}, true).text, page) << charset;
  }
}

TEST(Charset, TellsIso2022JpByItsEscapes) {
  const std::string page =
      "<html><head><meta charset=iso-2022-jp></head><body>外務大臣は述べた。</body></html>";
  EXPECT_EQ(read(in_charset("iso-2022-jp", page), {}, true).text, page);
  EXPECT_EQ(read("red \x1B[31mtext\x1B[0m, \x1B$Z is none").text,
            "red \x1B[31mtext\x1B[0m, \x1B$Z is none");
}

TEST(Charset, KeepsUtf8ThatIsDamagedHereAndThere) {
  const Read r = read("caf\u00e9 na\u00efve \xFF \u00fcber");
  EXPECT_EQ(r.text, "caf\u00e9 na\u00efve \uFFFD \u00fcber");
  EXPECT_EQ(r.replaced, 1U);
  const Read cut = read("only ASCII and then a cut \xE2\x82");
  EXPECT_EQ(cut.text, "only ASCII and then a cut \uFFFD");
  EXPECT_EQ(cut.replaced, 1U);
}

TEST(Charset, ObeysTheConfiguration) {
  EXPECT_EQ(read("\xEF\xF0\xE8\xE2\xE5\xF2", "windows-1251").text,
            "\u043f\u0440\u0438\u0432\u0435\u0442");
  EXPECT_EQ(read("\x93\xFA\x96\x7B", "Shift_JIS").text, "\u65e5\u672c");
  EXPECT_EQ(read("\xD6\xD0\xCE\xC4", "gb2312").text, "\u4e2d\u6587");
  EXPECT_EQ(read("caf\xE9", "latin1").text, "caf\u00e9");
  EXPECT_EQ(read("\xE9", "UTF-8").text, "\uFFFD");
  const Read bad = read("\x93\xFA\xFF\xFF\x96\x7B", "shift_jis");
  EXPECT_EQ(bad.text.substr(0, 3), "\u65e5");
  EXPECT_GT(bad.replaced, 0U);
  EXPECT_EQ(read("caf\xE9", "no-such-charset").text, "caf\u00e9");
  EXPECT_TRUE(known_charset("KOI8-R"));
  EXPECT_TRUE(known_charset("iso-8859-15"));
  EXPECT_TRUE(known_charset(" UTF8 "));
  EXPECT_FALSE(known_charset("no-such-charset"));
  EXPECT_FALSE(known_charset(std::string(1000, 'x')));
}

TEST(Charset, ReadsWhatAPageSaysOfItself) {
  EXPECT_EQ(meta_charset("<html><META Charset=\"Windows-1251\">"), "Windows-1251");
  EXPECT_EQ(meta_charset("<meta http-equiv=Content-Type content='text/html; charset = koi8-r'>"),
            "koi8-r");
  EXPECT_EQ(meta_charset("<meta name=x><meta charset=euc-kr/>"), "euc-kr");
  EXPECT_EQ(meta_charset("<meta charset><p>charset=x"), "");
  EXPECT_EQ(meta_charset("<meta"), "");
  EXPECT_EQ(meta_charset(std::string(2000, ' ') + "<meta charset=x>"), "x");
  EXPECT_EQ(meta_charset(std::string(9000, ' ') + "<meta charset=x>"), "");
  EXPECT_EQ(meta_charset("<?xml version='1.0' encoding='koi8-r'?><html>"), "koi8-r");
  EXPECT_EQ(meta_charset("<?xml version='1.0' encoding=?><html>"), "");
  EXPECT_EQ(read("<meta charset=windows-1251>\xEF\xF0", {}, true).text,
            "<meta charset=windows-1251>\u043f\u0440");
  EXPECT_EQ(read("<meta charset=windows-1251>\xEF\xF0", {}, false).text,
            "<meta charset=windows-1251>\u00ef\u00f0");
  EXPECT_EQ(read("<meta charset=utf-8>caf\xE9", {}, true).text,
            "<meta charset=utf-8>caf\u00e9");  // it does not tell the truth
}

// One text in each encoding of the Encoding standard; the bytes are from the codecs of Python.
struct Sample {
  const char* label;
  std::string bytes;
  const char* text;
};
const Sample kSamples[] = {
    {"ibm866", std::string("\x8F\xE0\xA8\xA2\xA5\xE2\x2C\x20\xAC\xA8\xE0", 11),
     "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440"},
    {"iso-8859-2",
     std::string("\x5A\x61\xBF\xF3\xB3\xE6\x20\x67\xEA\xB6\x6C\xB1\x20\x6A\x61\xBC\xF1", 17),
     "Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144"},
    {"iso-8859-3", std::string("\xA1\x61\xF5\x61\x72\x20\x51\x69\x6D", 9), "\u0126a\u0121ar Qim"},
    {"iso-8859-4", std::string("\x4C\x61\x74\x76\x69\x6A\xE0\x20\xB9\xF3\xBA\x64\xBA", 13),
     "Latvij\u0101 \u0161\u0137\u0113d\u0113"},
    {"iso-8859-5", std::string("\xBF\xE0\xD8\xD2\xD5\xE2", 6),
     "\u041f\u0440\u0438\u0432\u0435\u0442"},
    {"iso-8859-6", std::string("\xE5\xD1\xCD\xC8\xC7", 5), "\u0645\u0631\u062d\u0628\u0627"},
    {"iso-8859-7", std::string("\xCA\xE1\xEB\xE7\xEC\xDD\xF1\xE1", 8),
     "\u039a\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1"},
    {"iso-8859-8", std::string("\xF9\xEC\xE5\xED", 4), "\u05e9\u05dc\u05d5\u05dd"},
    {"iso-8859-8-i", std::string("\xF9\xEC\xE5\xED", 4), "\u05e9\u05dc\u05d5\u05dd"},
    {"iso-8859-10", std::string("\x53\xE1\x6D\x69\x20\xB9\xB9\x20\xBF", 9),
     "S\u00e1mi \u0111\u0111 \u014b"},
    {"iso-8859-13", std::string("\xDE\xE0\x73\x69\x73\x20\xF0\x75\x6F", 9),
     "\u017d\u0105sis \u0161uo"},
    {"iso-8859-14", std::string("\xD0\x79\x20\xFE", 4), "\u0174y \u0177"},
    {"iso-8859-15", std::string("\xBC\x75\x76\x72\x65\x20\xE0\x20\x35\x20\xA4", 11),
     "\u0152uvre \u00e0 5 \u20ac"},
    {"iso-8859-16", std::string("\xDE\x61\x72\xE3\x20\xBA\x69", 7), "\u021aar\u0103 \u0219i"},
    {"koi8-r", std::string("\xF0\xD2\xC9\xD7\xC5\xD4", 6), "\u041f\u0440\u0438\u0432\u0435\u0442"},
    {"koi8-u", std::string("\xB7\xD6\xC1\xCB\x20\xA6\x20\xAD\xC1\xD7\xC1", 11),
     "\u0407\u0436\u0430\u043a \u0456 \u0491\u0430\u0432\u0430"},
    {"macintosh", std::string("\x44\x8E\x6A\x88\x20\xD2\x76\x75\xD3", 9),
     "D\u00e9j\u00e0 \u201cvu\u201d"},
    {"windows-874", std::string("\xCA\xC7\xD1\xCA\xB4\xD5", 6),
     "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35"},
    {"windows-1250",
     std::string("\x50\xF8\xED\x6C\x69\x9A\x20\x9E\x6C\x75\x9D\x6F\x75\xE8\x6B\xFD", 16),
     "P\u0159\u00edli\u0161 \u017elu\u0165ou\u010dk\u00fd"},
    {"windows-1251", std::string("\xCF\xF0\xE8\xE2\xE5\xF2", 6),
     "\u041f\u0440\u0438\u0432\u0435\u0442"},
    {"windows-1252", std::string("\x63\x61\x66\xE9\x20\x93\x80\x35\x94", 9),
     "caf\u00e9 \u201c\u20ac5\u201d"},
    {"windows-1253", std::string("\xCA\xE1\xEB\xE7\xEC\xDD\xF1\xE1", 8),
     "\u039a\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1"},
    {"windows-1254",
     std::string("\x47\xFC\x6E\x65\xFE\x6C\x69\x20\xDD\x73\x74\x61\x6E\x62\x75\x6C", 16),
     "G\u00fcne\u015fli \u0130stanbul"},
    {"windows-1255", std::string("\xF9\xEC\xE5\xED", 4), "\u05e9\u05dc\u05d5\u05dd"},
    {"windows-1256", std::string("\xE3\xD1\xCD\xC8\xC7\x20\x81", 7),
     "\u0645\u0631\u062d\u0628\u0627 \u067e"},
    {"windows-1257", std::string("\xDE\xE0\x73\x69\x73", 5), "\u017d\u0105sis"},
    {"windows-1258", std::string("\xD0\xE2\x79\x20\x6C\xE0", 6), "\u0110\u00e2y l\u00e0"},
    {"x-mac-cyrillic", std::string("\x8F\xF0\xE8\xE2\xE5\xF2", 6),
     "\u041f\u0440\u0438\u0432\u0435\u0442"},
    {"gbk", std::string("\xC4\xE3\xBA\xC3\xA3\xAC\xCA\xC0\xBD\xE7", 10),
     "\u4f60\u597d\uff0c\u4e16\u754c"},
    {"gb18030", std::string("\xC4\xE3\xBA\xC3\x20\x94\x39\xFC\x36", 9), "\u4f60\u597d \U0001f600"},
    {"big5", std::string("\xA7\x41\xA6\x6E\xA5\x40\xAC\xC9", 8), "\u4f60\u597d\u4e16\u754c"},
    {"euc-jp", std::string("\xC6\xFC\xCB\xDC\xB8\xEC\xA5\xC6\xA5\xB9\xA5\xC8", 12),
     "\u65e5\u672c\u8a9e\u30c6\u30b9\u30c8"},
    {"iso-2022-jp", std::string("\x1B\x24\x42\x46\x7C\x4B\x5C\x38\x6C\x1B\x28\x42", 12),
     "\u65e5\u672c\u8a9e"},
    {"shift_jis", std::string("\x93\xFA\x96\x7B\x8C\xEA\x87\x40", 8), "\u65e5\u672c\u8a9e\u2460"},
    {"euc-kr", std::string("\xBE\xC8\xB3\xE7\x20\x8C\x63\xB9\xE6", 9), "\uc548\ub155 \ub620\ubc29"},
    {"utf-16le",
     std::string("\x68\x00\xE9\x00\x6C\x00\x6C\x00\x6F\x00\x20\x00\x16\x4E\x4C\x75", 16),
     "h\u00e9llo \u4e16\u754c"},
    {"utf-16be",
     std::string("\x00\x68\x00\xE9\x00\x6C\x00\x6C\x00\x6F\x00\x20\x4E\x16\x75\x4C", 16),
     "h\u00e9llo \u4e16\u754c"},
    {"x-user-defined", "a\x80", "a\uf780"}};

TEST(Charset, ReadsEveryEncodingOfTheStandard) {
  for (const Sample& sample : kSamples) {
    EXPECT_TRUE(known_charset(sample.label)) << sample.label;
    const Read out = read(sample.bytes, sample.label);
    EXPECT_EQ(out.text, sample.text) << sample.label;
    EXPECT_EQ(out.replaced, 0U) << sample.label;
  }
}

TEST(Charset, ReadsPagesThatSayTheirEncoding) {
  for (const Sample& sample : kSamples) {
    const std::string_view label = sample.label;
    // not ASCII, or nothing but ASCII, to a prescan
    if (label.starts_with("utf-16") || label == "iso-2022-jp") continue;
    const std::string head = "<meta charset=" + std::string(label) + ">";
    EXPECT_EQ(read(head + sample.bytes, {}, true).text, head + sample.text) << label;
  }
}

TEST(Charset, KnowsTheLabelsOfTheStandard) {
  for (const char* label :
       {"csisolatin2", "iso_8859-7:1987", "sun_eu_greek", "visual", "csksc56011987", "ms_kanji",
        "x-x-big5", "dos-874", "unicodefffe", "x-mac-ukrainian", "iso-ir-149",
        "cseucpkdfmtjapanese", "x-gbk", "latin6", "l9", "cskoi8r", "x-unicode20utf8"})
    EXPECT_TRUE(known_charset(label)) << label;
}

TEST(Charset, FindsUtf16ByItsZeros) {
  std::string little, big;
  for (const char c : std::string("<html><p>Larsmo to rebuild pier</p></html>")) {
    little += c, little += '\0';
    big += '\0', big += c;
  }
  EXPECT_EQ(read(little, {}, true).text, "<html><p>Larsmo to rebuild pier</p></html>");
  EXPECT_EQ(read(big, {}, true).text, "<html><p>Larsmo to rebuild pier</p></html>");
  EXPECT_EQ(read(std::string("ab\0cd", 5)).text, std::string("ab\0cd", 5));
}

TEST(Charset, BelievesNoClaimThatTheBytesGiveTheLieTo) {
  // Windows-1251 under a claim of Shift_JIS, of UTF-16, of UTF-8, of nothing known; UTF-8 under another claim.
  const std::string cyrillic = "\xCF\xF0\xE8\xE2\xE5\xF2, \xEC\xE8\xF0";
  for (const char* claim : {"euc-jp", "utf-16", "utf-8", "no-such-charset", ""}) {
    const std::string head = "<html lang=ru><meta charset=" + std::string(claim) + ">";
    EXPECT_EQ(read(head + cyrillic, {}, true).text,
              head + "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440")
        << claim;
  }
  EXPECT_EQ(read("<meta charset=iso-8859-1>caf\u00e9", {}, true).text,
            "<meta charset=iso-8859-1>caf\u00e9");
  EXPECT_EQ(read("<meta charset=utf-16>plain", {}, true).text, "<meta charset=utf-16>plain");
}

TEST(Charset, TakesWhatThePagesOfALanguageAreWrittenIn) {
  EXPECT_EQ(read("<html lang=\"ja\">\x93\xFA\x96\x7B", {}, true).text,
            "<html lang=\"ja\">\u65e5\u672c");
  EXPECT_EQ(read("<html lang=zh-TW>\xA7\x41\xA6\x6E", {}, true).text,
            "<html lang=zh-TW>\u4f60\u597d");
  EXPECT_EQ(read("<html lang=fr>caf\xE9", {}, true).text, "<html lang=fr>caf\u00e9");
  EXPECT_EQ(read("<html lang=ja>caf\xE9 \xFF\xFF", {}, true).text,
            "<html lang=ja>caf\u00e9 \u00ff\u00ff");
}

TEST(Charset, TellsKoi8FromWindows1251ByItsSmallLetters) {
  const std::string html = "<html lang=ru>";
  EXPECT_EQ(read(html + "\xF0\xD2\xC9\xD7\xC5\xD4", {}, true).text,
            html + "\u041f\u0440\u0438\u0432\u0435\u0442");
  EXPECT_EQ(read(html + "\xCF\xF0\xE8\xE2\xE5\xF2", {}, true).text,
            html + "\u041f\u0440\u0438\u0432\u0435\u0442");
}

TEST(Charset, GivesUtf8ForAnyBytesInAnyCharset) {
  std::mt19937 random(1);
  for (const char* encoding : {"", "utf-8", "windows-1252", "shift_jis", "gb18030", "windows-874",
                               "x-user-defined", "euc-jp", "x-mac-cyrillic", "utf-16le", "utf-16be",
                               "iso-2022-jp", "big5", "euc-kr", "utf-7"})
    for (int i = 0; i < 2000; ++i) {
      std::string bytes(random() % 60, '\0');
      for (char& c : bytes) c = static_cast<char>(random() % 4 == 0 ? random() % 128 : random());
      ASSERT_TRUE(is_utf8(read(bytes, encoding, true).text)) << encoding << " " << i;
    }
}

}  // namespace
}  // namespace copydesk::decode
