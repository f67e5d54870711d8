"""A phrase is said in the language that is active, or in the one that was asked for, each time it is said."""

from django.utils import translation

from sidegate.wording import rhythm
from sidegate.wording.phrases import gettext, in_language


def test_a_phrase_follows_the_active_language_however_often_it_was_said_before() -> None:
    for _ in range(2):
        for language, said in (("en", "weekly"), ("es", "semanal")):
            with translation.override(language):
                assert (gettext("weekly"), rhythm.adverb("weekly")) == (said, said)


def test_one_who_speaks_a_language_speaks_it_whichever_is_active() -> None:
    spanish = in_language("es")
    with translation.override("en"):
        assert spanish("weekly") == "semanal"
    assert spanish("a phrase that nobody has translated") == "a phrase that nobody has translated"
