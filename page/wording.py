"""Every text of the interface in English, French and Russian, and dates, numbers and names of languages in each.

What articles say, what readers ask and what a language model writes is never translated.
"""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale
from babel.numbers import format_decimal

from index.progress import Progress
from qa import wording as answers

LANGUAGES = {"en": "English", "fr": "Français", "ru": "Русский"}
"""Languages of the interface: ISO 639-1 code -> the language's name for itself."""

TEXTS: dict[str, dict[str, str]] = {
    # ---- the frame
    "tagline": {
        "en": "Answers from the news, every sentence a quote you can see in its article",
        "fr": "Les réponses de la presse, chaque phrase citée et visible dans son article",
        "ru": "Ответы из новостей: каждая фраза — цитата, которую видно в статье",
    },
    "language": {"en": "Language of the page", "fr": "Langue de la page", "ru": "Язык страницы"},
    "tab_ask": {"en": "Ask", "fr": "Demander", "ru": "Вопрос"},
    "tab_articles": {"en": "Articles", "fr": "Articles", "ru": "Статьи"},
    "ready": {
        "en": "{n} article, ready|{n} articles, ready",
        "fr": "{n} article, prêt|{n} articles, prêt",
        "ru": "{n} статья, готово|{n} статьи, готово|{n} статей, готово",
    },
    "indexing": {"en": "Indexing the articles", "fr": "Indexation des articles", "ru": "Индексация статей"},
    "loading": {
        "en": "Loading the search across languages… You can already ask.",
        "fr": "Chargement de la recherche entre langues… Vous pouvez déjà demander.",
        "ru": "Загружается поиск между языками… Спрашивать уже можно.",
    },
    "rebuilding": {
        "en": "Preparing the articles for a new embedding model",
        "fr": "Préparation des articles pour un nouveau modèle",
        "ru": "Статьи готовятся для новой модели",
    },
    "rebuilding_note": {
        "en": "You can ask meanwhile; until it is done answers may be worse.",
        "fr": "Vous pouvez demander entre-temps ; d’ici là les réponses peuvent être moins bonnes.",
        "ru": "Спрашивать можно и сейчас; до окончания ответы могут быть хуже.",
    },
    "failed": {
        "en": "The articles cannot be searched.",
        "fr": "La recherche dans les articles est impossible.",
        "ru": "Искать в статьях невозможно.",
    },
    "progress": {
        "en": "{done}, {rate}/s, {left} left",
        "fr": "{done}, {rate}/s, reste {left}",
        "ru": "{done}, {rate}/с, осталось {left}",
    },
    "articles": {
        "en": "{n} article|{n} articles",
        "fr": "{n} article|{n} articles",
        "ru": "{n} статья|{n} статьи|{n} статей",
    },
    "passages": {
        "en": "{n} passage|{n} passages",
        "fr": "{n} passage|{n} passages",
        "ru": "{n} отрывок|{n} отрывка|{n} отрывков",
    },
    # ---- asking
    "conversation": {"en": "Conversation", "fr": "Conversation", "ru": "Беседа"},
    "welcome": {
        "en": "What would you like to know?",
        "fr": "Que voulez-vous savoir ?",
        "ru": "Что вы хотите узнать?",
    },
    "welcome_text": {
        "en": "Ask in any language. Every answer is made of exact quotes, and each number opens its article "
        "at the quote.",
        "fr": "Demandez dans n’importe quelle langue. Chaque réponse est faite de citations exactes, et "
        "chaque numéro ouvre "
        "l’article à la citation.",
        "ru": "Спрашивайте на любом языке. Каждый ответ состоит из точных цитат, и каждая цифра открывает "
        "статью на цитате.",
    },
    "question": {"en": "Your question", "fr": "Votre question", "ru": "Ваш вопрос"},
    "placeholder": {
        "en": "Ask in any language",
        "fr": "Dans toutes les langues",
        "ru": "На любом языке",
    },
    "ask": {"en": "Ask", "fr": "Demander", "ru": "Спросить"},
    "type_first": {
        "en": "Type a question first.",
        "fr": "Écrivez d’abord une question.",
        "ru": "Сначала напишите вопрос.",
    },
    "you_asked": {"en": "You asked:", "fr": "Vous avez demandé :", "ru": "Вы спросили:"},
    "characters": {
        "en": "{n} character|{n} characters",
        "fr": "{n} caractère|{n} caractères",
        "ru": "{n} знак|{n} знака|{n} знаков",
    },
    "step_searching": {
        "en": "Searching the articles",
        "fr": "Recherche dans les articles",
        "ru": "Поиск в статьях",
    },
    "step_reading": {
        "en": "Reading what was found",
        "fr": "Lecture de ce qui a été trouvé",
        "ru": "Чтение найденного",
    },
    "step_writing": {
        "en": "Writing, and checking each sentence",
        "fr": "Rédaction, chaque phrase vérifiée",
        "ru": "Составление ответа с проверкой каждой фразы",
    },
    "step_indexing": {
        "en": "Indexing the articles first",
        "fr": "D’abord l’indexation des articles",
        "ru": "Сначала индексация статей",
    },
    "step_loading": {
        "en": "Loading the search across languages; this takes some seconds after a start",
        "fr": "Chargement de la recherche entre langues ; quelques secondes après un démarrage",
        "ru": "Загружается поиск между языками; после запуска это занимает несколько секунд",
    },
    "step_done": {"en": "done", "fr": "fait", "ru": "готово"},
    "answered": {
        "en": "Answered from {n} passage in {seconds} s.|Answered from {n} passages in {seconds} s.",
        "fr": "Réponse tirée de {n} passage en {seconds} s.|Réponse tirée de {n} passages en {seconds} s.",
        "ru": "Ответ из {n} отрывка за {seconds} с.|Ответ из {n} отрывков за {seconds} с.|"
        "Ответ из {n} отрывков за {seconds} с.",
    },
    "new": {"en": "New conversation", "fr": "Nouvelle conversation", "ru": "Новая беседа"},
    "new_said": {
        "en": "A new conversation.",
        "fr": "Une nouvelle conversation.",
        "ru": "Начата новая беседа.",
    },
    "taken_back": {
        "en": "Taken back: the question is in the box again.",
        "fr": "Reprise : la question est de nouveau dans le champ.",
        "ru": "Вопрос снова в поле ввода.",
    },
    # ---- filters
    "filters": {"en": "Filters", "fr": "Filtres", "ru": "Фильтры"},
    "filter_languages": {"en": "Languages", "fr": "Langues", "ru": "Языки"},
    "filter_sources": {"en": "Outlets", "fr": "Médias", "ru": "Издания"},
    "find_source": {"en": "Find an outlet", "fr": "Chercher un média", "ru": "Найти издание"},
    "filter_dates": {"en": "Published", "fr": "Publié", "ru": "Опубликовано"},
    "from": {"en": "From", "fr": "Du", "ru": "С"},
    "to": {"en": "To", "fr": "Au", "ru": "По"},
    "from_day": {"en": "from {day}", "fr": "à partir du {day}", "ru": "с {day}"},
    "to_day": {"en": "until {day}", "fr": "jusqu’au {day}", "ru": "по {day}"},
    "only": {"en": "Only: {what}", "fr": "Seulement : {what}", "ru": "Только: {what}"},
    "clear_filters": {"en": "Clear the filters", "fr": "Effacer les filtres", "ru": "Сбросить фильтры"},
    "filters_wrong": {"en": "Filters: {why}", "fr": "Filtres : {why}", "ru": "Фильтры: {why}"},
    "bad_date": {
        "en": "“{text}” is not a date: write it as 2025-11-06",
        "fr": "« {text} » n’est pas une date : écrivez-la comme 2025-11-06",
        "ru": "«{text}» — не дата: пишите так: 2025-11-06",
    },
    "dates_reversed": {
        "en": "the dates are the wrong way round",
        "fr": "les dates sont inversées",
        "ru": "даты перепутаны местами",
    },
    # ---- answers
    "searched_for": {"en": "Searched for: {what}", "fr": "Recherché : {what}", "ru": "Искали: {what}"},
    "nothing": {
        "en": "The articles do not say.",
        "fr": "Les articles ne le disent pas.",
        "ru": "В статьях об этом не сказано.",
    },
    "searched": {
        "en": "{n} article was searched.|{n} articles were searched.",
        "fr": "{n} article a été consulté.|{n} articles ont été consultés.",
        "ru": "Просмотрена {n} статья.|Просмотрены {n} статьи.|Просмотрено {n} статей.",
    },
    "none_passes": {
        "en": "No article passes the filters.",
        "fr": "Aucun article ne passe les filtres.",
        "ru": "Ни одна статья не проходит фильтры.",
    },
    "nearest": {
        "en": "The nearest passages, which do not answer it",
        "fr": "Les passages les plus proches, qui n’y répondent pas",
        "ru": "Ближайшие отрывки, которые не отвечают на вопрос",
    },
    "written_by": {"en": "Written by {who}", "fr": "Rédigé par {who}", "ru": "Написано моделью {who}"},
    "cannot_answer": {
        "en": "This question could not be answered.",
        "fr": "Il n’a pas été possible de répondre à cette question.",
        "ru": "На этот вопрос не удалось ответить.",
    },
    "broke_off": {
        "en": "Something went wrong while answering: the terminal where app.py runs says what.",
        "fr": "Une erreur est survenue : le terminal où tourne app.py dit laquelle.",
        "ru": "Произошла ошибка: подробности в терминале, где запущен app.py.",
    },
    "planned": {"en": "planned", "fr": "prévu", "ru": "планируется"},
    "partly": {
        "en": "partly supported: {why}",
        "fr": "soutenu en partie : {why}",
        "ru": "подтверждено частично: {why}",
    },
    "withheld": {
        "en": "{n} sentence was withheld: its sources do not say it|"
        "{n} sentences were withheld: their sources do not say "
        "them",
        "fr": "{n} phrase a été retenue : ses sources ne le disent pas|"
        "{n} phrases ont été retenues : leurs sources ne le "
        "disent pas",
        "ru": "{n} фраза не показана: её источники этого не говорят|"
        "{n} фразы не показаны: их источники этого не говорят|"
        "{n} фраз не показано: их источники этого не говорят",
    },
    "gone": {
        "en": "no longer stands in the article",
        "fr": "ne figure plus dans l’article",
        "ru": "в статье этого больше нет",
    },
    "fault_quotation": {
        "en": "these words do not stand in the source",
        "fr": "ces mots ne figurent pas dans la source",
        "ru": "этих слов нет в источнике",
    },
    "fault_name": {"en": "a name", "fr": "un nom", "ru": "имя"},
    "fault_country": {"en": "a country", "fr": "un pays", "ru": "страна"},
    "fault_number": {"en": "a number", "fr": "un nombre", "ru": "число"},
    "fault_date": {"en": "a date", "fr": "une date", "ru": "дата"},
    "fault_denial": {
        "en": "one says it, the other denies it",
        "fr": "l’un l’affirme, l’autre le nie",
        "ru": "одно утверждает, другое отрицает",
    },
    "fault_roles": {"en": "who did it to whom", "fr": "qui l’a fait à qui", "ru": "кто что кому сделал"},
    "fault_meaning": {
        "en": "the source says something else",
        "fr": "la source dit autre chose",
        "ru": "источник говорит о другом",
    },
    "fault_uncited": {
        "en": "it names no source",
        "fr": "aucune source n’est citée",
        "ru": "источник не указан",
    },
    "fault_changed": {
        "en": "the article has changed",
        "fr": "l’article a changé",
        "ru": "статья изменилась",
    },
    "fault_other": {"en": "not supported", "fr": "non soutenu", "ru": "не подтверждено"},
    "copy": {"en": "Copy", "fr": "Copier", "ru": "Копировать"},
    "copy_markdown": {"en": "Copy Markdown", "fr": "Copier en Markdown", "ru": "Копировать Markdown"},
    "copied": {"en": "Copied", "fr": "Copié", "ru": "Скопировано"},
    "link": {"en": "Link", "fr": "Lien", "ru": "Ссылка"},
    "link_title": {
        "en": "Copy the address of this question",
        "fr": "Copier l’adresse de cette question",
        "ru": "Копировать адрес этого вопроса",
    },
    "good": {"en": "Good answer", "fr": "Bonne réponse", "ru": "Хороший ответ"},
    "bad": {"en": "Bad answer", "fr": "Mauvaise réponse", "ru": "Плохой ответ"},
    "again": {"en": "Ask again", "fr": "Redemander", "ru": "Спросить снова"},
    "undo": {"en": "Take back", "fr": "Reprendre", "ru": "Отменить"},
    # ---- sources
    "sources": {
        "en": "{n} source|{n} sources",
        "fr": "{n} source|{n} sources",
        "ru": "{n} источник|{n} источника|{n} источников",
    },
    "sources_label": {"en": "Sources", "fr": "Sources", "ru": "Источники"},
    "source": {"en": "Source {n}", "fr": "Source {n}", "ru": "Источник {n}"},
    "of_source": {"en": "of source {n}", "fr": "de la source {n}", "ru": "источника {n}"},
    "no_sources_yet": {
        "en": "The passages that an answer quotes appear here, highlighted in their articles.",
        "fr": "Les passages que cite une réponse apparaissent ici, surlignés dans leurs articles.",
        "ru": "Здесь появятся отрывки, которые цитирует ответ, выделенные в своих статьях.",
    },
    "last_quotes_none": {
        "en": "The last answer quotes no article.",
        "fr": "La dernière réponse ne cite aucun article.",
        "ru": "Последний ответ не цитирует статей.",
    },
    "earlier": {"en": "Earlier:", "fr": "Auparavant :", "ru": "Ранее:"},
    "verdict_supported": {
        "en": "stands in the article",
        "fr": "figure dans l’article",
        "ru": "стоит в статье",
    },
    "verdict_partly": {"en": "partly supports", "fr": "soutient en partie", "ru": "подтверждает частично"},
    "verdict_not": {"en": "no longer stands there", "fr": "n’y figure plus", "ru": "там этого больше нет"},
    "one_text": {
        "en": "{n} article, 1 text|{n} articles, 1 text",
        "fr": "{n} article, 1 texte|{n} articles, 1 texte",
        "ru": "{n} статья, 1 текст|{n} статьи, 1 текст|{n} статей, 1 текст",
    },
    "same_text": {
        "en": "the same text as source {n}",
        "fr": "le même texte que la source {n}",
        "ru": "тот же текст, что в источнике {n}",
    },
    "whole": {"en": "Whole article", "fr": "Article entier", "ru": "Вся статья"},
    "open": {"en": "Open the article", "fr": "Ouvrir l’article", "ru": "Открыть статью"},
    "original": {"en": "Original", "fr": "Original", "ru": "Оригинал"},
    "new_tab": {
        "en": "(opens in a new tab)",
        "fr": "(dans un nouvel onglet)",
        "ru": "(в новой вкладке)",
    },
    "to_answer": {"en": "Back to the answer", "fr": "Retour à la réponse", "ru": "Назад к ответу"},
    # ---- one article
    "to_sources": {"en": "Back to the sources", "fr": "Retour aux sources", "ru": "Назад к источникам"},
    "close": {"en": "Close", "fr": "Fermer", "ru": "Закрыть"},
    "article_gone": {
        "en": "This article is no longer in the index.",
        "fr": "Cet article n’est plus dans l’index.",
        "ru": "Этой статьи больше нет в индексе.",
    },
    "quote_gone": {
        "en": "The quote no longer stands in this article, which has changed since:",
        "fr": "La citation ne figure plus dans cet article, qui a changé depuis :",
        "ru": "Этой цитаты больше нет в статье: статья изменилась:",
    },
    # ---- threads
    "threads": {"en": "Threads", "fr": "Fils", "ru": "Беседы"},
    "threads_note": {
        "en": "The last {n}, kept in this browser only.",
        "fr": "Les {n} derniers, gardés dans ce navigateur seulement.",
        "ru": "Последние {n}, хранятся только в этом браузере.",
    },
    "no_threads": {
        "en": "No saved threads yet: they appear here once a question has been answered.",
        "fr": "Pas encore de fil : ils apparaissent ici après une première réponse.",
        "ru": "Пока пусто: беседа появится здесь после первого ответа.",
    },
    "delete": {"en": "Delete", "fr": "Supprimer", "ru": "Удалить"},
    "delete_one": {
        "en": "Delete the thread “{title}”",
        "fr": "Supprimer le fil « {title} »",
        "ru": "Удалить беседу «{title}»",
    },
    "delete_all": {"en": "Delete all", "fr": "Tout supprimer", "ru": "Удалить все"},
    "dropped_threads": {
        "en": "{n} saved thread could not be read and was dropped.|"
        "{n} saved threads could not be read and were dropped.",
        "fr": "{n} fil enregistré était illisible et a été écarté.|"
        "{n} fils enregistrés étaient illisibles et ont été écartés.",
        "ru": "{n} беседа не читается и удалена.|{n} беседы не читаются и удалены.|"
        "{n} бесед не читаются и удалены.",
    },
    "dropped_answers": {
        "en": "{n} saved answer could not be read and was left out.|"
        "{n} saved answers could not be read and were left out.",
        "fr": "{n} réponse enregistrée était illisible et a été omise.|"
        "{n} réponses enregistrées étaient illisibles et ont été "
        "omises.",
        "ru": "{n} ответ не читается и пропущен.|{n} ответа не читаются и пропущены.|"
        "{n} ответов не читаются и пропущены.",
    },
    "reloaded": {
        "en": "The thread as it was answered; its quotes were compared with the articles as they are now.",
        "fr": "Le fil tel qu’il a été répondu ; ses citations ont été comparées aux articles actuels.",
        "ru": "Беседа в прежнем виде; цитаты сверены с нынешними статьями.",
    },
    "not_reloaded": {
        "en": "This thread could not be read.",
        "fr": "Ce fil est illisible.",
        "ru": "Эту беседу не удалось прочитать.",
    },
    "not_yet": {
        "en": "The articles are still being opened: try again in a moment.",
        "fr": "Les articles sont en cours d’ouverture : réessayez dans un instant.",
        "ru": "Статьи ещё открываются: попробуйте чуть позже.",
    },
    "export": {"en": "Export", "fr": "Exporter", "ru": "Экспорт"},
    "export_title": {
        "en": "Save this thread as a Markdown file",
        "fr": "Enregistrer ce fil en fichier Markdown",
        "ru": "Сохранить беседу файлом Markdown",
    },
    "nothing_to_export": {
        "en": "There is nothing to export yet.",
        "fr": "Rien à exporter pour l’instant.",
        "ru": "Пока нечего сохранять.",
    },
    # ---- the articles
    "no_article": {
        "en": "No article passes these filters.",
        "fr": "Aucun article ne passe ces filtres.",
        "ru": "Ни одна статья не проходит эти фильтры.",
    },
    "more_articles": {
        "en": "and {n} more: narrow them with the filters|and {n} more: narrow them with the filters",
        "fr": "et {n} autre : précisez avec les filtres|et {n} autres : précisez avec les filtres",
        "ru": "и ещё {n}: сузьте фильтрами|и ещё {n}: сузьте фильтрами|и ещё {n}: сузьте фильтрами",
    },
    "upload": {
        "en": "Add articles (txt, md, html, jsonl, pdf, docx)",
        "fr": "Ajouter des articles (txt, md, html, jsonl, pdf, docx)",
        "ru": "Добавить статьи (txt, md, html, jsonl, pdf, docx)",
    },
    "added": {
        "en": "{n} article added|{n} articles added",
        "fr": "{n} article ajouté|{n} articles ajoutés",
        "ru": "Добавлена {n} статья|Добавлены {n} статьи|Добавлено {n} статей",
    },
    "replaced": {
        "en": "{n} article replaced by its new text|{n} articles replaced by their new texts",
        "fr": "{n} article remplacé par son nouveau texte|{n} articles remplacés par leurs nouveaux textes",
        "ru": "Заменена новым текстом {n} статья|Заменены новым текстом {n} статьи|"
        "Заменено новым текстом {n} статей",
    },
    "unchanged": {
        "en": "{n} article unchanged: already in the index, word for word|"
        "{n} articles unchanged: already in the index, "
        "word for word",
        "fr": "{n} article inchangé : déjà dans l’index, mot pour mot|"
        "{n} articles inchangés : déjà dans l’index, mot pour mot",
        "ru": "Без изменений {n} статья: уже есть слово в слово|"
        "Без изменений {n} статьи: уже есть слово в слово|"
        "Без изменений {n} статей: уже есть слово в слово",
    },
    "not_added": {"en": "Not added:", "fr": "Non ajoutés :", "ru": "Не добавлено:"},
    "and_more": {
        "en": "and {n} more|and {n} more",
        "fr": "et {n} autre|et {n} autres",
        "ru": "и ещё {n}|и ещё {n}|и ещё {n}",
    },
}
"""Key -> language -> text.

Forms for different numbers are separated by ``|``: one and other; in Russian one, few, many.
"""

_FORMS = {"en": ("one", "other"), "fr": ("one", "other"), "ru": ("one", "few", "many")}


@dataclass(frozen=True, slots=True)
class Words:
    """The interface in one language.

    >>> Words("ru").count("articles", 3)
    '3 статьи'
    """

    language: str = "en"
    """One of `LANGUAGES`."""

    def __call__(self, key: str, **values: object) -> str:
        """The text `key` with its placeholders filled, not escaped."""
        return TEXTS[key][self.language].format(**values) if values else TEXTS[key][self.language]

    def count(self, key: str, n: int, **values: object) -> str:
        """The form of the text `key` for that number, from 0, which fills ``{n}``."""
        forms = TEXTS[key][self.language].split("|")
        form = Locale.parse(self.language).plural_form(n)
        names = _FORMS[self.language]
        return forms[names.index(form) if form in names else -1].format(n=self.number(n), **values)

    def number(self, n: float) -> str:
        """A number with the separators of the language; at most two decimals."""
        return str(format_decimal(n, format="#,##0.##", locale=self.language))

    def day(self, published: str | None) -> str:
        """An ISO date written out; what is none as it is, "" for None."""
        return answers.day(published, self.language)

    def name_of(self, language: str) -> str:
        """A language by its ISO 639-1 code, or the code."""
        return answers.name_of(language, self.language)

    def progress(self, progress: Progress) -> str:
        """How much is done, how fast, and how long it will take."""
        done = (
            self.count(progress.unit, progress.done)
            if progress.unit in TEXTS
            else f"{progress.done} {progress.unit}"
        )
        left = progress.seconds_left
        if left is None:
            return done
        minutes, seconds = divmod(round(left), 60)
        return self(
            "progress", done=done, rate=self.number(round(progress.rate, 1)), left=f"{minutes}:{seconds:02d}"
        )


ENGLISH = Words("en")


def words(language: object) -> Words:
    """The interface in that language; in English when it is none of ours."""
    return Words(language) if isinstance(language, str) and language in LANGUAGES else ENGLISH


def preferred(accepted: str | None) -> str:
    """The language of ours that an ``Accept-Language`` header likes best (RFC 9110, section 12.5.4); English for none.

    >>> preferred("uz, ru-RU;q=0.8, en;q=0.5")
    'ru'
    """
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate((accepted or "")[:500].split(",")):
        tag, _, parameters = part.strip().partition(";")
        weight = parameters.strip().removeprefix("q=") if parameters else "1"
        try:
            wanted.append((-float(weight), place, tag.strip().lower().split("-")[0]))
        except ValueError:
            continue
    return next((tag for less, _, tag in sorted(wanted) if tag in LANGUAGES and less < 0), "en")
