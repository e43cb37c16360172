"""Abbreviations whose dot may not end a sentence: French, English, Russian, Uzbek, German, Spanish, Turkish, Kazakh.

Entries have no final dot and no white space: "т. д." is "т.д". One in lower case stands for any case, one with a
capital for itself alone ("Sen. Smith", but Turkish "sen.").
"""

from __future__ import annotations


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


NEVER_LAST = _words(
    """
    MM mme mmes mlle mlles mgr dr drs pr prof Me ste cie cf vs env hab boul mr mrs ms messrs St Sr Gen Lt Col
    Capt Sgt Maj Cmdr Adm Gov Sen Rep Rev Hon Pres Amb Brig Supt e.g i.e approx sr sra srta sres sras dña Ud Uds Vd
    Vds Excmo Excma Ilmo Gral p.ej hr fr frl dipl Ing bzw d.h z.b u.a.m evtl ggf inkl sog vgl geb z.zt Abg Bgm
    i.d.r o.g г-н г-жа гр им ул просп пл наб бул пер корп проф акад доц ген подп см ср напр т.е т.к т.н т.о тов
    св респ av doç yrd org alb yzb bkz örn Sn hz Mas akad ozod qarang б-н
    """
)
"""Titles and the like: a name or a word always follows."""

BEFORE_NUMBERS = _words(
    """
    no nos nr n° nº núm num p pp pg pág págs vol art fig ch chap éd ed sec par para abs bd bl s tab tbl t стр рис
    табл ст п пп гл т тт ч кн вып тел № c мад б бет sah md
    """
)
"""No end before a digit or a Roman number: "No. 5", "p. 12"."""

MAY_BE_LAST = _words(
    """
    etc al a.m p.m usw usf u.a u.ä dgl vb vd т.д т.п т.б т.с.с др пр руб коп тыс млн млрд трлн тг сум mln mlrd mrd
    mio км м см мм кг гр л га мин сек час чел экз ред авт ee.uu av.j.-c ap.j.-c n.ch v.chr n.chr m.ö m.s h.k va.h.k
    va.b v.b ва.б ва.ҳ.к
    """
)
"""The end before a capital letter, else not: "и т.д.", "руб."."""

LIKE_ACRONYMS = _words(
    """
    inc co corp ltd plc llc bros ph.d sa ag gmbh jr eds dept univ
    """
)
"""The end before a word that often begins a sentence: "Apple Inc. President X", "Apple Inc. The company"."""

YEARS = _words(
    """
    г гг в вв й йй ғ ғғ
    """
)
"""The end before a capital after a number ("в 2019 г. Он"), else never ("г. Москва")."""

DIGRAPH_INITIALS = _words(
    """
    Sh Ch Yo Yu Ya Ye Oʻ Gʻ O' G' O’ G’ O‘ G‘ Дж Th Ph Dzh Zh Kh Ts
    """
)
"""Letters of two characters that stand for a first name: "Sh. M. Mirziyoyev"."""

PARTICLES = _words(
    """
    de du des la le les el los las al del di da der den dem van von zu zur ter ten bin ibn
    """
)
"""Function words that are also parts of family names: "M. de Villepin", "J. La Rue"."""

ORDINAL_LANGUAGES = _words(
    """
    de tr az da no nb fi hu cs sk sl hr sr et lv is
    """
)
"""Languages that write "3rd" as "3."."""

MONTHS = _words(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember jahrhundert ocak şubat
    mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık yüzyıl
    """
)
"""What follows a day in such a language, or a number of a century, for texts whose language is not known."""

PRONOUN_LETTERS = _words(
    """
    u y я у
    """
)
"""Words of one letter with which a sentence may end: Uzbek "he", French "there", Russian "I"."""
