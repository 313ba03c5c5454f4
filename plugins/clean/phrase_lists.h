#pragma once

// Wordings of lines around articles, folded as by fold_words. Included by phrases.cpp only.
// clang-format off

// Lines that are chrome when they consist of nothing else.
constexpr Group kWholeLines[] = {
  {"follow_or_share",
    "follow us|" "follow|" "share|" "share this|" "share this article|" "share this story|"
    "share this post|" "share article|" "share on|" "share it|" "share via|" "sharethis|"
    "like this|" "spread the word|" "connect with us|" "stay connected|" "find us on|"
    "copy link|" "link copied|" "save|" "listen to this article|" "listen to article|"
    "gift article|" "bookmark|" "print this article|" "a a|" "text size|" "teilen|"
    "partager|" "compartir|" "поделиться|" "شارك|" "分享|" "分享到|"
    "paylaş|" "condividi|" "drucken teilen|" "artikel anhören|" "merken|" "partager larticle|"
    "partager sur facebook|" "écouter larticle|" "compartir en facebook|" "compartilhar|"
    "escuchar|" "scan qr code|" "扫一扫分享到微信|" "シェアする|" "공유하기|" "साझा करें|" "שתפו|" "اشتراک گذاری|"
    "like loading|"
    "share full article|" "share this page|" "anhören|" "vorlesen|" "drucken|" "artikel drucken|"
    "artikel teilen|" "artikel merken|" "auf die merkliste|" "zur merkliste|" "link kopieren|"
    "copier le lien|" "imprimer|" "sauvegarder|" "écouter|" "offrir larticle|" "ajouter à mes favoris|"
    "ajouter à vos sélections|" "copiar enlace|" "copiar link|" "imprimir|" "guardar|" "enviar por email|"
    "salva|" "copia link|" "сохранить|" "скопировать ссылку|" "распечатать|" "версия для печати|"
    "शेयर करें|" "शेयर|" "फॉलो करें|" "हमें फॉलो करें|" "مشاركة|" "شارك المقال|" "شارك الخبر|" "حفظ|"
    "طباعة|" "نسخ الرابط|" "haberi paylaş|" "haberi kaydet|" "takip et|" "yazdır|" "收藏|" "打印|" "复制链接|"
    "微信扫一扫|" "朋友圈|" "印刷|" "ブックマーク|" "保存|" "공유|" "인쇄|" "스크랩|" "udostępnij|" "podziel się|" "skopiuj link|"
    "bagikan|" "delen|" "deel|" "deel dit artikel|" "dela|"},
  {"related_link",
    "most popular|" "most read|" "most viewed|" "most recent|" "most commented|"
    "most shared|" "popular|" "popular now|" "popular news|" "popular posts|"
    "popular stories|" "popular articles|" "recent posts|" "recent articles|" "recent news|"
    "latest|" "latest news|" "latest stories|" "latest posts|" "latest articles|"
    "latest headlines|" "news line|" "newsline|" "news feed|" "news ticker|"
    "breaking news|" "live updates|" "headlines|" "top stories|" "top news|"
    "top headlines|" "more stories|" "more news|" "other news|" "other stories|"
    "in other news|" "more headlines|" "more articles|" "more like this|"
    "more on this story|" "more on this topic|" "trending|" "trending now|" "trending news|"
    "trending stories|" "whats trending|" "related|" "related articles|" "related article|"
    "related news|" "related stories|" "related story|" "related posts|" "related post|"
    "related content|" "related links|" "related topics|" "related coverage|"
    "related video|" "related videos|" "related items|" "you may also like|"
    "you might also like|" "you might like|" "you may like|" "you may be interested in|"
    "you might be interested in|" "recommended|" "recommended for you|"
    "recommended articles|" "recommended stories|" "recommended reading|"
    "suggested for you|" "from the web|" "around the web|" "promoted stories|"
    "sponsored stories|" "editors picks|" "editors pick|" "editors choice|" "must read|"
    "must reads|" "dont miss|" "read next|" "up next|" "next up|"
    "next article|" "previous article|" "next post|" "previous post|" "next story|"
    "previous story|" "also read|" "read also|" "see also|" "also see|" "lesen sie auch|"
    "mehr zum thema|" "das könnte sie auch interessieren|" "lire aussi|" "à lire aussi|"
    "sur le même sujet|" "lea también|" "te puede interesar|" "noticias relacionadas|"
    "leia também|" "leia mais|" "leggi anche|" "lees ook|" "читайте также|"
    "материалы по теме|" "по теме|" "новости по теме|"
    "ilgili haberler|" "baca juga|" "اقرأ أيضا|" "اقرأ أيضاً|" "相关阅读|"
    "延伸阅读|" "相关新闻|" "推荐阅读|" "相关文章|"
    "meistgelesen|" "weitere artikel|" "mehr aus|" "les plus lus|" "nos autres articles|"
    "articles similaires|" "à la une|" "lo más leído|" "más noticias|" "mais lidas|"
    "veja também|" "notícias relacionadas|" "articoli correlati|" "i più letti|" "meest gelezen|"
    "самое читаемое|" "популярное|" "czytaj także|" "najczęściej czytane|" "en çok okunanlar|"
    "الأكثر قراءة|" "موضوعات ذات صلة|" "أخبار ذات صلة|" "مواضيع ذات صلة|" "مقالات ذات صلة|"
    "पढ़ें|" "यह भी पढ़ें|" "ये भी पढ़ें|" "संबंधित खबरें|" "関連記事|" "関連ニュース|"
    "あわせて読みたい|" "人気記事|" "アクセスランキング|" "관련기사|" "많이 본 뉴스|" "热点新闻|" "热门新闻|"
    "berita terkait|" "terpopuler|" "קראו גם|" "עוד בנושא|" "بیشتر بخوانید|"
    "lee también|" "mirá también|" "le puede interesar|" "más sobre este tema|" "más información|"
    "temas relacionados|" "últimas noticias|" "saiba mais|" "ler mais|" "другие новости|"
    "новости партнеров|" "новости партнёров|" "самые популярные|" "самое популярное|" "смотрите также|"
    "dans la même rubrique|" "à ne pas manquer|" "meist gelesen|" "neueste artikel|" "empfehlungen|"
    "auch interessant|" "passend zum thema|" "das könnte dich auch interessieren|" "weitere themen|"
    "weitere meldungen|" "aktuelle nachrichten|" "themen des tages|" "zobacz także|" "polecamy|"
    "przeczytaj także|" "powiązane artykuły|" "benzer haberler|" "son dakika|" "son dakika haberleri|"
    "sıradaki haber|" "çok okunanlar|" "diğer haberler|" "أهم الأخبار|" "آخر الأخبار|" "أخبار متعلقة|"
    "قد يعجبك أيضا|" "ताज़ा खबरें|" "ताजा खबरें|" "संबंधित समाचार|" "ट्रेंडिंग|" "最新新闻|" "最新消息|" "热门推荐|"
    "猜你喜欢|" "今日热点|" "ランキング|" "おすすめ記事|" "最新ニュース|" "新着記事|" "関連リンク|" "많이 본 기사|" "추천기사|" "인기기사|"},
  {"read_more",
    "read more|" "read full article|" "read entire article|" "read the full article|"
    "read full story|" "read the full story|" "read the rest|" "read original|"
    "read original article|" "view original article|" "view original|" "original article|"
    "source link|" "continue reading|" "keep reading|" "learn more|" "find out more|"
    "show more|" "see more|" "view more|" "load more|" "more|" "see all|" "view all|"
    "show all|" "story continues below|" "story continues|" "article continues below|"
    "weiterlesen|" "mehr lesen|" "lire la suite|" "leer más|" "читать далее|"
    "阅读全文|" "阅读更多|" "اقرأ المزيد|" "ver más|" "mehr anzeigen|" "mehr erfahren|" "voir plus|"
    "続きを読む|" "더보기|"},
  {"advertisement",
    "advertisement|" "advertisements|" "advertising|" "advertise|" "advertise with us|"
    "sponsored|" "sponsored content|" "promoted|" "ad|" "ads|" "anzeige|" "werbung|"
    "publicité|" "publicidad|" "publicidade|" "pubblicità|" "реклама|" "إعلان|"
    "广告|" "scroll to continue|" "article continues after advertisement|"
    "story continues below advertisement|" "story continues after advertisement|"
    "in partnership with|" "presented by|" "sponsored by|" "paid for by|" "remove ads|" "scroll to continue with content|" "report this ad|"},
  {"newsletter",
    "newsletter|" "newsletters|" "subscribe|" "subscribe now|" "subscribe today|"
    "sign up|" "sign up now|" "email address|" "your email address|" "enter your email|"
    "enter your email address|" "get our newsletter|" "our newsletter|" "подписаться|"
    "je mabonne|" "sabonner|" "abonnez vous|" "jetzt abonnieren|" "abonnieren|" "newsletter abonnieren|"
    "zum newsletter anmelden|" "assine|" "assine já|" "assinar|" "abbonati|" "abone ol|" "подписка|"
    "सब्सक्राइब करें|" "اشترك|" "اشترك الآن|" "订阅|" "購読する|" "구독|" "subskrybuj|" "zapisz się|"},
  {"navigation",
    "sign in|" "log in|" "login|" "log out|" "register|" "home|" "menu|" "search|"
    "search for|" "back to top|" "top|" "skip to content|" "skip to main content|" "close|"
    "next|" "previous|" "prev|" "back|" "contact us|" "about us|" "privacy policy|"
    "terms of use|" "terms of service|" "cookie policy|" "view gallery|" "photo gallery|"
    "hide caption|" "toggle caption|" "enlarge this image|" "loading|" "play video|"
    "watch video|" "view image|" "image source|" "startseite|" "accueil|" "inicio|"
    "início|" "главная|" "الرئيسية|" "首页|" "for immediate release|" "news provided by|" "字号 小 中 大|"
    "anmelden|" "registrieren|" "einloggen|" "se connecter|" "connexion|" "rechercher|" "iniciar sesión|"
    "regístrate|" "registrarse|" "buscar|" "entrar|" "accedi|" "registrati|" "войти|" "регистрация|" "вход|"
    "поиск|" "меню|" "suche|" "suchen|" "menü|" "menú|" "ana sayfa|" "होम|" "トップ|" "トップページ|" "ホーム|" "홈|"
    "impressum|" "datenschutz|" "datenschutzerklärung|" "kontakt|" "agb|" "mentions légales|"
    "politique de confidentialité|" "nous contacter|" "plan du site|" "aviso legal|"
    "política de privacidad|" "política de privacidade|" "política de cookies|" "contacto|" "quiénes somos|"
    "quem somos|" "fale conosco|" "chi siamo|" "контакты|" "о нас|" "о проекте|" "реклама на сайте|"
    "пользовательское соглашение|" "polityka prywatności|" "من نحن|" "اتصل بنا|" "سياسة الخصوصية|" "关于我们|"
    "联系我们|" "利用規約|" "プライバシーポリシー|" "お問い合わせ|" "会社概要|" "이용약관|" "개인정보처리방침|" "hakkımızda|" "iletişim|" "künye|"
    "gizlilik politikası|" "zurück|" "nach oben|" "zum seitenanfang|" "haut de page|" "retour en haut|"
    "volver arriba|" "наверх|"},
  {"tags",
    "tags|" "topics|" "in this article|" "filed under|" "categories|" "keywords|" "теги|"
    "archivado en|" "etiquetas|" "mots clés|" "schlagworte|" "schlagwörter|" "etiketler|" "टैग्स|" "टैग|"
    "الكلمات الدلالية|" "كلمات مفتاحية|" "标签|" "关键词|" "キーワード|" "タグ|" "태그|" "tagi|" "метки|"},
  {"comments",
    "comments|" "comment|" "view comments|" "show comments|" "post a comment|"
    "add a comment|" "leave a comment|" "leave a reply|" "join the conversation|"
    "join the discussion|" "no comments|" "no comments yet|" "cancel reply|" "reply|"
    "kommentare|" "комментарии|" "التعليقات|" "评论|"
    "comments are closed|" "comentarios|" "commentaires|" "commenti|" "comentários|" "komentarze|"
    "yorumlar|" "yorum yap|" "комментировать|" "оставить комментарий|" "コメント|" "댓글|" "发表评论|" "कमेंट|"
    "reacties|" "kommentar schreiben|" "schreiben sie einen kommentar|" "hinterlasse einen kommentar|"
    "ver comentarios|" "deja un comentario|" "laisser un commentaire|" "deixe um comentário|"},
  {"legal",
    "all rights reserved|" "report an error|" "copyright|"},
  {"author_box",
    "about the author|" "about author|" "author|" "written by|" "about the writer|"
    "about the authors|"},
};

// Beginnings after which a colon, bar, dash or arrow makes the line a pointer to something else.
constexpr Group kMarkedPrefixes[] = {
  {"related_link",
    "also read|" "read also|" "read more|" "read next|" "read|" "must read|" "see also|"
    "also see|" "see more|" "related|" "related story|" "related stories|"
    "related article|" "related articles|" "related news|" "related post|" "related posts|"
    "related links|" "related topics|" "related video|" "related reading|"
    "related coverage|" "watch|" "watch also|" "watch now|" "watch more|" "also watch|"
    "listen|" "recommended|" "recommended reading|" "dont miss|" "you may also like|"
    "you might also like|" "you may like|" "more|" "more on this|" "more on this story|"
    "more from|" "read the full story|" "previous|" "next|" "further reading|"
    "lesen sie auch|" "lesen sie mehr|" "mehr zum thema|" "lire aussi|" "à lire aussi|"
    "lire également|" "lea también|" "lee también|" "le puede interesar|" "leia também|"
    "leia mais|" "leggi anche|" "lees ook|" "читайте также|" "читать также|"
    "читайте|" "ilgili haber|" "baca juga|" "te puede interesar|" "te recomendamos|"
    "mais informações|" "veja também|" "czytaj także|" "czytaj też|" "auch interessant|"
    "mehr dazu|" "sur le même sujet|" "voir aussi|" "यह भी पढ़ें|" "ये भी पढ़ें|" "इसे भी पढ़ें|" "קראו גם|"
    "بیشتر بخوانید|" "関連記事|" "read also|" "our standards|" "اقرأ أيضا|" "اقرأ أيضاً|"
    "إقرأ أيضا|" "相关阅读|" "延伸阅读|" "推荐阅读|" "相关新闻|"},
  {"tags",
    "tags|" "tag|" "topics|" "filed under|" "posted in|" "categories|" "keywords|"
    "related tags|" "теги|" "schlagwörter|" "关键词|" "标签|" "archivado en|" "etiquetas|" "tagi|"
    "темы|" "метки|" "mots clés|" "schlagworte|" "etiketler|" "टैग्स|" "キーワード|" "タグ|" "태그|"},
  {"credits",
    "来源|" "來源|" "稿源|" "文章来源|" "信息来源|" "责任编辑|" "責任編輯|" "责编|" "编辑|" "編輯|" "校对|"
    "审核|" "监制|" "字号|"},
  {"follow_or_share",
    "follow us|" "share|" "share on|" "share this|"},
};

// Beginnings that are enough by themselves.
constexpr Group kPrefixes[] = {
  {"follow_or_share",
    "follow us on|" "follow us at|" "follow us for|" "follow our|" "follow the author on|"
    "like us on|" "find us on|" "share this article|" "share this story|" "share this post|"
    "share this on|" "share on facebook|" "share on twitter|" "share on x|"
    "share on whatsapp|" "share on linkedin|" "click to share|" "click to email|"
    "click to print|" "join our whatsapp|" "join our telegram|" "join us on|"
    "join our channel|" "join our group|" "join our community|" "download our app|"
    "download the app|" "download our free|" "catch all the|" "تابعونا|" "关注我们|"
    "click here to join|"},
  {"newsletter",
    "stay up to date with|" "stay up to date on|" "stay updated with|" "stay informed with|"
    "subscribe to our|" "subscribe to the|" "subscribe here|" "subscribe now|"
    "subscribe for|" "sign up for our|" "sign up for the|" "sign up to our|"
    "sign up to the|" "sign up to receive|" "sign up here|" "sign up for free|"
    "get our free|" "get the latest|" "get breaking news|" "get our newsletter|"
    "get the best of|" "get all the latest|" "receive our newsletter|" "by signing up you|"
    "by submitting your email|" "by subscribing you|" "by entering your email|"
    "by providing your email|" "thank you for subscribing|" "thanks for signing up|"
    "want more stories like this|" "become a member|" "already a subscriber|"
    "already a member|" "already have an account|" "to continue reading|"
    "this article is for subscribers|" "support our journalism|" "abonnieren sie|"
    "подписывайтесь на|" "подпишитесь на|" "suscríbete|"
    "abonnez vous|" "click here to subscribe|" "click here to sign up|"},
  {"read_more",
    "read entire article|" "read full article|" "read the full article|"
    "read the original article|" "read the original story|" "click here to read|"
    "click here for more|"},
  {"advertisement",
    "story continues below|" "article continues below|" "story continues after|"
    "article continues after|" "advertisement scroll|"},
  {"legal",
    "this site uses cookies|" "this website uses cookies|" "we use cookies|"
    "by continuing to use this|" "all rights reserved|" "alle rechte vorbehalten|"
    "tous droits réservés|" "todos los derechos reservados|" "todos os direitos reservados|"
    "tutti i diritti riservati|" "riproduzione riservata|" "все права защищены|"
    "جميع الحقوق محفوظة|" "版权所有|" "版权声明|" "免责声明|" "本网站所刊载信息|"
    "wszelkie prawa zastrzeżone|" "tüm hakları saklıdır|"},
  {"comments",
    "you must be logged in to|" "your email address will not be published|"
    "please log in to|" "log in to comment|" "文明上网理性发言|" "du musst angemeldet sein|"},
  {"navigation",
    "skip to|"},
  {"related_link",
    "more from this|" "this article originally appeared on|" "this story originally appeared on|"},
  {"newsletter",
    "cet article est réservé aux abonnés|" "dieser artikel ist nur für|" "retrouvez toute lactualité|"},
  {"follow_or_share",
    "síguenos en|" "seguinos en|" "siga nos no|" "seguici su|" "folgen sie uns|" "suivez nous sur|"
    "подписывайтесь|" "打开微信|" "扫描二维码|" "长按二维码|" "微信扫码|"},
  {"navigation",
    "更多精彩内容|"},
  {"newsletter",
    "continue reading with|" "get unlimited access|" "unlock this article|" "receba as notícias|"
    "receba as principais notícias|" "recibe en tu correo|" "recevez chaque|" "recevez gratuitement|"},
};
// clang-format on
