"""Function words of the languages we serve: they say how a question is built, not what it is about.

Articles, pronouns, prepositions, conjunctions, auxiliaries, question words and the verbs of asking ("tell",
"dis"), 150 to 230 a language. Some are names elsewhere ("kim" is Uzbek for "who"): who removes them minds capitals.
"""

from __future__ import annotations

import unicodedata

_WRITTEN: dict[str, str] = {
    "en": """
        a an the this that these those i you he she it we they me him her us them my your his its our their mine yours
        who whom whose what which when where why how and or but nor if then than so as because while although though
        of in on at by to from for with without about between among against during before after since until under over
        into onto through across per via within is are was were be been being am do does did done have has had having
        can could will would shall should might must not no yes there here all any some each every both few more most
        much many other such only also just very too again ever never still yet said say says tell told show give
        please let up out off it's what's who's isn't didn't doesn't wasn't don't hasn't haven't
        know explain describe latest recent
    """,
    "fr": """
        le la les un une des du de d l au aux ce cet cette ces c ça cela ceci celui celle ceux celles je j tu il elle on
        nous vous ils elles me m te t se s moi toi lui leur leurs eux soi mon ma mes ton ta tes son sa ses notre nos
        votre vos qui que qu quoi quel quelle quels quelles dont où quand comment pourquoi combien lequel laquelle
        lesquels est-ce et ou mais donc or ni car si comme ainsi alors puis parce lorsque puisque tandis afin à en dans
        sur sous par pour avec sans chez vers entre contre depuis pendant avant après selon malgré dès jusque jusqu y
        est sont était étaient être été fut furent sera seront serait suis es sommes êtes soit ai as a avons avez ont
        avait avaient eu eut aura auront aurait fait font faire ne n pas plus moins non oui très aussi encore déjà
        toujours jamais tout toute tous toutes même mêmes autre autres quelque quelques plusieurs chaque peu trop là ici
        dis dit donne donner raconte explique peut peuvent doit doivent
    """,
    "ru": """
        и а но или да же ли бы не ни нет что чтобы как так кто кого кому кем ком чего чему чем чём какой какая какое
        какие какого какой каких каким какими какую каком который которая которое которые которого которой которых
        которым которую котором чей чья чьё чьи где куда откуда когда почему зачем сколько насколько в во на с со к ко
        о об обо от до из у за по под над при про для без через между перед после около против среди ради кроме из-за
        из-под я ты он она оно мы вы они меня мне мной тебя тебе его ему им него нему ним её ей неё ней нас нам нами
        вас вам вами их ими них ними себя себе собой мой моя моё мои твой свой своя своё свои своего своей своих своим
        наш наша наше наши ваш ваша ваше ваши этот эта это эти этого этой этому этом этих этим тот та то те того той
        тому том тех тем был была было были быть будет будут есть является являются может могут можно нужно надо весь
        вся всё все всех всего всем ещё уже только лишь также тоже даже очень если то потому когда пока хотя либо ведь
        вот там тут здесь тогда теперь сейчас более менее самый другой другие скажи скажите расскажи расскажите сказал
        сказала сказали говорит говорил
    """,
    "uz": """
        va ham yoki lekin ammo biroq balki agar chunki uchun bilan haqida toʻgʻrisida boʻyicha orqali kabi singari qadar
        sari tomon soʻng keyin avval oldin dan ga da ni ning kim kimlar kimni kimga kimning kimdan kimning kimda nima
        nimalar nimani nimaga nimadan nimada nega qanday qanaqa qaysi qaysilar qayer qayerda qayerga qayerdan qayda
        qachon qachondan qancha nechta necha nechanchi men sen u biz siz ular meni menga mening seni senga sening uni
        unga uning unda undan bizni bizga bizning sizni sizga sizning ularni ularga ularning oʻz oʻzi oʻzini oʻzining
        oʻziga bu shu oʻsha ushbu mana bular bunda bunga bunday shunday mazkur edi edilar ekan emas bor yoʻq boʻldi
        boʻlgan boʻladi boʻlib boʻlishi boʻlsa boʻlgani boʻlar qildi qilgan qiladi qilib qilish mi mumkin kerak lozim
        hamma barcha har hech bir biror boshqa koʻp kam juda eng faqat yana endi hali allaqachon esa deb degan dedi
        deydi aytdi aytgan ayting oʻrtasida orasida ichida ustida ostida oldida yonida haqda shunda qilingan
    """,
    "de": """
        der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner und oder aber denn
        sondern ob wenn weil dass daß als wie wer wen wem wessen was welcher welche welches welchen welchem wann wo
        wohin woher warum wieso weshalb wieviel womit worüber wofür woran wodurch ich du er sie es wir ihr mich mir
        dich dir ihn ihm uns euch ihnen sich mein meine meiner dein deine sein seine seinen seiner seinem ihre ihren
        ihrem ihrer unser unsere euer dieser diese dieses diesen diesem jener jene man in im an am auf aus bei beim mit
        nach von vom zu zum zur über unter vor hinter neben zwischen durch für gegen ohne um bis seit während wegen
        trotz laut ist sind war waren bin bist sei wäre gewesen wird werden wurde wurden worden hat haben hatte hatten
        habe kann können konnte muss müssen soll sollen sollte will wollen wollte darf dürfen nicht nichts kein ja nein
        auch noch schon nur sehr mehr so da dort hier dann doch mal alle alles viele viel wieviele andere gibt gab es
        sagte sagt gesagt sag erzähl bitte
    """,
    "es": """
        el la los las lo un una unos unas al del de a ante bajo con contra desde durante en entre hacia hasta mediante
        para por según sin sobre tras yo tú él ella ello nosotros vosotros ellos ellas usted ustedes me te se nos os le
        les mi mí mis tu tus su sus nuestro nuestra nuestros nuestras vuestro quien quién quienes quiénes que qué cual
        cuál cuales cuáles cuyo cuándo cuando dónde donde adónde cómo como cuánto cuánta cuántos cuántas cuanto por qué
        porque y e o u pero sino ni si aunque mientras pues este esta estos estas esto ese esa esos esas eso aquel
        aquella aquellos aquellas es son era eran ser sido fue fueron será serán sería soy está están estaba estaban
        estar estuvo ha han había habían haber hay hubo he hemos tiene tienen tenía tener tuvo hace hacer hizo puede
        pueden debe deben no sí más menos muy también tampoco ya aún todavía siempre nunca todo toda todos todas otro
        otra otros otras mismo misma algo alguien algún alguna nada nadie cada mucho muchos poco pocos tan tanto dijo
        dice dicen decir diga dime cuéntame allí aquí
    """,
    "tr": """
        ve veya ya da de ki ile ama fakat ancak çünkü eğer ise için gibi kadar göre doğru karşı rağmen dolayı beri önce
        sonra üzere hakkında dair ilgili kim kimi kime kimin kimden kimde kimler kiminle kimlerle ne neyi neye neden
        nerede nereye nereden nere niçin niye nasıl hangi hangisi hangileri kaç kaçta kaçıncı zaman mi mı mu mü mıdır
        midir ben sen o biz siz onlar beni bana benim seni sana senin onu ona onun onda ondan bizi bize bizim sizi size
        sizin onları onlara onların kendi kendisi bu şu bunu buna bunun bunda bundan şunu şuna bunlar şunlar böyle
        şöyle öyle bir birkaç bazı her hiç hep bütün tüm çok az daha en pek değil var yok idi imiş dir dır dur dür
        olan olarak oldu olduğu olduğunu olmak olur olacak olmuş olsa etti eden etmek edildi ediyor yaptı yapıldı yapan
        dedi diyor söyledi söyle anlat şimdi yine hâlâ artık sadece yalnızca bile arasında içinde üzerinde altında
    """,
    "kk": """
        және мен пен бен да де та те немесе бірақ алайда егер өйткені себебі үшін туралы жайлы арқылы бойынша сияқты
        дейін кейін бұрын соң қарай қарсы кім кімді кімге кімнің кімнен кіммен кімдер кімде не нені неге ненің неден
        немен немене қандай қай қайсы қайда қайдан қашан қалай қанша неше нешінші сен ол біз сіз олар мені маған менің
        сені саған сенің оны оған оның одан онда бізді бізге біздің сізді сізге сіздің оларды оларға олардың өз өзі
        өзін өзіне өзінің бұл осы сол мына мынау ана анау осындай сондай мұндай ғана тек өте ең тағы енді әлі әр әрбір
        барлық бәрі еш ешқандай бір бірнеше басқа көп аз емес бар жоқ еді екен болды болған болады болып болса болатын
        болу қылды етті еткен етеді етіп еткені деп деген деді дейді айтты айтқан ма ме ба бе па пе керек мүмкін
        арасында ішінде үстінде астында алдында жанында жатыр отыр тұр жүр
    """,
}

_UZBEK_CYRILLIC = """
    ва ҳам ёки лекин аммо бироқ балки агар чунки учун билан ҳақида тўғрисида бўйича орқали каби сингари қадар томон
    сўнг кейин аввал олдин ким кимлар кимни кимга кимнинг кимдан кимда нима нималар нимани нимага нимадан нега қандай
    қанақа қайси қайер қаер қаерда қаерга қаердан қачон қанча нечта неча нечанчи мен сен у биз сиз улар мени менга
    менинг сени сенга сенинг уни унга унинг унда ундан бизни бизга бизнинг сизни сизга сизнинг уларни уларга уларнинг
    ўз ўзи ўзини ўзининг ўзига бу шу ўша ушбу мана булар бундай шундай мазкур эди эдилар экан эмас бор йўқ бўлди бўлган
    бўлади бўлиб бўлиши бўлса қилди қилган қилади қилиб қилиш ми мумкин керак лозим ҳамма барча ҳар ҳеч бир бирор бошқа
    кўп кам жуда энг фақат яна энди ҳали эса деб деган деди дейди айтди айтган ўртасида орасида ичида устида остида
    олдида ёнида
"""


def plain(word: str) -> str:
    """Lower-case `word` without combining marks and apostrophes: "Où" -> "ou", "oʻz" -> "oz", "ёж" -> "еж"."""
    decomposed = unicodedata.normalize("NFKD", word.lower()).replace("ı", "i")
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not _is_mark(c)))


def _is_mark(character: str) -> bool:
    return "\u0300" <= character <= "\u036f" or character in _APOSTROPHES


_APOSTROPHES = frozenset("'’‘`´ʻʼʹ′")


def _with_plain_forms(words: str) -> frozenset[str]:
    written = words.split()
    return frozenset(written) | frozenset(plain(word) for word in written)


FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: _with_plain_forms(words + (_UZBEK_CYRILLIC if language == "uz" else ""))
    for language, words in _WRITTEN.items()
}
"""Function words by ISO 639-1 code, lower case, with and without accents; Uzbek in both its alphabets."""

ALL_FUNCTION_WORDS: frozenset[str] = frozenset().union(*FUNCTION_WORDS.values())
"""The words of all lists, for a text whose language is not known."""
