"""The model that is shipped: its files, and that one vector space holds all its languages.

The sentences are our own; the measured figures are in the model's card and in `benchmarks/README.md`.
"""

from __future__ import annotations

import numpy as np
import pytest

from index import Embedder
from index.embedder import VectorCache
from models import EMBEDDER

SENTENCES = {
    "en": [
        "The president received the foreign ministers in the capital on Thursday.",
        "Heavy rain has flooded the road between the two towns.",
        "The bank lowered its interest rate for the third time this year.",
        "Doctors are worried about a new wave of the disease.",
        "The museum will show paintings that nobody has seen for a century.",
        "Farmers ask for lower taxes on fuel.",
        "The spacecraft landed near the south pole of the Moon.",
        "Two players were injured in the final match.",
        "The court sentenced the former mayor to three years in prison.",
        "A railway is to link the port with the mines in the mountains.",
        "Teachers went on strike because of their wages.",
        "The company sells electric cars in twelve countries.",
    ],
    "fr": [
        "Jeudi, le président a reçu les ministres des affaires étrangères dans la capitale.",
        "De fortes pluies ont inondé la route entre les deux villes.",
        "La banque a baissé son taux d'intérêt pour la troisième fois cette année.",
        "Les médecins s'inquiètent d'une nouvelle vague de la maladie.",
        "Le musée exposera des tableaux que personne n'a vus depuis un siècle.",
        "Les agriculteurs demandent une baisse des taxes sur le carburant.",
        "L'engin spatial s'est posé près du pôle Sud de la Lune.",
        "Deux joueurs ont été blessés lors de la finale.",
        "Le tribunal a condamné l'ancien maire à trois ans de prison.",
        "Une voie ferrée reliera le port aux mines dans les montagnes.",
        "Les enseignants ont fait grève à cause de leurs salaires.",
        "L'entreprise vend des voitures électriques dans douze pays.",
    ],
    "ru": [
        "В четверг президент принял министров иностранных дел в столице.",
        "Сильный дождь затопил дорогу между двумя городами.",
        "Банк в третий раз за год снизил процентную ставку.",
        "Врачи обеспокоены новой волной заболевания.",
        "Музей покажет картины, которых никто не видел целый век.",
        "Фермеры просят снизить налоги на топливо.",
        "Космический аппарат сел у южного полюса Луны.",
        "Два игрока получили травмы в финальном матче.",
        "Суд приговорил бывшего мэра к трём годам тюрьмы.",
        "Железная дорога свяжет порт с рудниками в горах.",
        "Учителя объявили забастовку из-за зарплат.",
        "Компания продаёт электромобили в двенадцати странах.",
    ],
    "es": [
        "El presidente recibió el jueves a los ministros de Exteriores en la capital.",
        "Las fuertes lluvias han inundado la carretera entre las dos ciudades.",
        "El banco bajó el tipo de interés por tercera vez este año.",
        "Los médicos están preocupados por una nueva ola de la enfermedad.",
        "El museo mostrará cuadros que nadie ha visto desde hace un siglo.",
        "Los agricultores piden impuestos más bajos sobre el combustible.",
        "La nave espacial aterrizó cerca del polo sur de la Luna.",
        "Dos jugadores resultaron heridos en la final.",
        "El tribunal condenó al exalcalde a tres años de prisión.",
        "Un ferrocarril unirá el puerto con las minas de las montañas.",
        "Los profesores se declararon en huelga por sus salarios.",
        "La empresa vende coches eléctricos en doce países.",
    ],
    "de": [
        "Der Präsident empfing am Donnerstag die Außenminister in der Hauptstadt.",
        "Starker Regen hat die Straße zwischen den beiden Städten überflutet.",
        "Die Bank senkte in diesem Jahr zum dritten Mal den Zinssatz.",
        "Ärzte sorgen sich wegen einer neuen Welle der Krankheit.",
        "Das Museum zeigt Gemälde, die seit hundert Jahren niemand gesehen hat.",
        "Bauern fordern niedrigere Steuern auf Treibstoff.",
        "Die Raumsonde landete nahe dem Südpol des Mondes.",
        "Zwei Spieler wurden im Finale verletzt.",
        "Das Gericht verurteilte den früheren Bürgermeister zu drei Jahren Haft.",
        "Eine Bahnstrecke soll den Hafen mit den Bergwerken im Gebirge verbinden.",
        "Lehrer streikten wegen ihrer Gehälter.",
        "Das Unternehmen verkauft Elektroautos in zwölf Ländern.",
    ],
    "tr": [
        "Cumhurbaşkanı perşembe günü başkentte dışişleri bakanlarını kabul etti.",
        "Şiddetli yağmur iki şehir arasındaki yolu su altında bıraktı.",
        "Banka bu yıl üçüncü kez faiz oranını düşürdü.",
        "Doktorlar hastalığın yeni bir dalgasından endişeli.",
        "Müze, yüz yıldır kimsenin görmediği tabloları sergileyecek.",
        "Çiftçiler akaryakıt vergilerinin düşürülmesini istiyor.",
        "Uzay aracı Ay'ın güney kutbuna yakın bir yere indi.",
        "Final maçında iki oyuncu sakatlandı.",
        "Mahkeme eski belediye başkanını üç yıl hapse mahkûm etti.",
        "Bir demiryolu limanı dağlardaki madenlere bağlayacak.",
        "Öğretmenler maaşları nedeniyle greve gitti.",
        "Şirket on iki ülkede elektrikli otomobil satıyor.",
    ],
    "uz": [
        "Prezident payshanba kuni poytaxtda tashqi ishlar vazirlarini qabul qildi.",
        "Kuchli yomg‘ir ikki shahar orasidagi yo‘lni suv bosishiga olib keldi.",
        "Bank bu yil uchinchi marta foiz stavkasini pasaytirdi.",
        "Shifokorlar kasallikning yangi to‘lqinidan xavotirda.",
        "Muzey yuz yildan beri hech kim ko‘rmagan rasmlarni namoyish etadi.",
        "Fermerlar yoqilg‘i soliqlarini kamaytirishni so‘ramoqda.",
        "Kosmik kema Oyning janubiy qutbi yaqiniga qo‘ndi.",
        "Final o‘yinida ikki o‘yinchi jarohat oldi.",
        "Sud sobiq hokimni uch yil qamoq jazosiga hukm qildi.",
        "Temir yo‘l portni tog‘lardagi konlar bilan bog‘laydi.",
        "O‘qituvchilar maoshlari sababli ish tashladi.",
        "Kompaniya o‘n ikki mamlakatda elektromobillar sotadi.",
    ],
    "uz in Cyrillic": [
        "Президент пайшанба куни пойтахтда ташқи ишлар вазирларини қабул қилди.",
        "Кучли ёмғир икки шаҳар орасидаги йўлни сув босишига олиб келди.",
        "Банк бу йил учинчи марта фоиз ставкасини пасайтирди.",
        "Шифокорлар касалликнинг янги тўлқинидан хавотирда.",
        "Музей юз йилдан бери ҳеч ким кўрмаган расмларни намойиш этади.",
        "Фермерлар ёқилғи солиқларини камайтиришни сўрамоқда.",
        "Космик кема Ойнинг жанубий қутби яқинига қўнди.",
        "Финал ўйинида икки ўйинчи жароҳат олди.",
        "Суд собиқ ҳокимни уч йил қамоқ жазосига ҳукм қилди.",
        "Темир йўл портни тоғлардаги конлар билан боғлайди.",
        "Ўқитувчилар маошлари сабабли иш ташлади.",
        "Компания ўн икки мамлакатда электромобиллар сотади.",
    ],
}
QUESTIONS = {
    "en": ("Who was sent to prison?", "Where did the probe land?", "Why do teachers not work?"),
    "fr": (
        "Qui a été envoyé en prison ?",
        "Où la sonde s'est-elle posée ?",
        "Pourquoi les professeurs font grève ?",
    ),
    "ru": ("Кого отправили в тюрьму?", "Где сел зонд?", "Почему учителя не работают?"),
    "uz": ("Kim qamaldi?", "Kosmik kema qayerga qo'ndi?", "Nega o'qituvchilar ishlamayapti?"),
}
ANSWERS = (8, 6, 10)


def test_its_files_are_small_and_declare_its_languages(embedder: Embedder) -> None:
    (weights,) = EMBEDDER.glob("*.safetensors")
    assert weights.stat().st_size < 95_000_000
    assert embedder.languages is not None
    assert {"en", "fr", "ru", "es", "de", "tr", "uz", "kk"} <= embedder.languages
    assert (embedder.dimension, embedder.window) == (384, 252)
    assert embedder.name == EMBEDDER.name


@pytest.mark.parametrize("language", [language for language in SENTENCES if language != "en"])
def test_a_sentence_is_nearest_to_its_translation(embedder: Embedder, language: str) -> None:
    english = embedder.encode_passages(SENTENCES["en"])
    cosines = english @ embedder.encode_passages(SENTENCES[language]).T
    right = np.arange(len(english))
    allowed = 2 if language.startswith("uz") else 0  # the thin language
    assert (cosines.argmax(axis=0) != right).sum() <= allowed
    assert (cosines.argmax(axis=1) != right).sum() <= allowed


@pytest.mark.parametrize("asked", list(QUESTIONS))
@pytest.mark.parametrize("answered", ["en", "fr", "ru", "de"])
def test_a_question_finds_its_sentence_in_another_language(
    embedder: Embedder, asked: str, answered: str
) -> None:
    cache = VectorCache()
    for question, right in zip(QUESTIONS[asked], ANSWERS, strict=True):
        near = cache.similarities(embedder, question, SENTENCES[answered])
        place = sorted(near, reverse=True).index(near[right])
        assert place <= (2 if asked == "uz" else 0), question
        assert near[right] > 0.05
        assert abs(np.median(near)) < 0.15  # unrelated ones lie about 0


def test_letters_typed_in_another_way_make_the_same_vector(embedder: Embedder) -> None:
    one, two, three = embedder.encode_passages(
        ["O‘zbekiston va Tojikiston", "Oʻzbekiston va Tojikiston", "O'zbekiston va Tojikiston"]
    )
    assert np.allclose(one, two, atol=0.01)
    assert np.allclose(one, three, atol=0.01)


def test_vectors_are_of_unit_length(embedder: Embedder) -> None:
    vectors = [*embedder.encode_passages(SENTENCES["fr"]), embedder.encode_question("Qui ?")]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_script_that_it_cannot_read_is_unfamiliar(embedder: Embedder) -> None:
    assert embedder.familiarity("რამდენიმე სიტყვა ამ დამწერლობით") == 0
    assert embedder.familiarity("The ministers met on Thursday in the capital.") > 0.9
    assert embedder.familiarity("Министры встретились в четверг в столице.") > 0.7
