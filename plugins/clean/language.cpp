#include "language.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "chars.h"
#include "words.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kBytesMax = 1500;  // looked at
constexpr std::size_t kLettersMin = 60;
constexpr std::size_t kWordsMin = 15;
constexpr std::size_t kWordBytesMax = 24;  // function words are short
constexpr double kScriptShareMin = 0.7;    // of the letters
constexpr double kWordShareMin = 0.15;     // of the words are function words of the language
constexpr double kLeadMin = 1.4;           // times as many as of the next one

// At most 16, one bit each.
constexpr std::string_view kLanguages[] = {"en", "de", "fr", "es", "pt", "it", "nl", "sv",
                                           "da", "no", "fi", "pl", "cs", "tr", "ro", "hu"};
constexpr std::size_t kLanguageCount = std::size(kLanguages);
static_assert(kLanguageCount <= 16);

// In the order of kLanguages. Names that are words elsewhere and single letters are left out.
using Words = WordTable<2048>;
constexpr Words::List kWords[] = {
    {1 << 0,
     "the of and to in is that for was on with as it at by from are be this have not but his they "
     "an which or had has its were been their who will would more about said when there what"},
    {1 << 1,
     "der die und das den von ist zu mit sich des auf für nicht im eine ein dem auch es an als "
     "wird bei aus nach wie sie oder einer war über um hat am werden noch dass einen nur wurde vor "
     "zum zur haben sind mehr bis"},
    {1 << 2,
     "le la les de des et en un une du est que qui dans pour pas sur au par plus il elle ce cette "
     "avec ne se son sont aux mais ont ou nous vous été leur fait même sa ses être était deux "
     "comme"},
    {1 << 3,
     "el la los las de y en que del un una por con para se no es al lo como más su sus pero le ha "
     "sobre este esta también fue entre son desde está hasta muy todo sin años ser dos había"},
    {1 << 4,
     "o os as de do da e em que um uma para com não por mais dos das no na se como ao foi ele sua "
     "seu ou mas também ser à pelo pela são tem entre está nos nas até isso já ainda muito"},
    {1 << 5,
     "il la di e che un una del della per con non è in le dei si da sono al come più anche gli nel "
     "alla lo ma ha dal delle nella su questo suo stato degli essere tra ed i ai hanno dopo"},
    {1 << 6,
     "de het een van en in is dat op te zijn met voor niet aan er die als ook bij maar om naar uit "
     "door over worden nog heeft hij deze wordt werd dan kan geen meer ze was hebben zich tot"},
    {1 << 7,
     "och att det i en som är på för av med den till inte om ett har de han men var jag sig från "
     "vi så kan när nu också efter vid ska under eller mot hade där sina finns"},
    {1 << 8,
     "og at det i en er som på til af for med den de ikke har der et han men var jeg sig fra vi så "
     "kan når nu også efter ved skal hun eller blev havde bliver mod deres uden"},
    {1 << 9,
     "og at det i en er som på til av for med den de ikke har et han men var jeg seg fra vi så kan "
     "når nå også etter ved skal hun eller ble hadde blir mot deres uten være"},
    {1 << 10,
     "ja on ei että se oli ovat hän mutta myös kun kuin joka tai sekä mukaan jos niin vain ole "
     "ollut sen jo nyt joka mitä ovat tämä olla voi jälkeen sitä kanssa hänen joita vielä"},
    {1 << 11,
     "w i na z do się nie że to o jest za od po przez dla jak oraz ale co tym który są być będzie "
     "jego był przy także które tego już roku może czy ich jej została został"},
    {1 << 12,
     "a v se na je že to do s z o i ve po by ale za jako pro si podle od který jsou byl také nebo "
     "jeho než jsem při aby však které již roku bylo jak až tak bude už byla"},
    {1 << 13,
     "ve bir bu da de için ile olarak olan daha çok gibi en sonra kadar ne var göre ise olduğu "
     "tarafından o ancak ya ki değil her yeni oldu iki etti büyük üzerinde veya"},
    {1 << 14,
     "și în de la a cu din pe că o nu un este pentru care mai sau fi au fost prin după dar ca al "
     "se să lui ale despre acest între această sunt fiind doar când foarte cum"},
    {1 << 15,
     "a az és hogy nem is egy volt meg de ez el már csak mint azt ki még van de vagy után lesz "
     "szerint ha aki amely ezt minden lehet most majd között így kell több nagyon"},
};
constexpr Words kTable(kWords);

// Function words of languages that are told by their letters, for languages_with.
constexpr Words::List kMoreWords[] = {
    {1 << 0,
     "и в на не что с по это как из к у он за от для о а но его все она так же был было до бы при "
     "также или если только они уже этом который которые будет после во со том который сообщил "
     "были года году более"},
    {1 << 1,
     "і в на не що з по це як із до у він за від для та а але його все вона так же був було й при "
     "також або якщо тільки вони вже цьому який які буде після у зі про під час року"},
    {1 << 2,
     "в на и да не че за с от се са е по как из до към при като ще беше след или но което които "
     "който която си го му им още това тази този във със"},
    {1 << 3,
     "του της το και να η ο των τον την για με που στο στη από στην θα δεν τα οι στον ότι είναι "
     "μια ένα έχει ως αυτό τις τους σε ή"},
    {1 << 4,
     "في من على إلى أن عن التي الذي هذا هذه كما ما لا مع بعد قبل بين كان كانت قد وقد هو هي لم ان "
     "أو ثم حيث خلال وفي ومن وقال قال إن أنه أنها ذلك تم عند كل حتى"},
    {1 << 5,
     "و در به از که این را با است برای آن یک تا بر های ها می شد شده بود هم خود کرد باید نیز اما "
     "یا کند گفت دارد شود ما بین پس"},
    {1 << 6,
     "کے کی میں ہے کا کو سے اور نے پر کہ ہیں اس کر بھی یہ تھا تھی گیا جو ایک لیے وہ ہو ان نہیں تو "
     "کیا گئی رہے ساتھ"},
    {1 << 7,
     "של את על לא הוא כי זה עם גם היא או יותר אל כל אבל לאחר בין מה הם אם רק כמו היה אין עוד לפני "
     "ידי כך היתה"},
    {1 << 8,
     "के में की है को का से और ने पर कि हैं इस कर भी यह था थी गया जो एक लिए वह हो उन नहीं तो ही "
     "किया गई रहे साथ बाद या तक अपने हुए करने कहा रहा थे"},
    {1 << 9,
     "ও এ এই করে থেকে না এবং তার হয়েছে জন্য করা একটি সঙ্গে তিনি যে পর হয় আর কি ছিল বলে মধ্যে "
     "তাদের কিন্তু নিয়ে"},
    {1 << 10,
     "yang dan di ini itu dengan untuk dari pada tidak dalam akan ke oleh juga ada adalah telah "
     "sudah kata karena saat lebih bisa para kami mereka tersebut atau"},
    {1 << 11,
     "và của là có cho các trong được với không này một những đã người khi đến tại về từ cũng ra "
     "để "
     "vào năm sẽ theo như trên"},
    {1 << 12,
     "的 了 是 在 和 有 不 这 這 为 為 也 就 与 與 及 等 将 將 对 對 从 從 被 到 以 于 中 他 个 "
     "個"},
    {1 << 13, "の に は を が と で も へ か ら て た な し い る れ"},
    {1 << 14,
     "이 그 저 것 수 등 및 또 더 한 두 위해 대한 있는 있다 했다 것으로 지난 대해 통해 따라 함께 "
     "가장 "
     "이날 있다고 말했다 밝혔다 오는 이후 때문에 같은 모두 많은 다른"},
};
constexpr Words kMoreTable(kMoreWords);

// Letters, by script.
enum Script {
  kLatin,
  kCyrillic,
  kArabic,
  kHan,
  kKana,
  kHangul,
  kGreek,
  kHebrew,
  kThai,
  kIndic,
  kOther,
  kScripts
};

Script script_of(char32_t c) {
  if (c < 0x250 || (c >= 0x1E00 && c < 0x1F00)) return kLatin;
  if (c >= 0x370 && c < 0x400) return kGreek;
  if (c >= 0x400 && c < 0x530) return kCyrillic;
  if (c >= 0x590 && c < 0x600) return kHebrew;
  if (c >= 0x600 && c < 0x780) return kArabic;
  if (c >= 0x900 && c < 0xE00) return kIndic;
  if (c >= 0xE00 && c < 0xE80) return kThai;
  if (c >= 0x3040 && c < 0x3100) return kKana;
  if (c >= 0xAC00 && c < 0xD7B0) return kHangul;
  return is_ideograph(c) ? kHan : kOther;
}

class Detector {
 public:
  explicit Detector(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      const CodePoint c = decode(text, i);
      i += c.length;
      is_word(c.value) ? add(c.value) : end_word();
    }
    end_word();
  }

  std::string_view language() const {
    if (letters_ < kLettersMin) return {};
    const auto share = [&](Script script) {
      return static_cast<double>(scripts_[script]) / static_cast<double>(letters_);
    };
    // Japanese is written in both.
    if (share(kKana) + share(kHan) >= kScriptShareMin)
      return share(kKana) >= 0.1 ? "ja" : share(kKana) < 0.01 ? "zh" : "";
    if (share(kHangul) >= kScriptShareMin) return "ko";
    if (share(kGreek) >= kScriptShareMin) return "el";
    if (share(kHebrew) >= kScriptShareMin) return "he";
    if (share(kThai) >= kScriptShareMin) return "th";
    if (share(kCyrillic) >= kScriptShareMin) return by_letters("ru", "uk", ukrainian_, russian_);
    if (share(kArabic) >= kScriptShareMin) return by_letters("ar", "", persian_, arabic_);
    if (share(kLatin) >= kScriptShareMin) return by_words();
    return {};
  }

 private:
  void add(char32_t c) {
    if (c < 0x80 && is_digit(static_cast<char>(c))) return;
    ++letters_;
    ++scripts_[script_of(c)];
    const char32_t lower = fold(c);
    if (word_.size() < kWordBytesMax) append_utf8(word_, lower);
    look_at(lower);
  }
  // Letters that one language of a script has and its neighbours do not.
  void look_at(char32_t c) {
    if (c < 0x400) return;
    russian_ += c == U'ы' || c == U'э' || c == U'ё';
    ukrainian_ += c == U'і' || c == U'ї' || c == U'є' || c == U'ґ';
    foreign_cyrillic_ += c == U'ў' || c == U'ј' || c == U'љ' || c == U'њ' || c == U'ћ' ||
                         c == U'ђ' || c == U'ѓ' || c == U'ќ' || c == U'қ' || c == U'ө';
    arabic_ += c == U'ة' || c == U'ى' || c == U'ي' || c == U'ك';
    persian_ += c == U'پ' || c == U'چ' || c == U'ژ' || c == U'گ' || c == U'ی' || c == U'ک' ||
                c == U'ٹ' || c == U'ڈ' || c == U'ں' || c == U'ے';
  }
  // `one` where only its letters occur, `other` where only the other's do.
  std::string_view by_letters(std::string_view one, std::string_view other, std::size_t others,
                              std::size_t own) const {
    constexpr std::size_t kSeenMin = 3, kTimesMin = 10;
    if (foreign_cyrillic_ > 0) return {};
    if (own >= kSeenMin && own >= kTimesMin * others) return one;
    if (others >= kSeenMin && others >= kTimesMin * own) return other;
    return {};
  }
  void end_word() {
    if (word_.empty()) return;
    ++words_;
    const std::uint16_t found =
        word_.size() < kWordBytesMax ? kTable.find(word_hash(word_)) : std::uint16_t{0};
    for (std::size_t i = 0; i < kLanguageCount; ++i) hits_[i] += found >> i & 1;
    word_.clear();
  }
  std::string_view by_words() const {
    if (words_ < kWordsMin) return {};
    std::size_t best = 0, next = 1;
    if (hits_[next] > hits_[best]) std::swap(best, next);
    for (std::size_t i = 2; i < kLanguageCount; ++i) {
      if (hits_[i] > hits_[best])
        next = best, best = i;
      else if (hits_[i] > hits_[next])
        next = i;
    }
    const auto hits = static_cast<double>(hits_[best]);
    const bool sure = hits >= kWordShareMin * static_cast<double>(words_) &&
                      hits >= kLeadMin * static_cast<double>(hits_[next]);
    return sure ? kLanguages[best] : std::string_view();
  }

  std::string word_;
  std::size_t words_ = 0, letters_ = 0;
  std::array<std::size_t, kScripts> scripts_{};
  std::array<std::size_t, kLanguageCount> hits_{};
  std::size_t russian_ = 0, ukrainian_ = 0, foreign_cyrillic_ = 0, arabic_ = 0, persian_ = 0;
};

}  // namespace

std::uint32_t languages_with(std::uint32_t word) {
  return kTable.find(word) | std::uint32_t{kMoreTable.find(word)} << 16;
}

std::string_view detect_language(std::string_view text) {
  return Detector(text.substr(0, kBytesMax)).language();
}

}  // namespace copydesk::clean
