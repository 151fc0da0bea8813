"""What a colleague must not write into a public reply on their own: an apology for a fault that
nobody has confirmed, and what the guest is offered or was given.

Regret is neither: «жаль, что вы остались недовольны» may always be said. Templates of the file are
the operator's word, so only what is written by hand, or by a program, is looked at. Both languages
are looked for in every text.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from textwrap import shorten

from reviewbot.drafting.problem import LONGEST, DraftProblem
from reviewbot.drafting.signature import language_of

REGRET = {
    "ru": "нам жаль, что вы огорчены",
    "en": "we are sorry to read this",
}
IN_PERSON = {
    "ru": "напишите нам, пожалуйста, лично",
    "en": "please write to us in person",
}
_OURS = r"(?:наш(?:а|е|и|у|ей|его|их|ими|им)?|сво(?:ю|ей|и|их|я|его|ё|е))"
_SLIP = (
    r"(?:ошибк|оплошност|промах|недосмотр|косяк|прокол|недоч[её]т|недоработк|упущени|просч[её]т"
    r"|ляп|вин(?:а|у|ы|е|ой)\b"
    r"|халатност|неправот)"
)
_APOLOGY = (
    r"(?:\bпринос\w+\s+(?:\w+\s+){0,3}?)?(?<!должны )(?<!нужно )(?<!надо )(?<!стоит )"
    r"\b(?:извин(?:ени(?:я|й|е|ям|ями)|яемся|яюсь"
    r"|имся|юсь|иться|яться))\b"
    r"|\b(?:прос\w+\s+(?:\w+\s+)?)?прощения\b|\b(?:прос\w+|прошу)\s+(?:\w+\s+){0,3}?(?:простить"
    r"|извинить)\b"
    r"|\b(?:извини(?:те)?|прости(?:те)?)(?:,?\s+(?:пожалуйста|великодушно|ради\s+бога))?"
    r"(?:\s*[.!)]|\s*$|,?\s+(?:нас|меня|наш\w*|за(?!\s+(?:вопрос|беспокойств|поздн"
    r"|долг\w+\s+ответ|задержк\w+\s+(?:с\s+)?ответ))"
    r"|что|если)\b)"
    r"|\b(?:простить|извинить)\s+(?:нас|меня)\b"
    r"|(?<!не )\b(?:стыдно|совестно|неловко)\b(?!\s+не\b)|\bкраснеем\b|\bсгора\w+\s+со\s+стыда"
    r"|\b(?:ка[её]мся|каюсь|раскаива\w+)"
    r"|\b(?:\bwe\s+)?(?<!need to )(?<!have to )\bapologi[sz](?:e|ing)\b|\bapolog(?:y|ies)\b"
    r"|\b(?:forgive"
    r"|pardon|excuse)\s+(?:us|me)\b(?!,?\s+(?:which|what|when|where|who|how|could|can|may)\b)|\b(?:beg|beg\s+for)\s+your\s+pardon\b"
    r"|\b(?:sorry|regrets?)\s+(?:about|for)\b"
    r"(?!\s+(?:the\s+|our\s+|my\s+|a\s+)?(?:late|delayed|slow|belated)\s+(?:reply|answer"
    r"|response))"
    r"(?!\s+(?:asking|bothering|the\s+questions?|your\s+loss))"
    r"|\bsorry\s+(?:that\s+)?(?:we\b(?!\s+(?:cannot|can't|could\s+not\s+reach))|our\b|(?:one"
    r"|some|any|a\s+member)\s+of\s+(?:our|us)\b)"
    r"|^\W*(?:(?:so|very|really|truly|deeply|terribly)\s+)*sorry\s*[.!]|\b(?:so|very|really"
    r"|truly|deeply|terribly)\s+sorry\s*(?:[.!]|$)"
    r"|\b(?:ashamed|embarrassed|mortified)\b(?<!nothing to be ashamed)|\bshame\s+on\s+us\b"
    r"|\bfeel\s+(?:\w+\s+)?(?:terrible|awful|bad|dreadful|guilty|horrible)\b"
)
_FAULT = (
    # «наша ошибка», «по нашей вине», «вина на нас»; not «не наша вина», «наши вина и сыры»
    rf"(?<!не )(?<!не по )\b{_OURS}\s+(?:\w+\s+){{0,2}}?{_SLIP}\w*(?<!наши вина)(?<!наши вина и)"
    r"|\bвин[ау]\s+(?:\w+\s+){0,2}?(?:на\s+нас|за\s+нами|наша|на\s+нашей)\b"
    r"|\bна\s+нашей\s+(?:совести|стороне)\b"
    r"|(?<!не )(?<!кто )(?<!никто не )\bвинова(?:ты|т|та)\b(?!\s*(?:ли|,?\s+пока|в\s+погоде))"
    r"|\bмы\s+(?:(?!не\b)\w+\s+){0,2}?(?:ошиблись|оплошали|подвели|неправы|не\s+правы"
    r"|облажались|накосячили|напортачили"
    r"|сплоховали|недоглядели|недосмотрели|перепутали|забыли|упустили|испортили|провалились"
    r"|опозорились|нагрубили|опоздали"
    r"|недооценили|переборщили|промахнулись)\b"
    r"|\bмы\s+(?:\w+\s+){0,2}?не\s+(?:справились|уследили|доглядели|усмотрели|досмотрели"
    r"|оправдали|сдержали|смогли\s+обеспечить)\b"
    r"|\b(?:недоглядели|недосмотрели|накосячили|облажались|оплошали|сплоховали|не\s+уследили"
    r"|не\s+справились)\b"
    rf"|\bнаш\w*\s+(?:\w+\s+)?(?:был[аи]?|оказал\w+|поступил\w*)\s+(?:\w+\s+)?(?:не\s?прав\w*"
    rf"|виноват\w*|груб\w*|некорректн\w*)"
    r"|\bмы\s+(?:\w+\s+){0,2}?(?:проглядели|сработали\s+плохо|плохо\s+сработали|повинны)\b"
    r"|\bповинны\b"
    r"|\b(?:сожалеем|жаль),?\s+что\s+(?:мы\s+)?(?:вас\s+)?(?:подвели|заставили|не\s+смогли"
    r"|не\s+оправдали)\b"
    r"|\b(?:официант\w*|повар|курьер|администратор|сотрудник\w*|кассир|бармен|мастер|сервис"
    r"|кухня)\s+"
    r"(?:ошиб(?:ся|лась)|подкачал\w*|подв[её]л\w*|виноват\w*|неправ\w*)"
    r"|\bдопустили\s+(?:\w+\s+)?(?:ошибк|оплошност|промах|недоработк|просч[её]т)\w*"
    r"|\bпризна[её]м\s+(?:\w+\s+){0,2}?(?:вину|ошибк\w+|неправоту)\b|\b(?:повар|официант\w*"
    r"|бармен|курьер|администратор|кассир)\s+перепутал\w*"
    r"|\b(?:бер[её]м|принимаем|несём|несем)\s+(?:\w+\s+){0,2}?(?:ответственность|вину)\b"
    r"|\bответственность\s+(?:\w+\s+)?на\s+нас\b"
    r"|\bс\s+нашей\s+стороны\b(?=[^.!?\n]{0,40}(?:недопустим|непростительн|неправильн|ошиб"
    r"|некрасив))"
    r"|(?:недопустим|непростительн|неправильн|некрасив)\w*[^.!?\n]{0,20}\bс\s+нашей\s+стороны\b"
    r"|\bнепростительн\w+|\bнет\s+(?:\w+\s+)?оправдани\w+|\bоправдани\w+\s+(?:\w+\s+)?нет\b"
    r"|(?<!not )\b(?:our|my)\s+(?:own\s+)?(?:\w+\s+)?(?:fault|mistake|error|oversight|failure"
    r"|blunder|slip|bad)s?\b"
    r"(?!\s+(?:is|was)\s+not)"
    r"|\bit\s+was\s+(?:\w+\s+)?our\s+responsibility\b|\bmea\s+culpa\b"
    r"|\b(?:we|our\s+\w+)\s+(?:were|are|was|is)\s+(?:(?!not\b|never\b)\w+\s+)?(?:wrong"
    r"|at\s+fault|to\s+blame|in\s+the\s+wrong|rude)\b"
    r"|\bwe\s+(?:\w+\s+)?(?:failed\s+(?:you|to)|messed\s+up|let\s+you\s+down|made\s+a\s+mistake"
    r"|screwed\s+up|slipped\s+up"
    r"|dropped\s+the\s+ball|got\s+(?:it|this|that|your\s+\w+)\s+wrong|fell\s+short|blew\s+it"
    r"|should\s+have|ought\s+to\s+have"
    r"|hold\s+(?:our|up)\s+hands?|hold\s+our\s+hands\s+up|own\s+(?:this|that|up|our)"
    r"|did\s+not\s+do\s+our|didn't\s+do\s+our"
    r"|owe\s+you)\b"
    r"|\b(?:take|accept|admit|bear)\s+(?:\w+\s+){0,2}?(?:responsibility|the\s+blame|fault"
    r"|blame)\b"
    r"|\b(?:that|this|it)(?:\s+one)?(?:\s+is|'s|\s+was)\s+(?:\w+\s+)?on\s+us\b(?!\s+to)"
    r"|\bon\s+our\s+part\b"
    r"|\bbecause\s+of\s+(?:us|our)\b|\bon\s+our\s+(?:side|end)\b|\bregret\s+(?:our"
    r"|the\s+(?:mistake|error|fault))\b"
    r"|\bwe(?:'re|\s+are|\s+were)\s+(?!not\b|never\b)(?:\w+\s+)?(?:careless|to\s+blame"
    r"|negligent|at\s+fault"
    r"|wrong|guilty)\b"
    r"|\b(?:we|ourselves\s+and|our\s+\w+)\s+(?:let|failed)\s+(?:ourselves\s+and\s+)?you\b"
    r"|\bno\s+excuses?\s*(?:for|[.!]|$)|\binexcusable\b|\byou\s+deserved?\s+(?:\w+\s+)?better\b"
)

# Bounded, so that a reply of digits alone is looked over once.
_SUM = (
    r"\d[\d \u00a0.,]{0,30}(?:\s*(?:%|процент\w*|percent|₽|руб\w*|р\b|€|\$"
    r"|dollars|euros|roubles|rubles|pounds))"
)
_GIFT_RU = (
    r"(?:деньг\w*|денег|средств[ао]?|стоимост\w+|сумм\w+|оплат[ауы]|разниц\w+|скидк\w+|скидок"
    r"|промокод\w*|купон\w*"
    r"|сертификат\w*|бонус(?!н)\w*|балл\w*|подар(?:ок|к[аиуо])\w*|подарочн\w+|комплимент\w*"
    r"|десерт\w*|ужин\w*|обед\w*|кофе\b"
    r"|пицц\w+|напит\w+|возврат\w*|бесплатн\w+|даром\b|такси|химчистк\w+|сюрприз\w*"
    r"|товар\w*\s+бесплатно|" + _SUM + r")"
)
_GIVE_RU = (
    r"(?:верн[её]м|вернули|вернуть|возвращаем|возвратим|возвратили|перевед[её]м|перевели"
    r"|перечислим|перечислили|начислим"
    r"|начислили|накинем|(?:по)?дарим|подарили|подарить|угостим|угостили|угощаем|угостить"
    r"|предложим|предлагаем|предложить"
    r"|предоставим|предоставили|предоставить|дадим|дали|сделаем|сделали|сделать|отправили"
    r"|отправим|выдадим|выдали|вручим"
    r"|вручили|начислить|приготовили|заплатим|оплатим|оплатили|заменим|заменить|спишем|списали"
    r"|приглашаем|держите|получите"
    r"|получили|зачислили|зачислим)"
)
_PROMISE = (
    r"\b(?:компенсаци(?:я|ю|и|ей)|компенсиру\w+|компенсирова(?:ть|ли)"
    r"|возврат\s+(?:\w+\s+)?(?:оформ|сдела|отправ)\w+|оформ\w+\s+(?:\w+\s+)?возврат\w*"
    r"|возмести(?:м|ть|ли)|возмеща(?:ем|ть)|возмещени\w+)"
    r"|\bза\s+(?:наш\s+сч[её]т|сч[её]т\s+(?:заведения|кафе|ресторана|отеля))\b|\b(?:ваш|вам"
    r"|для\s+вас)[^.!?\n]{0,15}промокод\w*"
    r"|\bпромокод\b\s*(?::|уже|на\b|для\b|[A-ZА-Я]{3,})"
    rf"|(?<!не )\b{_GIVE_RU}\b[^.!?\n]{{0,60}}?\b{_GIFT_RU}"
    rf"|\b(?<!не )(?:деньги|сумму|разницу|стоимость)\b[^.!?\n]{{0,30}}?\b(?:верн[её]м"
    rf"|(?<!не )вернули|возвращаем|перевели|вернутся|поступят|прид[уё]т\w*\s+на\s+карту)\b"
    r"|\bне\s+возьм(?:ут|[её]м)\b|\bни\s+рубля\b|\bдо\s+копейки\b|\bбер[её]м\s+на\s+себя\b"
    r"|\b(?:для\s+вас|вам)\s+(?:\w+\s+)?бесплатн\w*"
    r"|\bденьги\b[^.!?\n]{0,40}?\b(?:отправлен|возвращен|переведен|зачислен)\w*"
    r"|\bуго(?:стим|щаем|стили)\b|\bв\s+подарок\s+(?:от|в|на|к|при|каждому)\b|\b(?:оплатим"
    r"|заплатим|покроем)\b"
    r"|\b(?:вам|вас|для\s+вас|ваш[аие]?)\s+(?:\w+\s+){0,3}?(?:скидк\w+|сертификат\w*|подарок"
    r"|подарки|бонус(?!н)\w*|купон\w*|сюрприз\w*"
    r"|компенсаци\w+|подарочн\w+)(?!\s+для\s+нас|\s+забрал|\s*[?]|\s+опозда)"
    r"|\b(?:скидка|минус|бонус(?!н)|кешб[эе]к|кэшб[эе]к|дадим|дарим)\s+(?:в\s+)?"
    + _SUM
    + r"|"
    + _SUM
    + r"\s*(?:скидк\w+|на\s+следующ\w+|в\s+следующ\w+|на\s+(?:ваш|покупк|заказ)\w*)"
    r"|\b(?:следующ\w+|нов\w+|втор\w+)\s+(?:\w+\s+){0,2}?(?:бесплатн\w+|даром|в\s+подарок)"
    r"|\bбесплатн\w+\s+(?:\w+\s+){0,2}?(?:вам|для\s+вас|на\s+месяц|ужин\w*|обед\w*|десерт\w*"
    r"|кофе|ноч\w+|процедур\w*)"
    r"|\b(?:десерт|кофе|чай|бутылк\w+|ужин|пицца|напиток|такси)\b(?:\s+\w+)?\s+с\s+нас\b|(?:^"
    r"|[.!?]\s*)с\s+нас\s+\w+"
    r"|\bв\s+знак\s+(?:внимани|извинени|уважени)\w+|\b(?:доставка|оплата|расходы"
    r"|химчистка)\s+за\s+нами\b|\bвзамен\b|\bпрезент\w*"
    r"|\b(?:продлим|продлили|удвоим|обнулим|аннулируем|пересчитаем)\b|\b(?:от\s+шефа"
    r"|от\s+заведения|от\s+нас)\s*(?:[.!]|$|в\s+подарок)"
    r"|\bне\s+возьм[её]м\s+(?:с\s+вас\s+)?(?:денег|плат\w+|оплат\w+)"
    r"|\bплатить\s+(?:\w+\s+)?не\s+(?:нужно|надо|прид[её]тся)"
    r"|\b(?:compensat(?:e|ed|ing|ion)|reimburs\w*)\b|\b(?:full|partial)\s+refund\b"
    r"|\b(?:a|your|the\s+enclosed|this|here\s+is\s+a|sent\s+\w+\s+a)\s+(?:\w+\s+)?(?:vouchers?"
    r"|coupons?|promo\s*codes?)\b"
    r"(?!\s+(?:did|does|was|is)\s+not)(?<!which voucher)"
    r"|\bmake\s+good\s+(?:\w+\s+)?(?:your|the|any)\b|\b(?:penny|cent|pound|dollar)\s+back\b"
    r"|\b(?:won't|will\s+not|wouldn't)\s+cost\s+you\b|\byou\s+pay\s+nothing\b"
    r"|\b(?:sent|paid|transferred|returned)\s+back\s+to\s+(?:you|your)\b"
    r"|\bon\s+(?:the\s+house|our\s+(?:account|tab|expense))\b|\b(?:is|are|it'?s?)\s+on\s+(?:us|me)\b(?!\s+to)|\b\w+'s\s+on\s+us\b"
    r"|\bfree\s+of\s+charge\b|\bat\s+no\s+(?:extra\s+)?cost\b"
    r"|\bwith\s+our\s+compliments\b|\bround\s+is\s+ours\b|\bcomplimentary\b"
    r"|\bnot\s+be\s+charged\b|\bhalf\s+price\b|\bpaid\s+you\s+back\b"
    r"|\b(?:we|i)(?:\s+(?:will|would|can|shall|could|are|have|had|gladly|happily|like|love|to"
    r"|happy|ready|just|already|also|now)"
    r"|'ll|'d|'re|'ve)*\s+(?:refund(?!s)(?:ed|ing)?|waive[sd]?|(?:give|gave|giving|offer\w*"
    r"|send|sent|sending|issue[d]?|arrange[d]?|treat(?:ed|ing)?"
    r"|return(?:ed|ing)?|add(?:ed|ing)?|credit(?:ed|ing)?|cover(?:ed|ing)?|pay|paid|paying"
    r"|knock|take|took|buy|bought|replace[d]?)"
    r"\b[^.!?\n]{0,60}?\b(?:refund\w*|money|discount\w*|gift\w*|bonus\w*|free(?!\s+to)"
    r"|complimentary|credit|dinner|dessert|coffee"
    r"|drinks?|vouchers?|coupons?|points|account|fee|taxi|cleaning|off\b|" + _SUM + r"))"
    r"|\byou\s+(?:\w+\s+){0,4}?(?:discount|gift\s+card|free\s+(?:meal|dessert|coffee|drink"
    r"|night|delivery|upgrade))\b(?!\s+you\s+mention)"
    r"|\blet\s+us\s+(?:buy|treat|offer)\b|\btreat\s+you\s+to\b"
    r"|\b(?:a|your|enjoy\s+a|have\s+a|enjoy)\s+(?:\w+\s+){0,2}?discount\b|\b(?:a|little"
    r"|small)\s+(?:gift|present)\s+(?:is\s+\w+ing\s+)?(?:for\s+you|is\s+waiting)"
    r"|\b(?:gift|present|dessert|coffee|dinner|drink|voucher|surprise)\s+(?:is\s+"
    r"|are\s+)?(?:await\w*|waiting\s+for)\s+you"
    r"|\b(?:next|your)\s+(?:\w+\s+){0,2}?(?:is|are|will\s+be)\s+(?:free|discounted)\b"
    r"|\bfree\s+(?:\w+\s+)?(?:awaits|for\s+you|next)\b"
    r"|\d{1,9}\s*(?:%|percent)\s+off\b|\buse\s+(?:the\s+)?(?:code|promo)\b|\bmoney\s+(?:back"
    r"|is\s+on)\b"
    r"|\b(?:refund|reimbursement|replacement|voucher)\s+(?:has|is|was|will)\s+(?:be\s+|been\s+"
    r"|being\s+)?(?!not\b)\w+"
    r"|\b(?:card|account)\s+(?:will\s+be|has\s+been|was)\s+credited\b|\bour\s+treat\b|\b(?:a"
    r"|for\s+a)\s+treat\b|\binvite\s+you\s+(?:for|to)\b"
    r"|\b(?:upgrade|surprise|treat)\s+(?:\w+\s+)?(?:awaits|waits)\b|\blittle\s+something\b"
    r"|\bextend(?:ed)?\s+your\b"
    r"|\bsend\s+you\s+(?:a|another|the)\s+(?:new|free|replacement)\b"
    r"|\bmake\s+(?:it\s+)?up\s+to\s+you\b|\boffer\s+you\s+" + _SUM + r"|[$€£]\s?\d"
)
_PROMISE += (
    # «заново и бесплатно», «без оплаты», «даром», «счёт закроем», «будет за нами»
    r"|\b(?:заново|снова|ещ[её]\s+раз|повторно|переделаем|исправим)\s+(?:\w+\s+){0,2}?(?:и\s+)?(?:бесплатно|даром|без\s+оплаты)\b"
    r"|\b(?:отдадим|отда[её]м|выдадим|приготовим|сделаем|переделаем|повторим|привез[её]м|почистим|постираем|починим|накормим"
    r"|примем|нальём|сварим)\b[^.!?\n]{0,40}?\b(?:бесплатно|даром|без\s+(?:\w+\s+)?(?:оплаты|денег|доплаты))\b"
    r"|\b(?:бесплатно|даром|безвозмездно)\s+(?:\w+\s+)?(?:отдадим|приготовим|сделаем|переделаем|повторим|привез[её]м|заменим|почистим"
    r"|починим|примем|накормим)\b"
    r"|\b(?:переделаем|сделаем|приготовим|исправим|повторим|заменим|почистим|починим|доставим|привез[её]м|доедете|отправим)\b"
    r"[^.!?\n]{0,30}?\bза\s+свой\s+сч[её]т\b"
    r"|\bсч[её]т\w?\s+(?:\w+\s+){0,2}?(?:закроем|оплатим|спишем|возьм[её]м\s+на\s+себя|аннулируем)\b"
    r"|\b(?:закроем|спишем|возьм[её]м\s+на\s+себя)\s+(?:\w+\s+){0,2}?сч[её]т\w?\b"
    r"|\b(?:ничего|ни\s+за\s+что)\s+(?:\w+\s+)?(?:платить|доплачивать)\s+(?:\w+\s+)?не\s+(?:прид[её]тся|нужно|надо)"
    r"|\b(?:кофе|чай|десерт|напиток|ужин|обед|завтрак|бокал|коктейль|пицца|стрижка|мойка|такси|доставка)\s+(?:\w+\s+)?"
    r"(?:с\s+нас\b|(?:будет\s+)?(?:за\s+нами|на\s+нас)\s*(?:[.,!;]|$))"
    r"|\b(?:верн[её]м|вернули|возвращаем)\s+(?:вам\s+)?(?:вс[её]|полностью|целиком)\b(?!\s+(?:на\s+(?:место|круги)|как))"
    r"|\b(?:за\s+нами\s+)?должок\b|\bне\s+войд[её]т\s+в\s+сч[её]т\b|\bбез\s+сч[её]та\b|\bпо\s+нулям\b"
    r"|\bmake\s+(?:this|it|things)\s+right\s+with\b|\bcosts?\s+you\s+nothing\b|\b(?:bill|check|tab)\s+(?:is\s+)?settled\b"
    r"|\b(?:we|i)(?:['’](?:ll|d|ve)|\s+(?:will|can|would|shall|gladly|happily|want\s+to|are\s+happy\s+to|like\s+to))*"
    r"\s+cover(?:ed)?\s+(?:it|that|this|them|everything|the\s+(?:bill|cost|check|tab|meal|order|fare|taxi|repair|difference))\b"
    r"(?!\s+(?:in|on|with|topic|subject|question|every|each)\b)"
    r"|\b(?:pick\s+up|take\s+care\s+of|settle)\s+(?:the|your)\s+(?:bill|check|tab|cost)\b"
    r"|\b(?:at|with|for)\s+no\s+(?:extra\s+|additional\s+)?(?:charge|cost|fee)\b|\bfree\s+of\s+(?:any\s+)?(?:cost|charge)\b"
    r"|\b(?:redo|remake|repeat|replace|repair|clean|deliver)\b[^.!?\n]{0,40}\bfor\s+(?:free|nothing)\b"
    r"|\b(?:next|first|second)\s+\w+\s+(?:is|will\s+be)\s+(?:ours|on\s+us)\b"
    r"|\byou\s+(?:won't|will\s+not|don't|do\s+not|needn't)\s+(?:have\s+to\s+|need\s+to\s+)?(?:pay|owe)\b"
)
_DENIED = (
    r"\b(?:не\s+(?:дарим|да[её]м|делаем|предлагаем|обещаем|можем)|do\s+not\s+(?:give|offer)"
    r"|don't\s+(?:give|offer)|no\s+discount"
    r"|скидок\s+нет|бесплатн\w+\s+\w+\s+(?:\w+\s+)*нет|вы\s+пишете|you\s+(?:write|say|mention"
    r"|ask))\b[^.!?\n]*"
)


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """Made when it is first looked for: they took as long as much of a start."""
    return re.compile(words, re.IGNORECASE)


def unasked(
    text: str, *, may_apologise: bool, gestures: Sequence[int] = ()
) -> Iterator[DraftProblem]:
    """Yield apology where none is in order yet, promise (both found, instead): what the guest is
    offered, also the sums that were written down as gestures."""
    if not may_apologise and (
        hit := _pattern(_APOLOGY).search(text) or _pattern(_FAULT).search(text)
    ):
        found = shorten(hit[0].strip(" .!,"), LONGEST, placeholder="…")
        yield DraftProblem("apology", {"found": found, "instead": REGRET[language_of(found)]})
    shown = _pattern(_DENIED).sub("", text)
    if hit := _pattern(_PROMISE).search(shown) or _sum(text, gestures):
        found = shorten(hit[0], LONGEST, placeholder="…")
        yield DraftProblem("promise", {"found": found, "instead": IN_PERSON[language_of(text)]})


def _sum(text: str, gestures: Sequence[int]) -> re.Match[str] | None:
    """The sum of a gesture in a text, however its thousands are set apart."""
    for gesture in gestures:
        digits = r"[ \u00a0\u202f.,]?".join(str(gesture))
        if hit := re.search(rf"(?<!\d){digits}(?!\d)", text):
            return hit
    return None
