"""What a KPI is: the frozen declaration that compiler, help page, documentation and tests all read."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Unit = Literal["count", "fraction", "s", "points", "ratio", "per_1000", "money"]
"""What a value is measured in; `per_1000` is answered as `ratio`, `money` as the currency's ISO code."""

Additivity = Literal["additive", "semi", "ratio", "mean", "quantile"]
IntervalMethod = Literal["none", "wilson", "nps", "poisson", "mean", "order_statistic"]
NO_ACCOUNT = "no_account"
"""The exclusion of rows that are attached to no account."""
Fragment = str
"""One SQL expression over the columns of one fact (plus `period_on`, `period_next_on` and the settings)."""


class Declared(BaseModel):
    """A part of the catalogue: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ahead(Declared):
    """What a look-ahead KPI waits for: from the instant `since` to the earliest of `event_at`, within the time until
    `judged_at`. The numerator `counts` the members with an `event`, or those with `none`."""

    since: Fragment
    event_at: tuple[Fragment, ...] = Field(min_length=1)
    counts: Literal["event", "none"]


class Rows(Declared):
    """Which rows of a fact a figure is made of and what is summed over them.

    A row belongs where `where` holds and its instant `<at>_at` lies in the period (`<at>_on` is its local
    date). It then stands as the first exclusion that holds, else as too early (less than
    `history_days` after the data begin), else as pending (`pending_when` holds, or the watermark has
    not reached `judged_at`), else it is judged: `numerator` and `denominator` are summed over the judged
    rows, `weight` (how many things a row stands for) over the others. `dimensions` replaces the column of
    a dimension where this figure credits somebody else. `ahead` says what a look-ahead waits for, where what is
    pending can be estimated. `in_views` is the fact that all of it is read from instead where a question groups or
    filters by one of that fact's `views`.
    """

    fact: str
    in_views: str | None = None
    at: str
    where: Fragment = "TRUE"
    exclusions: tuple[str, ...] = ()
    history_days: int = 0
    judged_at: Fragment | None = None
    pending_when: Fragment | None = None
    numerator: Fragment = "1"
    denominator: Fragment = "1"
    weight: Fragment = "1"
    dimensions: dict[str, str] = Field(default_factory=dict)
    ahead: Ahead | None = None

    @model_validator(mode="after")
    def _waits_until_it_is_judged(self) -> Rows:
        if self.ahead and not self.judged_at:
            raise ValueError("ahead: there is no judged_at until which to wait")
        return self


class MinimumSample(Declared):
    """Below `suppress` no value is given (reason small_n); below `flag` it is marked as a low sample."""

    suppress: int = 0
    flag: int = 0


class Fallback(Declared):
    """Another reading for data that lack a field: replaces the needs and the named parts of `rows`."""

    needs: tuple[tuple[str, ...], ...]
    numerator: Fragment
    exclusions: tuple[str, ...]
    note: str


class Requirement(Declared):
    """The KPI is unavailable while rows `among` exist and `known` holds for none of them."""

    among: Fragment
    known: Fragment
    missing: str
    note: str


class Caveat(Declared):
    """A note for records in which `when` holds for some judged rows; {n} and {of} are filled in.

    `low` and `high` give the band of the value where these rows are valued by a model: what one of them
    contributes at least and at most.
    """

    when: Fragment
    note: str
    low: float | None = None
    high: float | None = None


class NeverPooled(Declared):
    """A record whose judged rows differ in the column `by` has no value; `note` says what to ask instead."""

    by: str
    missing: str
    note: str
    pools: bool = False


class Weighting(Declared):
    """A share of answers is weighted by the dimension `by` where the values of another KPI, the response `rate`, differ
    by more than `differ` (a fraction) between its values. `column` says which of them somebody who was asked is of, and
    `at` when what was asked about happened (`<at>_at`, `<at>_on`)."""

    by: str
    rate: str
    column: str
    at: str
    differ: float = Field(gt=0, lt=1)


class Alarm(Declared):
    """Records say `note` where another KPI rose by more than `rises` (in its unit) from one quarter to the next; {was}
    and {now} are filled in."""

    kpi: str
    rises: float = Field(gt=0)
    note: str


class Modelled(Declared):
    """What one of something is valued at, in `currency` (ISO 4217), until the provider states its own cost."""

    amount: float = Field(gt=0)
    currency: str


class Benchmark(Declared):
    """A figure from outside. It is drawn only where its method matches (`comparable`)."""

    value: str
    source: str
    year: int | None = None
    method: str
    comparable: bool = False


class Example(Declared):
    """A worked example: the counts in words and the value they must give (in the KPI's unit)."""

    given: str
    value: float


class Kpi(Declared):
    """One KPI, declared once. `number` is its K number in the domain reference. One that is a `variant_of` another has
    no tile of its own: the page of that other one leads to it.

    `additivity` says how values combine and so how one is computed: `additive` sums the numerator, `semi`
    sums everything before the period's end, `ratio` and `mean` divide the sums, `quantile` ranks the
    numerators. With `base` the denominator is active subscribers (`average` over the days of the
    period, or those at its `start`), with `against` it is another set of rows. The quotient is multiplied by
    `scale`. The denominator of a `share_over` KPI ignores these dimensions, and `default_group` is added
    where none of them is asked for. A KPI that is `chained_by` the account follows it from row to row: its records
    state which share of the rows is attached to one. A value is final once the watermark is `maturity_days` past
    the period. `limits` names the spans and closed lists of `model/limits.toml` that its rows were judged by; texts put
    one in braces.
    """

    id: str
    number: str | None = None
    aliases: tuple[str, ...] = ()
    variant_of: str | None = None
    version: int = 1
    label: str
    question: str
    theme: str
    unit: Unit
    direction: Literal["higher", "lower", "band", "none"]
    additivity: Additivity
    rows: Rows
    against: Rows | None = None
    base: Literal["average", "start"] | None = None
    scale: float = 1.0
    quantile: float | None = None
    share_over: tuple[str, ...] = ()
    default_group: str | None = None
    never_pooled: tuple[NeverPooled, ...] = ()
    weighting: Weighting | None = None
    modelled: Modelled | None = None
    alarm: Alarm | None = None
    chained_by: Literal["account_id"] | None = None
    maturity_days: int = 0
    min_n: MinimumSample = MinimumSample()
    interval: IntervalMethod = "none"
    needs: tuple[tuple[str, ...], ...] = Field(min_length=1)
    fallback: Fallback | None = None
    requires: tuple[Requirement, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    note: str = ""
    span_note: str = ""
    guards: tuple[str, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    formula: str
    time: str
    rules: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    example: Example

    @model_validator(mode="after")
    def _fits_together(self) -> Kpi:
        if (self.additivity == "quantile") != (self.quantile is not None):
            raise ValueError("quantile: given exactly where additivity is 'quantile'")
        if self.base and self.against:
            raise ValueError("base, against: a KPI has one denominator")
        if bool(self.share_over) != (self.default_group is not None):
            raise ValueError("share_over, default_group: one needs the other")
        return self

    def shown_unit(self, unit: str) -> str:
        """The unit to format a value with whose record states `unit`: its own, for money the record's currency."""
        return unit if self.unit == "money" else self.unit

    @property
    def kept_apart_by(self) -> str | None:
        """The first dimension whose values have no common figure; None where all rows are pooled."""
        return next((each.by for each in self.never_pooled if not each.pools), None)

    @property
    def is_volume(self) -> bool:
        """Whether its values add up over groups to the whole: nothing is left out in one view alone."""
        return self.additivity in ("additive", "semi")

    @property
    def row_sets(self) -> tuple[Rows, ...]:
        """All sets of rows it is made of, the numerator's first."""
        return (self.rows, self.against) if self.against else (self.rows,)


class Exclusion(Declared):
    """A named reason why a row of a fact does not count: for the KPIs that name it, or `always` for every one.

    In `views` by one of these dimensions it holds for every share, mean and quantile; volumes still add up.
    """

    when: Fragment
    label: str
    always: bool = False
    views: tuple[str, ...] = ()


class Fact(Declared):
    """How a fact is talked about: the entity behind it, its key, what a drill-down shows, its exclusions.

    Where rows are changes of something, `thing` is the key of that something. `reaches` is the time that says how far
    the data reach, where a row can be placed at an instant ahead of them, such as when something is due. `views` are
    the dimensions for which a fact stands in for a coarser one (`in_views`).
    """

    name: str
    entity: str
    label: str
    key: tuple[str, ...]
    shows: tuple[str, ...]
    thing: tuple[str, ...] = ()
    reaches: str | None = None
    views: tuple[str, ...] = ()
    exclusions: dict[str, Exclusion] = Field(default_factory=dict)


class Dimension(Declared):
    """Something figures are grouped and filtered by; a fact has it where it has the column."""

    id: str
    label: str
    column: str
    about: str
    aliases: tuple[str, ...] = ()
