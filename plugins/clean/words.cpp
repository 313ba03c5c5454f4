#include "words.h"

namespace copydesk::clean {
namespace {

using Table = WordTable<4096>;

// clang-format off
constexpr Table::List kLists[] = {
  {kWordEnglish,
    "the be to of and in that have it for not on with he as do at this but his by from they say her she or an "
    "will my one all would there their what so up out if about who get which go me when make can like no just "
    "him know take into than then now only come its over also back after use two how our even because any "
    "these us is was are were been has had did said could may might must should while where during before "
    "between under against since until those such more most other some them through being both each few own "
    "same too very a i am does here again once why nor"},
  {kWordForeign,
    "der die das und ist nicht ein eine einen den dem des mit von auf für auch sich im zu bei nach wie oder aus "
    "aber wird sind hat war les le la et en un une du dans que qui pour est sur pas avec au aux ce son sa ses par "
    "plus sont el los las y del se una por con para como más su al lo pero fue ha o os da do em não na no uma dos "
    "mais foi ao il di che è per non sono della nel con alla dei del gli het een van ik te dat op aan niet zijn er "
    "maar om ook и в не на что с по это как из к у он за от для och att som det på av är med till inte jest się "
    "nie że bir ve bu için de da dan yang di dengan untuk og til af"},
  {kWordReader, "you your yours yourself please click tap"},
  {kWordWe, "we our us ours i my me"},
  {kWordSubscribe,
    "subscribe subscribed subscriber subscribers subscription subscriptions newsletter newsletters sign signup inbox "
    "email emails mailing join membership member members login log register registered account password free trial "
    "digest alerts notifications unsubscribe offer offers delivered daily weekly donate donation "
    "premium unlimited access enter address app download gift deals buy shop sponsored advertisement "
    "advertise ads ad promoted advertising"},
  {kWordSocial,
    "facebook twitter instagram whatsapp telegram linkedin pinterest reddit youtube tiktok flipboard share sharing "
    "tweet follow followers like print copy link rss messenger tumblr threads snapchat podcast bookmark "
    "save pocket"},
  {kWordLegal,
    "copyright rights reserved cookies cookie privacy policy terms conditions disclaimer licensed license "
    "trademark trademarks permission republished reproduced redistributed consent reproduction syndicated "
    "affiliate commission commissions gdpr recaptcha llc inc"},
  {kWordComment,
    "comment comments commenting reply replies discussion moderated moderation moderators post posted posting "
    "logged disqus conversation respectful abusive commenters feedback"},
  {kWordRelated,
    "related read recommended trending popular latest stories story articles article headlines more next previous "
    "also watch video videos gallery topics tags filed see editor's picks must-read topic continue "
    "further here below"},
  {kWordTime,
    "january february march april june july august september october november december jan feb mar apr jun jul "
    "aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat "
    "ago am pm gmt est edt pst utc hours minutes mins updated published last modified"},
  {kWordPhoto,
    "photo photos image images picture pictures pictured credit getty courtesy photograph photographer file caption "
    "illustration shutterstock handout reuters afp ap epa via seen screenshot left right alamy istock unsplash"},
  {kWordAuthor,
    "author authors writer reporter editor editors journalist correspondent contributor contributing columnist covers "
    "covering writes written writing freelance graduate reach reached bio blogger staff reporting "
    "contributed edited producer award-winning founder"},
  {kWordNavigation,
    "home menu search contact about skip content main help faq sitemap careers close loading browser javascript "
    "page site website toggle view show hide list all back top navigation category categories archive "
    "archives section sections edition events"},
  {kWordSaid, "said says told saying added asked according explained wrote announced reported noted argued"},
};
// clang-format on

constexpr Table kTable(kLists);

}  // namespace

std::uint16_t word_classes(std::uint32_t hash) { return kTable.find(hash); }

}  // namespace copydesk::clean
