"""Chat messages like those of a contact centre, made from a seed: 90 characters on average, most with a digit."""

import random
from collections.abc import Iterator

_OPENINGS = ("Hi, ", "Hello there, ", "Hey ", "Good morning, ", "Thanks, ", "Ok, ", "", "")
_CLEAN = (
    "I ordered {small} pairs of shoes on {day}/{month} and only {digit} came, where is the rest of my order?",
    "the order {order} was placed at {hour}:{minute} and I was charged ${amount}.{cents} twice, can you check?",
    "can I change the address for my parcel? it should arrive between {hour} and {later} on Monday",
    "my flight on {day} {name} was moved by {digit} hours, I would like to rebook for 2 people please",
    "the app version {digit}.{small}.{month} keeps crashing when I open the settings page, tried {digit} times",
    "we stay in room {room} from {day} to {later} {name}, is breakfast included for all {digit} of us?",
    "how do I return an item bought {small} days ago? the receipt says {amount}.{cents} euros in total",
    "quero saber do meu pedido {order}, já faz {small} dias e nada, podem verificar por favor?",
    "hola, mi factura de {name} dice {amount},{cents} euros y debería ser menos, me pueden ayudar?",
    "is the {digit} GB plan still {amount} per month? I have been a customer since {year} and want to upgrade",
    "my internet has been down since {hour}:{minute} this morning, restarted the router {digit} times, no luck",
    "please cancel my subscription, I do not use it any more and the price went up by {small} percent",
    "where can I find the invoice for {name} {year}? I looked in my account but it is not there yet",
    "the blue jacket in size {small} does not fit, can I exchange it for a larger one in your store?",
    "my card payment was declined {digit} times today, is there a problem with my account or the bank?",
    "thank you so much for the quick answer, that is all I needed to know, have a great day!",
)
_SENSITIVE = (
    "my card is 4111 1111 1111 1111 exp 0{digit}/2{digit}, please charge the {amount}.{cents} for order {order}",
    "you can call me at +1 202 555 01{cents} after {hour}, or write to me about order {order}",
    "my email is jane.doe{small}@example.com, please send the invoice for {name} there",
    "my ssn is 536-22-{ssn}, is that enough to find my file from {year}?",
    "please transfer the refund of {amount}.{cents} to DE89 3704 0044 0532 0130 00 today",
)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August")


def messages(count: int, *, seed: int = 1, sensitive: float = 0.08) -> Iterator[str]:
    """Yield so many messages; ``sensitive`` is the share of those that hold a value."""
    rnd = random.Random(seed)
    for _ in range(count):
        body = rnd.choice(_SENSITIVE if rnd.random() < sensitive else _CLEAN)
        yield rnd.choice(_OPENINGS) + body.format(
            small=rnd.randint(2, 40),
            day=rnd.randint(1, 28),
            month=rnd.randint(1, 12),
            digit=rnd.randint(1, 9),
            order=rnd.randint(10**5, 10**8),
            hour=rnd.randint(7, 12),
            later=rnd.randint(13, 20),
            minute=rnd.randint(10, 59),
            amount=rnd.randint(5, 900),
            cents=rnd.randint(10, 99),
            room=rnd.randint(100, 999),
            year=rnd.randint(2012, 2024),
            name=rnd.choice(_MONTHS),
            ssn=rnd.randint(1000, 9999),
        )
