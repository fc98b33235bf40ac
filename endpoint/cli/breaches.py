"""How broken rules are written: what breaks them, on which rows it rests, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from endpoint.cli.output import log_console
from graph.store.validation import SHOWN
from ontology import Breach


def print_breaches(breaches: Sequence[Breach]) -> None:
    """Write to stderr for each broken rule its name, the first things that break it, and the mend."""
    console = log_console()
    for breach in breaches:
        weight = "broken" if breach.rule.fatal else "warning"
        console.print(f"{weight}: {breach.rule.name}: {breach.rule.title}", style="bold", markup=False)
        for row in breach.rows[:SHOWN]:
            words = [*row.values(), _claimed_rows(breach.claims.get(row.get("thing", ""), ()))]
            console.print("  " + "  ".join(filter(None, words)), markup=False, soft_wrap=True)
        if (more := len(breach.rows) - SHOWN) > 0:
            console.print(f"  and {more} more", markup=False)
        console.print(f"  mend: {breach.rule.mend}", markup=False, soft_wrap=True)


def _claimed_rows(claims: Sequence[str]) -> str:
    """Return the rows of the tables that a thing rests on, the first three and how many more."""
    if not claims:
        return ""
    more = f" and {len(claims) - 3} more" if len(claims) > 3 else ""
    return f"(rows {', '.join(claims[:3])}{more})"
