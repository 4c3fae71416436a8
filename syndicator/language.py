"""Which language is a text in, where nobody said so?  Pure.

The script decides where a script has one language.  Elsewhere small frequent words do:
a language's words must be a good part of the text, and clearly more than those of any
other.  A text that is short, mixed, or in a language we do not know gives nothing:
readers and rules are better off with no language than with a wrong one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache

MOST_CHARACTERS = 3_000
"""Of a text that are looked at; more makes no answer surer."""
_FEWEST_LETTERS = 12
_LEAST_SHARE = 0.5
"""Of the letters that must be of one script."""
_LEAST_WEIGHT = 2.5
"""Sum of the weights of the small words found."""
_LEAST_DENSITY = 0.12
"""Weight for each word of the text."""
_CLEARLY = 1.6
"""How many times the next best language's weight the best one must have."""

_SCRIPTS = {
    "greek": "el",
    "hebrew": "he",
    "thai": "th",
    "hangul": "ko",
    "armenian": "hy",
    "georgian": "ka",
    "bengali": "bn",
    "tamil": "ta",
}
"""Scripts that, in the news of today, have one language."""

_SMALL_WORDS = {
    "en": "the of and to in is that for it was with as on be at by this have from not are but had they which you were been their has would there will more who its about after",
    "de": "der die und das ist den von zu mit sich des auf für nicht ein eine dem im als auch es an werden aus er hat dass sie nach wird bei einer um sind noch wie einem über wurde haben",
    "fr": "le la les des et est en du une un que pour dans qui par sur pas au avec ce il plus ne se sont aux cette mais ont été elle nous leur fait deux comme ou",
    "es": "el la los las de y en que un una por con para es se del al no su como más lo ha pero sus fue son está este sobre entre también desde ser esta años",
    "it": "il di che la e un una per in è del non le si con dei della i da sono al gli ha nel anche più alla come lo ma delle questo dal stato anni essere",
    "pt": "o a os as de e do da em que um uma para com não por no na se dos das ao mais foi são como mas pelo pela sua seu ou também até já está anos",
    "nl": "de het een van en in is dat op te zijn met voor niet aan er om ook als bij maar uit door naar dan nog wordt werd deze heeft hebben worden over tot meer geen",
    "sv": "och att det i en som är av för på den med till inte har om ett de var från kan men vid så sig under efter eller också han när vi ska blev mycket",
    "da": "og at det i en er som af for på den med til ikke har om et de var fra kan men ved så sig under efter eller også han når vi skal blev hvad meget mere",
    "nb": "og at det i en er som av for på den med til ikke har om et de var fra kan men ved så seg under etter eller også han når vi skal ble hva mye mer noe",
    "fi": "ja on ei se että oli hän mutta ovat kun myös niin joka sen kuin olla jos tai ollut mukaan sekä jo vain hänen mitä nyt vielä ole voi siitä kanssa",
    "pl": "i w na z się nie do to że jest o jak po od za przez dla ale są był tym tego co już być oraz przed ma tylko jego może które który była",
    "cs": "a v se na je že s z do to o i ve jako za by pro ale po k od který které byl jsou jeho jsem jen už bylo také podle až při má které mezi",
    "sk": "a v sa na je že s z do to o aj vo ako za by pre ale po k od ktorý ktoré bol sú jeho len už bolo tiež podľa až pri má medzi však",
    "hu": "a az és hogy nem is egy volt meg de ez azt ami csak már mint el még van vagy ha szerint után akkor lesz kell pedig ezt amely között",
    "ro": "și în de la a nu cu pe că o un din care pentru este mai se sunt ce fost prin dar după au sau al acest fi lui între până fără",
    "tr": "ve bir bu da de için ile olarak çok daha en gibi olan ne o kadar sonra ancak var ama ise her olduğunu göre değil etti oldu tarafından yeni",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga ke karena tersebut oleh ada bisa sudah mereka saat kami kepada telah lebih adalah seperti",
    "vi": "và của là có được trong không cho một với các những đã này người khi để đến về từ cũng ra nhiều năm theo như tại trên",
    "ca": "el la els les de i en que un una per amb és del no més però al com també són ha aquest aquesta sobre entre fins els seva seu anys",
    "ru": "и в не на что с он как это по но из у к за от же так для все его было мы она они а бы только или был до при также который после года",
    "uk": "і в не на що з він як це по але із у до за від же так для всі його було ми вона вони а би тільки або був та є при також який після року",
    "bg": "и в не на че с той как това по но от у към за се да са е си като ще които при също който след му бе има до ли още може",
    "sr": "и у не на да са он како то по али из је за од се су који као што би само или био до при такође који после године ће није",
    "be": "і ў не на што з ён як гэта па але у да за ад ж так для ўсе яго было мы яна яны а бы толькі або быў пры таксама які пасля года",
    "ar": "في من على إلى أن هذا التي عن مع الذي كان ما لا هذه بعد بين كما أو قد ذلك كل حيث قال وقد لم ولا خلال غير عبر",
    "fa": "و در به از که این را با است برای آن یک خود تا بر هم نیز شده می‌شود های ها بود کرد اما ما شد دارد کند باید وی",
    "ur": "کے کی میں ہے اور سے کا کو پر اس نے یہ کہ ہیں بھی ایک نہیں جو تھا ہو گیا ان لیے کر تھے تک گئی ہوئے کیا",
    "hi": "के है में की को से का और पर इस ने यह कि हैं भी एक नहीं जो था हो गया लिए कर तक कहा रहा किया अपने साथ",
    "mr": "आहे आणि या च्या ही हे तर होते केली आहेत नाही मात्र केला असे एक झाली होती त्या मध्ये यांनी झाले त्यांनी करण्यात",
    "ne": "छ र को मा ले पनि छन् यो लागि गर्ने भएको भने गरेको हुने थियो गर्न तथा नेपाल एक हो अनि थिए भएका",
}  # fmt: skip

_BY_SCRIPT = {
    "cyrillic": ("ru", "uk", "bg", "sr", "be"),
    "arabic": ("ar", "fa", "ur"),
    "devanagari": ("hi", "mr", "ne"),
}
_ELSEWHERE = frozenset(language for group in _BY_SCRIPT.values() for language in group)
_WORD = re.compile(r"[\w\u0900-\u0903\u093a-\u094f\u200c]+")


def language_of(text: str) -> str | None:
    """Return the language of the plain *text* (BCP 47), none where that is not sure."""
    text = text[:MOST_CHARACTERS]
    scripts = Counter(_script(character) for character in text if character.isalpha())
    letters = scripts.total()
    if letters < _FEWEST_LETTERS and not scripts.keys() & {"cjk", "hiragana", "katakana"}:
        return None
    if letters == 0:
        return None
    eastern = _eastern(scripts, letters)
    if eastern:
        return eastern
    script, count = scripts.most_common(1)[0]
    if count / letters < _LEAST_SHARE:
        return None
    if script in _SCRIPTS:
        return _SCRIPTS[script]
    return _by_small_words(text, script)


def _script(character: str) -> str:
    if character.isascii():
        return "latin"
    return _named_script(character)


@cache
def _named_script(character: str) -> str:
    return unicodedata.name(character, "other").partition(" ")[0].partition("-")[0].casefold()


def _eastern(scripts: Mapping[str, int], letters: int) -> str | None:
    """Japanese mixes Chinese characters with its own; Chinese has no others."""
    kana = scripts.get("hiragana", 0) + scripts.get("katakana", 0)
    han = scripts.get("cjk", 0)
    if kana + han < max(4, letters * _LEAST_SHARE):
        return None
    if kana >= (kana + han) * 0.1:
        return "ja"
    return "zh" if kana == 0 else None


def _by_small_words(text: str, script: str) -> str | None:
    words = _WORD.findall(text.casefold())
    most = 1 + len(words) // 20
    found = {word: min(count, most) for word, count in Counter(words).items()}
    weights = {
        language: sum(weight * found[word] for word, weight in small if word in found)
        for language, small in _weighted().get(script, {}).items()
    }
    if not weights:
        return None
    (best, weight), *rest = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    sure = weight >= max(_LEAST_WEIGHT, _LEAST_DENSITY * len(words))
    return best if sure and all(weight >= other * _CLEARLY for _, other in rest) else None


@cache
def _weighted() -> Mapping[str, Mapping[str, tuple[tuple[str, float], ...]]]:
    """Return script -> language -> small words; a word that many share weighs less."""
    groups = {
        "latin": tuple(language for language in _SMALL_WORDS if language not in _ELSEWHERE),
        **_BY_SCRIPT,
    }
    return {script: _group(languages) for script, languages in groups.items()}


def _group(languages: tuple[str, ...]) -> dict[str, tuple[tuple[str, float], ...]]:
    sets = {language: set(_SMALL_WORDS[language].split()) for language in languages}
    shared = Counter(word for words in sets.values() for word in words)
    return {
        language: tuple(sorted((word, 1 / shared[word]) for word in words))
        for language, words in sets.items()
    }
