"""The engine: fold, prefilter, match, verify, weigh, resolve, redact.

An engine that exists is sound: every rule was read and compiled. A scan raises nothing, whatever the text.
"""

from collections.abc import Container, Iterator
from functools import cached_property, partial
from operator import attrgetter

from detection import continued, long_texts
from detection.answers import by_answer
from detection.bidi import is_reversed, reversed_writing
from detection.changes import AROUND, candidates_at, touching
from detection.conversation import NOTHING, CleanReading, History
from detection.digits import digit_runs
from detection.expressions import Expressions
from detection.finding import Finding, Verdict
from detection.fold import Folded, fold, fold_reordered
from detection.matching import Candidate, by_digits, by_pattern
from detection.overlap import resolve
from detection.plan import Plan, ReadyDigits, ReadyRule
from detection.policy import Policy, Scope
from detection.prefilter import SHORT
from detection.readings import Reading
from detection.readings.spelled import spelled_runs, written
from detection.redaction import redact, to_original
from detection.spans import Spans, near
from detection.split import by_split, may_continue
from detection.weighing import Weighing
from schemas import Direction, Tier

MAX_PLANS = 256
"""Plans kept; a policy that tells many queues or tenants apart makes one for each."""
MAX_ROUNDS = 32
"""How often a text is judged again after values were taken out."""
MAX_JUDGED_AGAIN = 32_768
"""Characters that all these rounds may read: a text that is longer than this is judged once."""
_PlanKey = tuple[Tier, Direction, str, str | None, str | None]
_SCORE = attrgetter("score")
_NONE: set[int] = set()


class Engine:
    """Judges texts by one policy. Not shared between threads: each worker process has its own.

    ``tenant`` is whose texts they are where a scan does not say.
    """

    def __init__(self, policy: Policy, *, tenant: str | None = None) -> None:
        self.policy = policy
        self._tenant = tenant
        self.policy_version = policy.version
        self._depends_on = policy.depends_on()
        self._expressions = Expressions(policy.rules)
        self._plans: dict[_PlanKey, Plan] = {}
        self._plan(Tier.ALL, Scope(tenant=tenant))

    def scan(
        self,
        text: str,
        *,
        tier: Tier = Tier.ALL,
        direction: Direction = Direction.INBOUND,
        channel: str = "open",
        queue: str | None = None,
        tenant: str | None = None,
        history: History | None = None,
    ) -> Verdict:
        """Judge a text. ``history`` is what was said before in its conversation."""
        tenant = tenant or self._tenant
        plan = self._plans.get((tier, direction, channel, queue, tenant))
        if plan is None:
            plan = self._plan(tier, Scope(direction, channel, queue, tenant))
        said = history if history is not None and history.messages else NOTHING
        findings = self._findings(plan, text, said, direction)
        if not findings:
            return Verdict((), text)
        resolved = resolve(findings)
        redacted = redact(text, resolved)
        # what is taken out changes what stands near the rest: judged again until nothing more is found
        for _ in range(min(MAX_ROUNDS, MAX_JUDGED_AGAIN // len(text))):
            again = self._findings(plan, redacted, said, direction)
            if not again:
                break
            more = set(to_original(text, resolved, again)).difference(resolved)
            if not more:
                break
            resolved = resolve([*resolved, *more])
            redacted = redact(text, resolved)
        return Verdict(resolved, redacted)

    def clean_reading(
        self,
        text: str,
        *,
        tier: Tier,
        direction: Direction = Direction.INBOUND,
        channel: str = "open",
        queue: str | None = None,
        history: History | None = None,
    ) -> CleanReading | None:
        """The text as rules see it where no scan could find anything in it; else None.

        It is the prefilter's answer, which costs little and never misses.
        """
        plan = self._plans.get((tier, direction, channel, queue, self._tenant))
        if plan is None:
            plan = self._plan(tier, Scope(direction, channel, queue, self._tenant))
        said = NOTHING if history is None else history
        folded, hits = _folded(plan, text)
        if not _is_idle(plan, hits, said):
            return None
        if said.messages and may_continue(plan, folded.text, said, direction):
            return None
        has_more_views = not plan.reader_gates.isdisjoint(hits) or is_reversed(text)
        if has_more_views and not all(_is_idle(plan, h, said) for _, h, _ in _views(plan, text, folded, hits)):
            return None
        read = written(folded) if plan.number_gate in hits else folded.text
        return CleanReading(read, plan.expressions, tuple(hits))

    def warm_up(self, tier: Tier = Tier.ALL) -> None:
        """Build the plan of a tier and run it over varied text, so that the first real messages are not slow."""
        self._plan(tier, Scope(tenant=self._tenant)).load()
        for text in _WARM_UP:
            self.scan(text, tier=tier)

    def _findings(self, plan: Plan, text: str, said: History, direction: Direction) -> list[Finding]:
        """Everything that is found in a text, overlaps included."""
        if len(text) > long_texts.LONG:
            is_short = len(text) <= long_texts.DISGUISED

            def judge(part: str) -> list[Finding]:
                return self._findings_in(plan, part, NOTHING, direction, is_short=is_short)

            return long_texts.findings_of(text, judge)
        return self._findings_in(plan, text, said, direction)

    def _findings_in(
        self, plan: Plan, text: str, said: History, direction: Direction, *, is_short: bool = True
    ) -> list[Finding]:
        folded, hits = _folded(plan, text)
        if (
            plan.reader_gates.isdisjoint(hits)
            and _is_idle(plan, hits, said)
            and not (said.messages and may_continue(plan, folded.text, said, direction))
            and not is_reversed(text)
        ):
            return []
        findings: list[Finding] = []
        for view, view_hits, changed in _views(plan, text, folded, hits, is_short=is_short):
            look = partial(_candidates, plan, view_hits, said, direction, is_short=is_short)
            if changed is None:
                candidates = list(look(view.text, None))
            elif len(view.text) <= SHORT or said.messages:
                candidates = touching(changed, look(view.text, changed))
            else:
                candidates = candidates_at(changed, view.text, look)
            if not candidates:
                continue
            candidates.sort(key=_SCORE, reverse=True)  # the surest spare the others being weighed
            weighing = Weighing(view, candidates, said, direction, self.policy.allowed)
            settled: dict[ReadyRule, Candidate] = {}
            for candidate in candidates:
                before = settled.get(candidate.rule)
                if before is not None and _says_no_more(candidate, before):
                    continue
                finding = weighing.weigh(candidate)
                if finding is not None:
                    findings.append(finding)
                    settled[candidate.rule] = candidate
        if said.messages:
            findings += self._continued(plan, text, said, direction)
        return findings

    def _continued(self, plan: Plan, text: str, said: History, direction: Direction) -> Iterator[Finding]:
        """What is found where the text is read together with what its sender began before it."""
        for begun in continued.begun(text, said, direction):
            for finding in self._findings_in(plan, begun.ended_by(text), begun.said, direction):
                moved = begun.moved(finding, plan.split_entities)
                if moved is not None:
                    yield moved

    def _plan(self, tier: Tier, scope: Scope) -> Plan:
        """The plan for a scope; scopes that no override tells apart share one."""
        key: _PlanKey = (tier, scope.direction, scope.channel, scope.queue, scope.tenant)
        common = Scope(**{name: getattr(scope, name) for name in self._depends_on})
        shared: _PlanKey = (tier, common.direction, common.channel, common.queue, common.tenant)
        plan = self._plans.get(shared)
        if plan is None:
            decided = [(rule, self.policy.decide(rule, common)) for rule in self.policy.rules]
            gates = self._expressions.gates
            rules = [ReadyRule(rule, how, gates.get(rule.name)) for rule, how in decided if how.tier & tier]
            plan = Plan(rules, self._expressions)
        if len(self._plans) >= MAX_PLANS:
            self._plans.clear()
        self._plans[shared] = self._plans[key] = plan
        return plan


def _says_no_more(candidate: Candidate, before: Candidate) -> bool:
    """Whether the same rule has found at least this here, and as surely: several patterns often see one value."""
    return before.start <= candidate.start and candidate.end <= before.end and candidate.score <= before.score


def _is_idle(plan: Plan, hits: set[int], said: History) -> bool:
    """Whether no rule could find anything where these expressions match: some wait for words that nobody has said."""
    if plan.idle.issuperset(hits):
        return True
    awaited: set[int] = set()
    for number in hits.difference(plan.idle):
        gates = plan.waiting.get(number)
        if gates is None or not gates.isdisjoint(hits):
            return False
        awaited |= gates
    return awaited.isdisjoint(said.matching(plan.expressions))


def _folded(plan: Plan, text: str) -> tuple[Folded, set[int]]:
    """The folded text and the numbers of the expressions that match in it.

    Most ASCII texts are their own folding, and one look at a short one says so.
    """
    if len(text) <= SHORT and text.isascii():
        hits = plan.match(text)
        if not hits:
            return Folded(text, None, len(text)), _NONE
        if plan.fold_gate not in hits:
            return Folded(text, None, len(text)), set(hits)
    folded = fold(text)
    return folded, set(plan.match(folded.text) or ())


def _views(
    plan: Plan, text: str, folded: Folded, hits: set[int], *, is_short: bool = True
) -> Iterator[tuple[Folded, set[int], Spans | None]]:
    """The folded text, then the further readings that its signs ask for, with the runs that they changed."""
    yield folded, hits, None
    if is_short and not plan.reader_gates.isdisjoint(hits):
        current = folded
        for gate, read in plan.readers:
            if gate in hits and (reading := read(current)) is not None:
                changed = _news_of(reading, is_first=current is folded)
                current = reading.view
                hits = _hits(plan, current.text, hits, changed)
                yield current, hits, changed
    if is_short and is_reversed(text):
        view = fold_reordered(*reversed_writing(text))
        yield view, set(plan.match(view.text) or ()), None


def _news_of(reading: Reading, *, is_first: bool) -> Spans | None:
    """Where a reading may show other values than those before it: None for anywhere.

    A label speaks for what stands near it. Where others came before it, what they put beside a value is read with it.
    """
    if not reading.is_label:
        return reading.changed
    length = len(reading.view.text)
    return near(reading.changed, AROUND, length) if is_first and length > SHORT else None


def _hits(plan: Plan, text: str, before: set[int], changed: Spans | None) -> set[int]:
    """What matches in a reading: in a long one, what matched before, and what does where it was changed."""
    if changed is None or len(text) <= SHORT:
        return set(plan.match(text) or ())
    pieces = near(changed, AROUND, len(text))
    return before.union(plan.prefilter.match_noise("\n".join(text[start:end] for start, end in pieces), before))


def _candidates(  # noqa: PLR0917  (one flat call a view)
    plan: Plan,
    hits: set[int],
    said: History,
    direction: Direction,
    text: str,
    changed: Spans | None,
    *,
    is_short: bool,
) -> Iterator[Candidate]:
    """Every view in turn. Rules that wait for context are left out where no word of it stands anywhere."""
    gates: Container[int | None] = _Gates(plan, hits, said) if said.messages else hits
    for number in hits:
        for rule, pattern in plan.entries.get(number, ()):
            if not pattern.needs_context or rule.gate in gates:
                yield from by_pattern(rule, pattern, text, gates)
    if plan.digit_gate in hits and (awake := _awake(plan.digit_rules, hits, said)):
        # a long text may be noise, which has more short runs than any other
        least = plan.least_digits if len(text) <= SHORT else min(view.lengths[0] for _, view in awake)
        yield from by_digits(awake, digit_runs(text, least, changed), "digits", gates)
    if is_short and plan.spelled_gate in hits:
        yield from by_digits(_awake(plan.spelled_rules, hits, said), spelled_runs(text), "spelled digits", gates)
    if said.messages:
        yield from by_split(plan, text, said, direction)
        yield from by_answer(plan, text, said, direction)


class _Gates:
    """Expressions that match in the text or in what was said before, which is asked only where the text is silent."""

    def __init__(self, plan: Plan, hits: set[int], said: History) -> None:
        self._plan = plan
        self._hits = hits
        self._said = said

    @cached_property
    def _before(self) -> set[int]:
        return self._said.matching(self._plan.expressions)

    def __contains__(self, gate: object) -> bool:
        return gate is not None and (gate in self._hits or gate in self._before)


def _awake(rules: tuple[ReadyRule, ...], hits: set[int], said: History) -> list[tuple[ReadyRule, ReadyDigits]]:
    """Rules of the digit view that may find something, with what they look for."""
    views = [(rule, rule.digits) for rule in rules if rule.digits]
    if said.messages:  # which may hold their context: that is asked where a value has passed
        return views
    return [(rule, view) for rule, view in views if not view.needs_context or rule.gate in hits]


_WARM_UP = (
    "hello, how can I help you today?",
    "my card is 4000 0000 0000 0000 and it expires 01/30, cvv 000",
    "please write to someone@example.com or call +1 202 555 0100 before 10:30 on 2024-01-31",
    "password: none yet; the order 123-4567890-1234567 of $45.90 is at https://example.com/a/b?c=d",
    "um dois tres quatro, four five six seven; IBAN XX00 0000; 000-00-0000 / 00.000.000/0000-00",
)
