"""A pooled result in words: what was found, how, what to beware of, and the R that repeats it.

Every figure goes through `wording`; nothing is computed here.
"""

from __future__ import annotations

from icans_evidence import wording
from icans_evidence.synthesis.intervals import Floats
from icans_evidence.synthesis.pooled import Choice, Pooled

SOFTWARE = "computed by icans-evidence, whose figures are pinned to R's metafor 3.8-1"
MODELS = {
    "glmm": "binomial-normal model fitted by maximum likelihood (logit link, adaptive Gauss–Hermite "
    "quadrature with 21 nodes, no continuity correction)",
    "reml": "inverse variance on logits, tau² by restricted maximum likelihood",
    "dl": "inverse variance on logits, tau² after DerSimonian and Laird",
    "pm": "inverse variance on logits, tau² after Paule and Mandel",
    "ft": "inverse variance on Freeman–Tukey double arcsines, tau² after DerSimonian and Laird, turned back "
    "with the harmonic mean of the totals",
}
CORRECTION = "0.5 added to both cells of a study at 0 or n only"
Q_NAMES = {"glmm": "likelihood-ratio Q"}
TAU_INTERVALS = {"glmm": "profile likelihood"}

WALD = (
    "The Wald interval takes tau² as known and is too narrow with few studies: simulated, a 95% interval "
    "covered as little as 77% with 3 studies, 85% with 5 and 93% with 20; interval t is safer."
)
FEW = "Fewer than 10 studies: how far studies differ, and so the prediction interval, is poorly known."
TWO = (
    "Two studies cannot show how far studies differ: tau², I² and the prediction interval are hardly more than a guess."
)
ONE = "One study: nothing is pooled, and nothing can be said of the spread between studies."
FREEMAN_TUKEY = (
    "Freeman–Tukey's transform can be turned back only with one total for all studies, which can shift "
    "the result and even the order of results; do not use it as the main analysis."
)
RARE = (
    "Studies have fewer than 5 patients with (or without) the event on average, and inverse variance then pulls "
    "the result towards 50%: simulated at a rate of 2% with 20 studies, its 95% interval covered as little as 38%."
)
FLOOR_BITES = "The Knapp–Hartung factor was below 1 and was raised to 1."
NARROWER = (
    "The Knapp–Hartung factor is below 1, so that the standard error is smaller than Wald's; "
    "the floor option prevents that."
)
NO_UPPER_END = "The interval of tau² reaches beyond 100, so its upper end is left open."
HOMOGENEOUS = "The studies agree more closely than chance would have them: the interval of tau² is empty (0)."
NOT_SETTLED = "The fit did not converge, so no number is given."


def counted(k: int, events: int, total: int) -> str:
    """ "10 studies, 57 of 682" """
    return f"{wording.plural(k, 'study', 'studies')}, {events:,} of {total:,}"


def coarse(nodes: int, estimate: float | None = None, tau2: float | None = None) -> str:
    """That the usual 21 nodes do not settle the fit, with the proportion and tau² that `nodes` give, if they do."""
    start = "The spread between studies is so large that 21 quadrature nodes do not settle the estimate"
    if estimate is None or tau2 is None:
        return f"{start}: with {nodes} nodes the fit does not converge."
    return f"{start}: with {nodes} nodes it is {wording.percent(estimate)} and tau² is {wording.number(tau2, 1)}."


def bound_sentence(choice: Choice, k: int, events: int, total: int, bound: tuple[float, float]) -> str:
    """The exact bound of the pooled counts where no study, or every study, is all events."""
    size = f"{choice.percent}% one-sided exact bound of the pooled counts"
    if events == 0:
        what, reach = f"No study had {choice.event}", f"at most {wording.percent(bound[1])}"
    else:
        what, reach = f"Everyone in every study had {choice.event}", f"at least {wording.percent(bound[0])}"
    return f"{what} ({counted(k, events, total)}), so there is no estimate: {reach} ({size}, one rate for all)."


def finding(choice: Choice, p: Pooled) -> str:
    """The result in one or two sentences, for a result that has an estimate."""
    assert p.estimate is not None and p.ci_low is not None and p.ci_high is not None
    interval = wording.interval(p.ci_low, p.ci_high, choice.percent)
    had = f"{wording.percent(p.estimate)} had {choice.event}"
    if p.k == 1:
        return f"{had} in the only study ({interval}, exact; {p.n_events:,} of {p.n_total:,})."
    ahead = ""
    if p.pi_low is not None and p.pi_high is not None:
        low, high = wording.percent_figure(p.pi_low), wording.percent_figure(p.pi_high)
        ahead = f"; {choice.percent}% prediction interval for a new study {low} to {high}"
    words = f"In a typical study {had} ({interval}{ahead}), from {counted(p.k, p.n_events, p.n_total)}."
    if p.mean is not None and abs(p.mean - p.estimate) >= 0.01:
        words += f" The mean over studies is {wording.percent(p.mean)}."
    return words


def method_sentence(choice: Choice, p: Pooled) -> str:
    """Estimator, transform, correction, intervals with degrees of freedom, heterogeneity, k, n, software."""
    if p.k == 1:
        return f"Method: the study's own proportion with Clopper and Pearson's exact interval; {SOFTWARE}."
    model = MODELS[choice.method]
    if choice.method in ("dl", "pm", "reml"):
        model += f", {CORRECTION}"
    parts = [
        model,
        _interval_words(choice, p),
        _spread_words(choice, p),
        f"k = {p.k}, n = {p.n_total:,}",
        SOFTWARE,
    ]
    return f"Method: {'; '.join(parts)}."


def _interval_words(choice: Choice, p: Pooled) -> str:
    if p.ci_df is None:
        return "confidence and prediction interval by the normal quantile (Wald, no degrees of freedom)"
    kind = "Knapp–Hartung with t" if choice.interval == "knha" else "t"
    floor = ", its factor kept at 1 or more" if choice.floor else ""
    freedom = "degree" if p.ci_df == 1 else "degrees"
    return f"confidence and prediction interval by {kind} on {p.ci_df} {freedom} of freedom{floor}"


def _spread_words(choice: Choice, p: Pooled) -> str:
    assert p.tau2 is not None and p.i2 is not None and p.q is not None and p.h2 is not None
    name = Q_NAMES.get(choice.method, "Cochran's Q")
    words = f"tau² {wording.number(p.tau2, 4)}"
    if p.tau2_low is not None:
        how = TAU_INTERVALS.get(choice.method, "Q-profile")
        high = "above 100" if p.tau2_high is None else wording.number(p.tau2_high, 4)
        words += f" ({choice.percent}% CI {wording.number(p.tau2_low, 4)} to {high} by {how})"
    words += f", I² {wording.number(p.i2, 1)}%, H² {wording.number(p.h2, 2)}"
    return f"{words}, {name} {wording.number(p.q, 2)} on {p.q_df} df"


def r_code(choice: Choice, x: Floats, n: Floats) -> str:
    """The lines of R that repeat the result: metafor's, or R's own exact test where nothing can be pooled."""
    counts = f"x <- c({', '.join(f'{v:.0f}' for v in x)})\nn <- c({', '.join(f'{v:.0f}' for v in n)})"
    if not len(x):
        return ""
    if x.sum() in (0, n.sum()):
        side = "less" if x.sum() == 0 else "greater"
        return f'{counts}\nbinom.test(sum(x), sum(n), alternative = "{side}", conf.level = {choice.level:g})'
    if len(x) == 1:
        return f"{counts}\nbinom.test(x, n, conf.level = {choice.level:g})"
    return f"library(metafor)\n{counts}\n{_metafor_call(choice)}"


def _metafor_call(choice: Choice) -> str:
    test = {"wald": "z", "t": "t", "knha": "adhoc" if choice.floor else "knha"}[choice.interval]
    rest = f'test = "{test}", level = {choice.level * 100:g})'
    if choice.method == "glmm":
        fit = f'rma.glmm(measure = "PLO", xi = x, ni = n, nAGQ = 21, {rest}'
    elif choice.method == "ft":
        fit = f'rma(measure = "PFT", xi = x, ni = n, method = "DL", {rest}'
    else:
        fit = f'rma(measure = "PLO", xi = x, ni = n, method = "{choice.method.upper()}", {rest}'
    back = "transf.ipft.hm, targs = list(ni = n)" if choice.method == "ft" else "transf.ilogit"
    spread = "" if choice.method == "glmm" else "\nconfint(fit)"
    return f"fit <- {fit}\npredict(fit, transf = {back}){spread}"
