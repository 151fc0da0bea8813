"""Diseases in a reply, by name and by how most of their names are made: no list holds them all."""

import re
from collections.abc import Iterator

_RU = (
    # «отит», «гайморит»: no general ending, «кредит» and «визит» have it too
    r"\b(?:от|энтерокол|кол)ит\w{0,3}\b|\b\w{0,12}(?:гаймор|цист|артр|бронх|дермат|рин|синус|фаринг|ларинг|тонзилл|гепат|панкреат|нефр|простат|вагин|мастоид|метр"
    r"|конъюнктив|блефар|неврал?г?|плекс|радикул|бурс|стомат|периост|альвеол|пароти?т?|перитон|аппендиц|холецист|гастр|дуоден|эзофаг"
    r"|кард|флеб|васкул|менинг|энцефал|миел|трахе|плевр|целлюл|уретр|аднекс|спондил|фасци|аден|тиреоид)ит\w{0,3}\b"
    r"|\bневрит\w{0,3}\b"
    r"|\b\w{0,15}(?:хондро|артро|невро|психо|сколио|лордо|кифо|тромбо|склеро|фибро|мико|кандидо|бактерио|метрио|цирро|стено|некро"
    r"|донто|токсико|туберкул[её]|псориа|гельминто|лямблио|аллерго|розацеа|бруцелло|сальмонелло|микоплазмо|лейко)з(?!д)\w{0,3}\b"
    r"|\b\w{0,12}(?:миом|глауком|меланом|липом|папиллом|фибром|гематом|атером|сарком|карцином|лимфом|аденом|гранул[её]м|ангиом"
    r"|невром)[аеуы]\w{0,2}\b"
    r"|\b\w{0,15}(?:невропат|нейропат|ретинопат|энцефалопат|миопат|мастопат|артропат|анеми|лейкеми|ишеми|гликеми|невралги|миалги"
    r"|гипертони|гипотони|дистони|плази|эктоми|пневмони|аритми|тахикарди|стенокарди|эпилепси|депресси|деменци|шизофрени|хламиди"
    r"|импотенци|менструаци|дисплази|дистрофи|атрофи)[ийяюе]\w{0,2}\b"
    r"|\b(?:рак(?:а|у|ом|е)?\b(?!\s*[-—])|инсульт\w{0,2}|инфаркт\w{0,2}|астм\w{1,2}|язв[аеуы]\w{0,2}|варикоз\w{0,3}|грыж\w{1,3}"
    r"|геморро\w{1,3}|аутизм\w{0,2}|аутист\w{0,2}|СДВГ|ВИЧ|СПИД|сифилис\w{0,2}|бесплоди\w{1,2}|выкидыш\w{0,2}|аборт\w{0,2}"
    r"|климакс\w{0,2}|катаракт\w{1,2}|экзем\w{1,2}|кист(?:а|ы|у|ой)\b(?!\s+руки)|полип\w{0,2}|эрекци\w{1,2}|недержани\w{1,2}"
    r"|герпес\w{0,2}|молочниц\w{1,2}|щитовидк\w{1,2}|простат(?:а|ы|у|е|ой)|месячны[ехм]|паркинсон\w{0,2}|альцгеймер\w{0,2}"
    r"|сотрясени\w{1,2}|ожирени\w{1,2}|панич\w{3,6}\s+атак\w{0,3}|анорекси\w{1,2}|булими\w{1,2}|ожог\w{0,2}|вывих\w{0,2}"
    r"|обморок\w{0,2}|кровотечени\w{1,2}|лихорадк\w{1,2}|сып(?:ь|и|ью)|бессонниц\w{1,2}|судорог\w{0,2}|близорукост\w{1,2}|дальнозоркост\w{1,2}|метастаз\w{0,3}|синдром\w{0,2}|камн\w{1,3}\s+в\s+почк\w{1,2}"
    r"|биполярн\w{2,3}\s+расстройств\w{1,2})\b"
)
_EN = (
    r"\b(?!metamorpho|hypno|osmo)\w{2,20}(?:itis|osis|emia|algia(?<!nostalgia)|ectomy|opathy(?<!homeopathy)|plasia|orrh(?:o)?ea)\b"
    r"|\b(?:gli|lymph|melan|sarc|carcin|my|fibr|glauc|aden)\w{0,10}omas?\b"
    r"|\b(?:cancer|chemo(?:therapy)?|strokes?|heart\s+attack|asthma|ulcers?|hernias?|depression|epilep\w{2,3}|autis\w{1,3}|ADHD|HIV"
    r"|AIDS|syphilis|infertility|miscarriage|abortion|menopause|cataracts?|eczema|acne|cysts?|polyps?|impotence|incontinence"
    r"|chlamydia|herpes|thyroid|prostate|dementia|alzheimer\w{0,2}|parkinson\w{0,2}|schizophrenia|migraines?|hypertension"
    r"|arrhythmia|angina|pneumonia|diabet\w{1,3}|kidney\s+stones?|gallstones?|varicose|h(?:a)?emorrhoids?|psoria\w{1,4}|scoliosis"
    r"|concussion|obesity|anorexia|bulimia|sprain(?:ed)?|rash(?:es)?\b|seizures?|insomnia|panic\s+attacks?|anxiety\s+disorder|OCD|PTSD|syndrome)\b"
)
_DISEASE = re.compile(f"{_RU}|{_EN}", re.IGNORECASE)
_KINDLY = re.compile(r"strokes?\s+of\b|AIDS?\s+(?:us|our|you)\b", re.IGNORECASE)
"""«A stroke of luck», "aids us"."""


def diseases(text: str) -> Iterator[re.Match[str]]:
    """Yield where a text names a disease."""
    for hit in _DISEASE.finditer(text):
        if not _KINDLY.match(text, hit.start()):
            yield hit
