"""Language: told where it is plain, not told where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.language import language_of

TEXTS = {
    "en": "The council said on Monday that the library will be open on Sundays from December, and that more staff would be needed.",
    "de": "Die Bibliothek wird ab Dezember auch am Sonntag öffnen, sagte der Bürgermeister. Für die Stadt ist das nicht nur eine Frage des Geldes.",
    "fr": "La bibliothèque sera ouverte le dimanche à partir de décembre, a dit la mairie. Pour les habitants, ce n'est pas une surprise.",
    "es": "La biblioteca abrirá los domingos a partir de diciembre, según el ayuntamiento. Para los vecinos no es una sorpresa, pero sí una alegría.",
    "it": "La biblioteca sarà aperta la domenica a partire da dicembre, ha detto il sindaco. Per gli abitanti non è una sorpresa, ma anche una gioia.",
    "pt": "A biblioteca vai abrir aos domingos a partir de dezembro, disse o presidente da câmara. Para os moradores não é uma surpresa, mas é uma alegria.",
    "nl": "De bibliotheek zal vanaf december ook op zondag open zijn, zei de burgemeester. Voor de inwoners is dat niet een verrassing, maar het is wel mooi.",
    "sv": "Biblioteket ska vara öppet på söndagar från december, säger kommunen. För de boende är det inte en överraskning, men det är mycket efterlängtat.",
    "da": "Biblioteket skal have åbent om søndagen fra december, siger borgmesteren. Det er ikke en overraskelse, men der er brug for mere personale, blev det sagt efter mødet af hvad vi ved.",
    "nb": "Biblioteket skal holde åpent på søndager fra desember, sier ordføreren. Det er ikke noe nytt, men det trengs mer folk, ble det sagt etter møtet av hva vi vet.",
    "fi": "Kirjasto on avoinna sunnuntaisin joulukuusta alkaen, ja kaupunginjohtajan mukaan se on myös asukkaiden toive, mutta ei niin halpa kuin luultiin.",
    "pl": "Biblioteka będzie otwarta w niedziele od grudnia, ale nie jest to niespodzianka dla mieszkańców, bo burmistrz już o tym mówił przed rokiem.",
    "cs": "Knihovna bude otevřená v neděli od prosince, ale podle starosty to není pro obyvatele překvapení, protože se o tom mluvilo už před rokem a také jako o slibu, který byl dán.",
    "hu": "A könyvtár decembertől vasárnap is nyitva lesz, de ez nem meglepetés, mert a polgármester szerint már egy éve azt mondták, hogy meg kell tenni.",
    "ro": "Biblioteca va fi deschisă duminica din decembrie, dar nu este o surpriză pentru locuitori, care au cerut acest lucru și în anul trecut, după ce a fost promis.",
    "tr": "Kütüphane aralık ayından sonra pazar günleri de açık olacak, ancak bu karar halk için yeni değil ve belediye başkanına göre çok daha önce alınmış bir karar.",
    "id": "Perpustakaan akan buka pada hari Minggu mulai Desember, dan hal itu tidak mengejutkan bagi warga yang sudah meminta ini dalam rapat dengan wali kota.",
    "vi": "Thư viện sẽ mở cửa vào chủ nhật từ tháng mười hai, và đây không phải là điều mới cho những người đã đến họp với thị trưởng trong năm nay.",
    "ru": "Библиотека будет открыта по воскресеньям с декабря, сказал мэр, но это не новость для жителей, которые уже после встречи знали, что так и будет.",
    "uk": "Бібліотека буде відкрита щонеділі з грудня, сказав мер, але це не новина для мешканців, які вже після зустрічі знали, що так і буде, та є інші питання.",
    "bg": "Библиотеката ще е отворена в неделя от декември, каза кметът, но това не е новина за жителите, които след срещата са знаели, че ще се случи.",
    "ar": "ستفتح المكتبة أبوابها يوم الأحد ابتداء من شهر ديسمبر كما قال رئيس البلدية، ولم يكن هذا مفاجأة على السكان بعد كل ما قيل في الاجتماع.",
    "fa": "کتابخانه از ماه دسامبر در روزهای یکشنبه نیز باز است و این برای ساکنان خبر تازه‌ای نیست که شهردار آن را در جلسه با مردم گفته بود.",
    "ur": "لائبریری دسمبر سے اتوار کو بھی کھلی رہے گی اور یہ شہریوں کے لیے نئی بات نہیں ہے کیونکہ میئر نے اس کا اعلان ایک سال پہلے کیا تھا۔",
    "hi": "पुस्तकालय दिसंबर से रविवार को भी खुला रहेगा और यह शहर के लोगों के लिए नई बात नहीं है क्योंकि महापौर ने इस बैठक में यह कहा था।",
    "zh": "图书馆从十二月起星期日也将开放，市长表示这对居民来说并不意外。",
    "ja": "図書館は十二月から日曜日も開館すると市長が述べた。",
    "ko": "도서관은 십이월부터 일요일에도 문을 연다고 시장이 말했다.",
    "el": "Η βιβλιοθήκη θα είναι ανοιχτή τις Κυριακές από τον Δεκέμβριο.",
    "he": "הספרייה תהיה פתוחה בימי ראשון החל מדצמבר.",
    "th": "ห้องสมุดจะเปิดทำการในวันอาทิตย์ตั้งแต่เดือนธันวาคม",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items(), ids=TEXTS)
def test_plain_text_is_told(language, text):
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("42 : 17 (12.5 %) 2026-11-24", id="numbers"),
        pytest.param("Library", id="one-word"),
        pytest.param("Berlin Tokyo Nairobi Lagos Quito Oslo Lima", id="names-only"),
        pytest.param("def main(): return [x for x in range(10) if x % 2]", id="a-program"),
        pytest.param("Lorem ipsum dolor sit amet consectetur adipiscing elit sed", id="no-language"),
        pytest.param("Mae'r llyfrgell ar agor ar ddydd Sul o fis Rhagfyr ymlaen medd y cyngor.", id="welsh-is-not-known"),
        pytest.param(TEXTS["en"] + " " + TEXTS["de"], id="two-languages"),
        pytest.param(TEXTS["ru"] + " " + TEXTS["ar"] + " " + TEXTS["zh"] * 3, id="three-scripts"),
    ],
)  # fmt: skip
def test_doubt_is_told_as_none(text):
    assert language_of(text) is None


def test_foreign_words_and_addresses_do_not_hide_the_language():
    text = TEXTS["ru"] + " https://example.org/about-the-library The New York Times"

    assert language_of(text) == "ru"


def test_case_does_not_count():
    assert language_of(TEXTS["de"].upper()) == "de"


@given(st.text(max_size=300))
def test_any_text_gives_an_answer_or_none(text):
    found = language_of(text)

    assert found is None or found.isalpha()
