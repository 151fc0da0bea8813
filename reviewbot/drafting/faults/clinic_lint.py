"""What a clinic must not write: that the author was a patient, and anything medical.

Both languages are looked for in every text: a reply may mix them. Inviting somebody to a talk, or
speaking of patients in general, confirms nothing.
"""

import re
from collections.abc import Iterator
from textwrap import shorten

from reviewbot.drafting.faults.diseases import diseases
from reviewbot.drafting.problem import BLANK, LONGEST, DraftProblem
from reviewbot.drafting.signature import language_of

SPOKEN = {
    "ru": "К сожалению, правила не позволяют говорить об этом публично. Напишите нам лично",
    "en": "Unfortunately the rules do not let us speak of this in public. Please write to us",
}
"""What to say in the place of a sentence that must not stand there."""

_GAP = r"(?:[\s,]+[\w-]+){0,3}?[\s,]+"
_YOUR = r"(?:ваш|тво)(?:а|е|и|у|я|ё|ю|й|его|ей|ем|ему|им|их|ими|ею)?"
_ADJECTIVE_WORD = r"[\w-]+(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ую|юю|ых|их|ыми|ими)"
_ADJECTIVES = rf"(?:{_ADJECTIVE_WORD}\s+){{0,2}}"
_DOCTOR = (
    r"(?:врач(?!ебн)|доктор|хирург|стоматолог(?!и)|дантист|ортодонт|ортопед|имплантолог|терапевт"
    r"|педиатр|гинеколог|уролог|невролог|кардиолог|окулист|офтальмолог|логопед|психолог|психиатр"
    r"|массажист|косметолог(?!и)|дерматолог(?!и)|лор\b|медсестр|гигиенист|акушер|анестезиолог|фельдшер)"
)
_KIN = (
    r"(?:реб[её]н\w+|дет(?:и|ей|ям|ьми|ях)|сын\w*|доч\w+|мам\w+|пап(?:а|ы|у|е|ой)|муж(?:а|у|ем|е)?|жен(?:а|ы|у|е|ой)"
    r"|отц\w+|отец|мать|матер\w+|бабушк\w+|дедушк\w+|малыш\w*|супруг\w*|брат\w{0,2}|сестр\w+)\b"
)
_CAME = (
    r"(?:(?:лечил|наблюдал|обследовал|записывал|записал|обращал|обратил|консультировал)(?:ась|ся|ись)"
    r"|(?:проходил|посещал|посетил|рожал|лежал|приходил|приезжал|приехал|побывал|оказал)(?:а|и)?(?:сь)?"
    r"|вернул(?:ась|ся|ись)|приш[её]л|пришл[аи]|прошли|были|бывали|сдавали|сдали|оперировались)"
)
_HERE = (
    r"(?:у\s+нас|к\s+нам|в\s+наш\w+|нашу?\s+(?:клиник|стоматологи)\w+|в\s+клиник\w+|на\s+при[её]м\w*"
    r"|на\s+(?:осмотр|лечени|операци|процедур|консультаци|чистк)\w*)"
)
_TOOK = (
    r"(?:приняли|принял[аи]?\b|принимал|осмотрел|осматривал|лечил|лечат\b|вылечил|пролечил|оперировал|прооперировал"
    r"|консультировал|проконсультировал|обследовал|наблюдал|вели\b|в[её]л[аи]?\b|записал|выписал|помн[ия]т\b"
    r"|госпитализировал|встречал|обслуживал|успокаивал|уговаривал)\w*"
)
_WENT = (
    r"(?:прош|помог|удал[ао]с|закончил|завершил|длил[ао]с|занял|затянул|сорвал|оказал[ао]с|показал|разочаров|понравил"
    r"|начал[ао]?с|перен[её]с|отмен)\w*"
)

_PATIENT_RU = (
    # «вы лечились», «были у нас», «у нас вы проходили», «нас в среду посетили»
    r"\b(?:вы|ты)\s+(?:(?:уже|тогда|сами|часто|долго|не|ранее|раньше|впервые|давно)\s+)*"
    r"(?:лечил|проходил|посещал|посетил|наблюдал|наблюдае|обследовал|лежал|рожал|лечит)\w*",
    rf"\b(?<!многие ){_CAME}(?:{_GAP}|\s+){_HERE}\b",
    rf"\b{_HERE}{_GAP}?(?:\s*вы\s+)?(?:лечил|проходил|наблюдал|обследовал|лежал|рожал|сдавал|приходил|прошли|сделали\b"
    r"|были\b|бывал|впервые)\w*",
    r"\b(?:вы|ты)\b[^.!?\n]{0,20}\b(?:у\s+нас|к\s+нам)\s+(?:не\s+(?:в\s+)?)?(?:перв|втор|трет|пят|давно|уже|лет)\w*",
    r"\bчто\s+(?:вы\s+)?(?:обратились|пришли|выбрали|выбираете|доверили|доверяете|доверились|остались)"
    r"(?=(?:\s+[\w-]+){0,2}\s+(?:к\s+нам|нас|нам|нашу|наш|наше\w+|в\s+наш\w*|с\s+нами|сво\w+))",
    r"\b(?:доверили|доверяете|доверились)\s+(?:(?:нам|нашим|нашей|нашему)\s+)?"
    rf"(?:сво\w+|лечени\w+|здоровь\w+|улыбк\w+|нам\b|{_DOCTOR}\w+)",
    r"\bза\s+(?:выбор|посещени\w|визит)\s+(?:\w+\s+)?(?:наш|клиник|стоматологи)\w*",
    # «приём у нашего стоматолога», «после приёма», «рады, что лечение помогло»
    rf"\b(?:при[её]м|визит|осмотр|лечени|консультаци|запис[ьи]|операци)\w*\s+(?:\w+\s+)?(?:у|к)\s+"
    rf"(?!главн)(?:наш\w+\s+)?{_ADJECTIVES}{_DOCTOR}\w*",
    rf"\b(?:после|во\s+время|по\s+итогам|в\s+ходе|по\s+результатам)\s+{_ADJECTIVES}"
    r"(?:при[её]м(?:а|у)|визит(?:а|у)|осмотр(?:а|у)|лечени[яю]|операци[ий]|процедур[ы]?|консультаци[ий]|чистк[и]"
    r"|удалени[я]|анализ(?:а|ов|у|ам)|обследовани[яю]|выписки)\b",
    r"(?<!личном )\b(?:на|о)\s+(?:(?!личн)[\w-]+\s+)?"
    r"(?:при[её]ме|осмотре|лечении|операции|процедуре|консультации|чистке)\s+"
    r"(?:вы|вас|вам|у|в\s+наш|был|прош)\w*",
    r"\b(?:вы|вас|вам)\s+(?:\w+\s+){0,2}?(?:на\s+(?:при[её]ме|осмотре|операции|процедуре|консультации)|в\s+кресле)\b",
    r"\b(?:жд[её]м|жду|приглашаем|увидимся|увидеть|видеть|встретимся|встретить)\b"
    r"[^.!?\n]{0,25}\b(?:снова|опять|вновь|ещ[её]\b(?!\s+вопрос)|на\s+(?:\w+\s+)?(?:при[её]м|осмотр|визит|контрол|чистк)\w*)",
    r"\b(?:приходите|возвращайтесь|обращайтесь|заходите)\s+(?:к\s+нам\s+)?(?:ещ[её]|снова|опять|через)\b",
    r"\b(?:при[её]м|лечени\w|операци[яи]|процедур[аы]|осмотр|чистка|удалени\w|консультаци[яи]|анализы?|обследовани\w)"
    rf"\s+(?:(?:вам|вас|у\s+вас|у\s+нас)\s+)?(?:\w+\s+)?{_WENT}",
    # «вас консультировал», «доктор принял вас», «медсестра помнит вас»
    rf"\b(?:вас|тебя|вам)\s+(?:\w+\s+){{0,2}}?{_TOOK}",
    rf"\b{_TOOK}\s+(?:(?!у\b|от\b)\w+\s+)?(?:вас|тебя|{_YOUR}\s+{_KIN})",
    rf"\b{_DOCTOR}\w*[\s,]+(?:который|которая|которые)\s+(?:вас\s|вам\s|в[её]л|вели|лечил|принимал|смотрел|оперировал|помог)",
    rf"\b{_DOCTOR}\w*\s+(?:\w+\s+)?(?:подтвердил|запомнил|помнит|предупре\w+\s+вас|объяснил\w*\s+вам)\w*",
    r"\bмы\s+(?:\w+\s+){0,2}?(?:вылечили|пролечили|прооперировали|осмотрели|обследовали|лечили|оперировали)\b",
    r"\b(?:вы\s+(?:\w+\s+)?|наш(?:им|его|ей|а)?\s+(?:\w+\s+)?|как\s+)пациент(?:а|ом|у|ка|ки|кой)?\b",
    r"\b(?:нашли|проверили|подняли|посмотрели|видим|изучили|открыли)\b[^.!?\n]{0,20}"
    r"\b(?:запис[ьи]\s+о|истори\w+\s+болезни|медкарт|медицинск\w+\s+карт|снимк)\w*",
    r"\bлечащ\w+\s+врач\w*|\b(?:контрольн|повторн|следующ)\w+\s+(?:осмотр|при[её]м|визит)\w*"
    r"|\b(?:продолжени|курс|план|схем|этап)\w*\s+лечени\w+",
    r"\bмы\s+с\s+вами\s+(?:\w+\s+)?\w+ли\b|\bна\s+поправку\b|\bзаписались\s+(?:на|к|ко)\b",
    r"\bчтобы\s+вам\s+было\b|\b(?:смогли|удалось|сумели)\s+(?:вам\s+)?помочь\b|\bпомогли\s+вам\b|\bвам\s+помогли\b",
    r"\b(?:скорейшего|быстрого|л[её]гкого)\s+(?:восстановлени|выздоровлени|заживлени)\w+|\bвыздоравливайте|\bпоправляйтесь",
)
_PATIENT_EN = (
    r"\byou\s+(?:(?:first|last|recently|had|have|also|were|already)\s+)*(?:visited|came\b|come\s+(?:in|to\s+us)"
    r"|attended|(?:\w+\s+)?(?:seen|treated|admitted|examined|discharged|prescribed|operated)\b|with\s+us|here\b"
    r"|at\s+our|in\s+our|in\s+the\s+chair|given\s+\w+|been\s+(?:\w+\s+)?(?:with\s+us|coming|a\s+patient)|booked"
    r"|declined|refused|consented|underwent|felt\s+(?:\w+\s+)?pain)",
    r"\b(?:as\s+our|you\s+as\s+our|are\s+our|as\s+a|being\s+a|valued|loyal|such\s+a)\s+(?:\w+\s+)?patient\b",
    r"\b(?:look(?:ed|ing)?|took|tak(?:e|ing|en))\s+(?:good\s+|great\s+)?(?:after|care\s+of)\s+you\b",
    r"\b(?:treat(?:ed|ing)?|saw|seeing|examin(?:ed|ing)|car(?:ed?|ing)\s+for|operat(?:ed|ing)\s+on|help(?:ed|ing)"
    r"|welcom(?:ed|ing)|remembers?|remembered|met|discharged|admitted)\s+you\b"
    r"(?=\s*(?:[.,!?]|$|again|on\b|at\b|in\b|soon|here|well|last|next|yesterday|for\b|then|with|very|as\b))",
    r"\b(?:thank\s+you|thanks|grateful|glad|happy)\s+(?:\w+\s+){0,3}?"
    r"(?:for\s+(?:choosing|visiting(?!\s+our\s+page)|coming|trusting|attending)"
    r"|(?:that\s+)?you\s+(?:chose|choose|trusted|trust|came|picked))\b",
    r"\b(?:see|seeing|welcome|have|having|treat)\s+you\s+(?:(?:here|back|all)\s+)?(?:again|back|soon|next|at\s+your|for\s+your)",
    r"\bcome\s+(?:back|again)\b(?!\s+to\s+us\s+with)|\bfollow-?up\b|\bnext\s+(?:visit|check-?up|appointment)\b",
    r"\b(?:the|this|that)\s+(?:treatment|operation|procedure|surgery|appointment|consultation|visit|test|scan"
    r"|x-?ray|cleaning)\s+(?:\w+\s+)?(?:went|helped|worked|took|was|showed|shows|ended|started|lasted|felt|ran)\b",
    r"\b(?:dr\.?|doctor|nurse|dentist|surgeon|hygienist|physician|therapist|physiotherapist)\s+(?:[A-Z]\w+\s+)?"
    r"(?:who\s+(?:took|saw|treated|met|did)|explained|remembers|confirmed|saw|noted|examined|treated)\b",
    r"\b(?:our|the)\s+(?:medical\s+)?(?:records?|files?|charts?|notes)\s+(?:show|say|tell|confirm)\w*",
    r"\b(?:the|your)\s+medical\s+(?:file|record|chart|card)s?\b",
    r"\b(?:did|done|do)\s+(?:everything|all|our\s+(?:very\s+)?best)\s+(?:\w+\s+){0,3}for\s+you\b",
    r"\bwho\s+(?:\w+ed|saw|met)\s+you\b|\bmeeting\s+you\b|\b(?:doctor|dentist|nurse|surgeon)\s+could\s+see\s+you\b",
    r"\bwe\s+(?:have\s+)?(?!asked|answered|heard|noted|missed)(?:\w+ed|fit|saw|met)\s+you\b",
    r"\byour\s+(?:\w+\s+)?(?:boy|girl|son|daughter|child|children|baby|mother|father|husband|wife|mum|dad)\b",
    r"\bcare\s+of\s+your\b|\bcare\s+(?:that\s+)?you\s+received\b|\brecovery\b|\brecovering\b|\bget\s+well\b|\bfeel(?:ing)?\s+better\b",
)
_MEDICAL_RU = (
    r"\b(?:диагноз|кариес|пульпит|периодонтит|гингивит|имплант(?!олог)|пломб|коронк|брекет|винир|наркоз|анестези(?!олог)"
    r"|биопси|опухол|беременност|инфекци|воспалени|воспал[её]н|антибиотик|препарат|лекарств|таблет|капельниц"
    r"|укол|инъекци|прививк|вакцин|томограф|рентген|флюорограф|осложнени|симптом|терапи[яиюей]+\b|медкарт|зуб(?!ров|ил)"
    r"|десн[аыеу]\b|дёсн|швы|шва\b|швов|гипс|перелом|аллерги|отбеливани|протез|нерв(?:а|ом)\b|гастрит|мигрен"
    r"|простуд|грипп|ковид|онколог|диабет|приж(?:ил|ива)|зажил|зажив|обезболив|койк|реанимац|температур)\w*",
    r"\bопераци(?:я|и|ю|ей|ям|ях)\b|\bрецепт(?:а|у|ом|ы|ов)?\b(?!\s+успех)|\b(?:МРТ|УЗИ|ЭКГ|КТ|ЭКО)\b",
    r"\bанализ(?:ы|ов|ам|ами|ах)\b(?!\s+(?:отзыв|ситуаци|работ))|\bанализ\w*\s+(?:крови|мочи|на)\b",
    r"\bканал\w*\s+(?:про)?леч|\b(?:по|на)\s+(?:\w+\s+)?снимк(?:ам|ах|у|е)\b|\bудалени\w+\s+(?:зуб|родинк|нерв)\w*",
    r"\b(?:вам|у\s+вас)\s+(?:\w+\s+)?(?:постав|удал(?!ос)|назнач|выпис|выяв|обнаруж|леч|вылеч|сдела|прове|сня[лт]"
    r"|пролеч|вырва|установ|зашил|прооперир)\w*",
    r"\bистори\w+\s+болезни\b|\bмедицинск\w+\s+карт\w*",
)
_MEDICAL_EN = (
    r"\b(?:diagnos|caries|cavit(?:y|ies)|implant|gingivitis|veneers?\b|an[ae]esthe|biops|tumou?r"
    r"|pregnan|infection|inflam|antibiotic|prescription|medication|medicines?\b|x-?rays?\b|complication|symptom"
    r"|prescrib|sedat|extraction|therapy\b|therapies|tablets?\b|pills?\b|injection|vaccin|stitches|fracture|allerg|blood\s+(?:test|pressure)"
    r"|root\s+canal|tooth\b|teeth\b|gums?\b|whitening|swelling|bleeding|denture|numb(?:ness)?\b"
    r"|painful(?!\s+to\s+read)|painless)\w*",
    r"\b(?:a|the|new|old|your)\s+(?:\w+\s+)?(?:filling|crown|braces)\b(?!\s+(?:in|out))|\bdental\s+crown",
    r"(?<!our )\bsurger(?:y|ies)\b(?!\s+(?:hours|is\s+open))|\b(?:MRI|ECG|CT)\b|\bultrasound\b"
    r"|\bscans?\b(?!\s+the\s+(?:qr|code))",
    r"\b(?:prescribed|removed|found|treated)\s+you\b|\bfelt\s+(?:\w+\s+)?pain\b",
)
# Of the author a clinic knows what they wrote, and nothing else: what is called theirs, and what
# they are said to have done, is one of these or a finding.
_THEIRS_RU = re.compile(
    r"(?:отзыв|слов|голос|отметк|мнени|оцен|вопрос|обращени|письм|сообщени|замечани|врем|внимани|довери|впечатлени|близк|родн|семь"
    r"|предложени|пожелани|номер|контакт|телефон|адрес|почт|звон|претензи|жалоб|критик|прямот|откровенност|честност"
    r"|искренност|доброт|терпени|понимани|поддержк|благодарност|похвал|рекомендаци|неравнодуши|чувств|огорчени"
    r"|разочаровани|недовольств|беспокойств|тревог|волнени|переживани|эмоци|негодовани|рассказ|описани|комментари|наблюдени"
    r"|взгляд|идея|идеи|идею|совет|помощ|участи|интерес|сторон|удобств|желани|распоряжени|услуг|день|дня|дней|зв[её]зд"
    r"|команд|клиник|администрац|коллектив|стоматологи|ответ|решени|прав|готовност|точк|ожидани|спокойстви|здоровь"
    r"|благополучи|безопасност|комфорт|позици|усили|стать|текст|фраз|строк|запрос|просьб|руках|лояльност|тепл|отклик)",
    re.IGNORECASE,
)
_DID_RU = re.compile(
    r"(?:напис|писал|ждал|подел|отмет|оцен|указ|расска|сообщ|остави|осталис|остался|осталась|нашли|нашёл|нашел|нашла|постав"
    r"|сказа|говори|хоте|захоте|ожида|потрат|удел|замет|спрос|назва|упом|описа|прив[её]л|привели|зада|реши|присл|выска|дума"
    r"|подума|перечис|имел|смог|могл|звон|позвон|разочаров|огорч|расстро|ошиб|прояви|соглас|прочит|прочл|увиде|узна"
    r"|подсказ|почувств|чувствов|пожале|обиде|похвал|предлож|посовет|порекоменд|рекоменд|поблагодар|выбрали\s+минут)",
    re.IGNORECASE,
)
_MET_RU = re.compile(
    r"(?:огорч|расстро|разочаров|задел|обидел|пришл|показал|понрав|хотел|захот|стал|встревож|беспоко|волнов|смути|удиви"
    r"|устро|мог|смог|услыш|понял|поняли|прочит|подвел|подвёл|мешал|раздраж|был|интересов|пожел|просил|попрос|ждал"
    r"|спрос|ответ|благодар|поздрав|мил|добр|возмут|впечатл|порадов|обрадов)",
    re.IGNORECASE,
)
_THEIRS_EN = re.compile(
    r"(?:reviews?|words?|voice|scores?|votes?|minutes?|generosity|opinions?|feedback|messages?|letter|questions?|remarks?|comments?|ratings?|stars?|time"
    r"|attention|honesty|frankness|openness|candour|kindness|patience|understanding|support|thanks|praise|criticism"
    r"|concerns?|complaints?|calls?|phone|number|e-?mail|mail|address|contacts?|details|name|views?|impressions?"
    r"|expectations|feelings|disappointment|frustration|worry|worries|thoughts|side|story|suggestions?|ideas?|advice"
    r"|help|family|friends|loved|convenience|disposal|service|day|week|choice|decision|rights?|point|hands|team|clinic"
    r"|practice|language|page|post|text|note|input|interest|reply|answer|way|trust|request|description|account"
    r"|recommendation|readers|own)",
    re.IGNORECASE,
)
_DID_EN = re.compile(
    r"(?:described|shared|mentioned|rated|noticed|raised|pointed|named|asked|expected|hoped|wanted|decided|posted"
    r"|praised|liked|disliked|called|wished|needed|submitted|stated|reported|used|disappointed|displeased|concerned"
    r"|interested|pleased)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_YOURS = re.compile(rf"\b{_YOUR}\b((?:\s+[\w-]+){{1,3}})", re.IGNORECASE)
_ADJECTIVE = re.compile(rf"{_ADJECTIVE_WORD}|лечащ\w+", re.IGNORECASE)
_YOU_DID = re.compile(
    r"\b(?:вы|ты)\s+(?:(?:не|уже|так|сами|сам|сама|нам|сразу|вс[её]|это|здесь|тогда|тоже|ещ[её]|о\s+ч[её]м)\s+){0,2}"
    r"([\w-]+(?:ли|лись|[аеиоуыяё]л|ла|лся|лась))\b",
    re.IGNORECASE,
)
_YOU_WERE = re.compile(
    r"\b(?:вы|ты)\s+(?:не\s+)?был[аи]?\s+(?:у|в|на|здесь|наш|довольн|рад)\w*(?:\s+\w+)?",
    re.IGNORECASE,
)
_DONE_TO_YOU = re.compile(
    r"\b(?:вам|вас|тебе|тебя)\s+(?:(?!не\b)[\w-]+\s+)?([\w-]+(?:ли|[аеиоуыяё]л|ла|ло))\b",
    re.IGNORECASE,
)
_YOUR_EN = re.compile(r"\byour\s+((?:[\w'’-]+[ \t]*){1,5})", re.IGNORECASE)
_YOU_EN = re.compile(
    r"(?<!time )(?<!if )\byou\s+"
    r"(?:(?:have|had|also|already|just|so|did|not|really|kindly|once)\s+){0,2}"
    r"([a-z]+ed|came|went|saw|got(?!\s+in\s+touch)|arrived|brought|chose|drove|spent|paid|left(?!\s+(?:a|us|this|such|your|with|feeling|\w*stars))"
    r"|met|sat|lay|slept|ate|took(?!\s+(?:the\s+|a\s+|your\s+)?(?:time|trouble|moment|minute)))\b",
    re.IGNORECASE,
)


def _told_of_author(text: str) -> Iterator[tuple[tuple[int, int], str, str]]:
    """Yield span, words and language of what is said to be the author's, or done by or to them,
    beside what they wrote."""
    for hit in _YOURS.finditer(text):
        if thing := _not_theirs(hit[1].split()):
            end = hit.start(1) + hit[1].index(thing) + len(thing)
            yield (hit.start(), end), text[hit.start() : end], "ru"
    for pattern, allowed in ((_YOU_DID, _DID_RU), (_DONE_TO_YOU, _MET_RU)):
        for hit in pattern.finditer(text):
            if not allowed.match(hit[1]) and not (
                pattern is _YOU_DID and hit[1].startswith("был")
            ):
                yield hit.span(), hit[0], "ru"
    for hit in _YOU_WERE.finditer(text):
        yield hit.span(), hit[0], "ru"
    for hit in _YOUR_EN.finditer(text):
        if not any(_THEIRS_EN.fullmatch(word) for word in _WORD.findall(hit[1])):
            yield hit.span(), " ".join(hit[0].split()[:2]), "en"
    for hit in _YOU_EN.finditer(text):
        if not _DID_EN.fullmatch(hit[1]):
            yield hit.span(), hit[0], "en"


# What an author writes about, and what is not spoken of, is no confirmation.
_GENERAL = re.compile(
    r"\bпро\s+при[её]м\s+и\s+лечение"
    r"|\b(?:не\s+обсуждаем|не\s+говорим|не\s+комментируем)[^.!?\n]*|\b(?:о|об)\s+\w+\s+(?:мы\s+)?(?:не\s+)?говорим[^.!?\n]*"
    r"|\b(?:был\s+ли|является\s+ли|были\s+ли|обращался\s+ли|обращались\s+ли)\b[^.!?\n]*"
    r"|\b(?:не\s+можем|не\s+вправе|не\s+имеем\s+права)\b[^.!?\n]*"
    r"|\b(?:write|say|writes?|said|words|remark|opinion)\s+(?:about|on)\s+the\s+appointment"
    r"|\b(?:discuss|speak\s+of|confirm)\s+neither\b[^.!?\n]*"
    r"|\b(?:do\s+not|cannot|can\s+not|never)\s+(?:discuss|speak\s+of|confirm)\b[^.!?\n]*|\bneither\s+confirm\b[^.!?\n]*"
    r"|\bwhether\s+(?:\w+\s+){1,4}patient\b[^.!?\n]*",
    re.IGNORECASE,
)
_PATIENT = {
    "ru": re.compile("|".join(_PATIENT_RU), re.IGNORECASE),
    "en": re.compile("|".join(_PATIENT_EN), re.IGNORECASE),
}
_MEDICAL = {
    "ru": re.compile("|".join(_MEDICAL_RU), re.IGNORECASE),
    "en": re.compile("|".join(_MEDICAL_EN), re.IGNORECASE),
}


def _not_theirs(words: list[str]) -> str:
    """Return the first word that names what is called the author's, "" where it is what they
    wrote: adjectives before it say nothing."""
    for word in words:
        if _THEIRS_RU.match(word):
            return ""
        if not _ADJECTIVE.fullmatch(word):
            return word if len(word) > 2 else words[0]
    return words[-1]


def clinical(text: str) -> Iterator[DraftProblem]:
    """Yield patient and medical (found, instead), each place of the text once."""
    shown = _GENERAL.sub(lambda hit: BLANK * len(hit[0]), text)
    hits = [("patient", *each) for each in _told_of_author(shown)]
    for code, patterns in (("patient", _PATIENT), ("medical", _MEDICAL)):
        for language, pattern in patterns.items():
            hits += [(code, hit.span(), hit[0], language) for hit in pattern.finditer(shown)]
    hits += [("medical", hit.span(), hit[0], language_of(hit[0])) for hit in diseases(shown)]
    taken: list[tuple[int, int]] = []
    for code, span, words, language in hits:
        if not any(start < span[1] and span[0] < end for start, end in taken):
            taken.append(span)
            found = shorten(words, LONGEST, placeholder="…").strip(" ,")
            yield DraftProblem(code, {"found": found, "instead": SPOKEN[language]})
