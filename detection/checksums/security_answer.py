"""Answers to security questions: any word may be one, so only what says that no answer is given is refused.

Source: no standard; what people write in chat instead of an answer.
"""

from typing import Final

_NO_ANSWERS: Final = frozenset(
    """
    yes no ok okay sure why what who which when where how sorry please help hello hi thanks wait hold hmm maybe none
    one just same is im i'm let let's a
    forgot forgotten never not dont don't didn't can't cannot i you we they nothing unknown agent human person
    sim nao porque por que qual quem espera desculpe obrigado obrigada esqueci
    required needed wrong incorrect correct invalid mandatory optional asked obrigatorio obrigatoria errado errada
    incorreto incorreta incorrecto incorrecta obligatorio obligatoria requis requise incorrecte erforderlich falsch
    si sí porque cual quien espere gracias olvide oui non pourquoi quoi merci ja nein warum was danke
    """.split()  # noqa: SIM905  (a list of words reads as prose)
)


def is_valid(value: str) -> bool:
    """Whether the first word of the value is none with which people refuse, ask or wait."""
    words = value.lower().split()
    return bool(words) and words[0] not in _NO_ANSWERS
