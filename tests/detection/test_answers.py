"""Bare answers to what the other side asked, and to what their sender has just named."""

import pytest

from tests.detection.test_split import CARD, OURS, THEIRS, Conversation, answered, last


@pytest.mark.parametrize(
    ("question", "answer", "found"),
    [
        ("What is the security code of your card?", "123", ("card_security_code", "123")),
        ("What is the security code of your card?", "it's 123.", ("card_security_code", "123")),
        ("What is your date of birth?", "01/02/1980", ("date_of_birth", "01/02/1980")),
        ("And the security code?", "here you go: 123, thanks", ("card_security_code", "123")),
        ("When does your card expire?", "it is 09/28 please", ("card_expiry", "09/28")),
        ("And your social security number?", "536228714", ("us_ssn", "536228714")),
        ("Which password did you use?", "hunter2", ("password", "hunter2")),
        ("Which password did you set?", "I think it was sunnyside7", ("password", "sunnyside7")),
        ("Quel est votre mot de passe ?", "euh Chaton!2019", ("password", "Chaton!2019")),
        ("¿Cuál es su contraseña?", "creo que es Verano*2023", ("password", "Verano*2023")),
        ("And the security code?", "hmm 093 I believe", ("card_security_code", "093")),
        ("And the security code?", "it should be 093", ("card_security_code", "093")),
        ("We texted you a code, could you read it back?", "482913", ("one_time_code", "482913")),
        ("Please give me the six digits that we sent to your phone", "771 204", ("one_time_code", "771 204")),
        ("Me diga o código que chegou no seu celular", "350917", ("one_time_code", "350917")),
        ("And the three digits by your signature?", "412", ("card_security_code", "412")),
        ("Quelle est votre date de naissance ?", "le 22 juin 1991", ("date_of_birth", "22 juin 1991")),
        ("Your driver's license number?", "D447-9028-5513", ("driver_licence", "D447-9028-5513")),
    ],
)
def test_an_answer_is_the_value_that_was_asked_for(question: str, answer: str, found: tuple[str, str]) -> None:
    assert found in answered(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is your order number?", "123"),
        ("How many would you like?", "123"),
        ("What is the security code of your card?", "I do not have it here"),
        ("What is the security code of your card?", "thanks, it is on the back"),
        ("What is the security code of your card?", "I paid 123 for this and I want it back now, for it is broken"),
        ("What is the [SECURITY CODE REDACTED]?", "123"),
        ("Which promo code did we text you?", "482913"),
        ("We sent you a code, did it arrive?", "not yet, after 20 minutes"),
        ("What are the last three digits of your order?", "123"),
    ],
)
def test_an_answer_is_nothing_else(question: str, answer: str) -> None:
    assert answered(question, answer) == []


def test_an_answer_goes_with_the_other_sides_question_alone() -> None:
    conversation = Conversation()
    conversation.say("What is the security code of your card?", THEIRS)

    assert conversation.say("123", THEIRS).is_clean


def test_a_security_code_may_follow_the_card_it_belongs_to() -> None:
    conversation = Conversation()
    conversation.say(CARD)

    (finding,) = conversation.say("123").findings

    assert (finding.entity, finding.reasons) == ("card_security_code", ("right after what it belongs to",))


def test_a_security_code_follows_no_card_where_something_else_was_asked() -> None:
    conversation = Conversation()
    conversation.say(CARD)
    conversation.say("What is your date of birth?", OURS)

    assert conversation.say("123").is_clean


def test_a_security_code_follows_no_card_two_messages_later() -> None:
    conversation = Conversation()
    conversation.say(CARD)
    conversation.say("there you are")

    assert conversation.say("123").is_clean


@pytest.mark.parametrize(
    ("question", "answer", "found"),
    [
        ("Did you get our text? Please type the code here", "yep 604418", ("one_time_code", "604418")),
        ("There should be a 6-digit number in your inbox. What is it?", "118274", ("one_time_code", "118274")),
        ("Wir haben einen Code aufs Handy geschickt. Wie lautet er?", "55 81 20", ("one_time_code", "55 81 20")),
        ("Password for the account please", "pretty sure it's B4ngers&Mash", ("password", "B4ngers&Mash")),
        ("Your bank's routing number?", "from the cheque book here 021000021", ("aba_routing", "021000021")),
        ("Your passport number?", "in front of me now so 502918374", ("passport", "502918374")),
        ("Read me the six digit number from the authenticator", "884 120", ("one_time_code", "884 120")),
        ("You will get a text with a code in a moment.", "got it, 30917", ("one_time_code", "30917")),
        ("Wie lautet die TAN?", "771045", ("one_time_code", "771045")),
        ("To which account shall the salary go?", "account 7719204", ("bank_account", "7719204")),
        ("ok and the account", "60125718", ("bank_account", "60125718")),
        ("Which account number should be debited?", "0049 2281 77", ("bank_account", "0049 2281 77")),
        ("Número de conta com dígito?", "55012-7", ("bank_account", "55012-7")),
        ("I sent a 6 digit PIN to your mobile, can you read it out?", "337190", ("one_time_code", "337190")),
        ("And the four digit PIN of the card?", "3371", ("card_pin", "3371")),
        (
            "What's the one-time passcode?",
            "three three nine zero one two",
            ("one_time_code", "three three nine zero one two"),
        ),
        ("Was ist die dreistellige Nummer hinten auf der Karte?", "440", ("card_security_code", "440")),
        ("Jakie jest hasło?", "Pierogi#7", ("password", "Pierogi#7")),
        ("Wat is het wachtwoord?", "denk Fiets1988!zee", ("password", "Fiets1988!zee")),
    ],
)
def test_a_question_may_be_asked_and_answered_in_many_words(question: str, answer: str, found: tuple[str, str]) -> None:
    assert found in answered(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does the product code say?", "604418"),
        ("Is the code on the label readable?", "it says 604418"),
        ("Which password did you set?", "it came with the box after ios17"),
        ("Have you got your passport?", "yes, from 20190412"),
        ("What is wrong with your PIN?", "blocked since 2019"),
        ("What is your account number?", "Die Buchungsnummer lautet 21988561"),
        ("Can I get your phone number?", "my customer number is 6502218772"),
        ("What is the phone's build number?", "8085550119"),
        ("What is the IMEI of the phone?", "86288250"),
        ("Why do you need my passport?", "the item with sku 17779232 is in stock"),
        ("Is it your birthday?", "check in 2/3/1985, check out 9/3/1985"),
        ("You have $37912 in your checking account.", "5643702"),
        ("When did you change your PIN?", "in 2024"),
        ("The password doesn't work any more", "Your reference is Q4JH6VFI"),
    ],
)
def test_other_things_are_asked_and_answered_in_as_many(question: str, answer: str) -> None:
    assert answered(question, answer) == []


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["my atm pin", "5512"], [("card_pin", "5512")]),
        (["ok i got the otp", "280 155"], [("one_time_code", "280 155")]),
        (["i forgot my atm pin", "5512"], []),
        (["my atm pin?", "5512"], []),
        (["my atm pin was changed 3 times", "5512"], []),
    ],
)
def test_a_bare_value_goes_with_what_its_sender_has_just_named(texts: list[str], found: list[tuple[str, str]]) -> None:
    assert last(*texts) == found


def test_what_belongs_to_a_value_may_come_before_it_is_asked_for() -> None:
    conversation = Conversation()
    conversation.say("Sort code?", OURS)
    conversation.say("60-83-71")

    assert [finding.entity for finding in conversation.say("10427731").findings] == ["bank_account"]


def test_what_its_sender_says_meanwhile_does_not_undo_a_question() -> None:
    conversation = Conversation()
    conversation.say("And the code on the back of your card?", OURS)
    conversation.say("ok sure")

    assert [finding.entity for finding in conversation.say("412").findings] == ["card_security_code"]


def test_a_security_code_follows_no_card_where_anything_was_asked() -> None:
    conversation = Conversation()
    conversation.say(CARD)
    conversation.say("How many nights would you like to stay?", OURS)

    assert conversation.say("123").is_clean
