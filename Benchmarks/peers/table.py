"""The results as a table for a README."""


class Table:
    """Rows are workloads; of every column's variants the fastest counts."""

    def __init__(self, columns):
        self.columns = columns
        self.rows = []

    def add(self, workload, times):
        """`times` is {(column, variant): (milliseconds, variant)}."""
        fastest = [
            min((time for (its, _), time in times.items() if its == column), default=None)
            for column in self.columns
        ]
        (ours, _), *others = fastest
        steps = f"{workload.steps} step" + ("s" if workload.steps > 1 else "")
        cells = [f"{workload.title}, {steps}", workload.order, _time(ours)]
        cells += [_cell(each, ours) for each in others]
        self.rows.append(cells)

    def __str__(self):
        head = ["ms a task", "order", *self.columns]
        rule = ["---"] * 2 + ["---:"] * len(self.columns)
        return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *self.rows])


def _cell(fastest, ours):
    if fastest is None:
        return "none agrees"
    time, variant = fastest
    return f"{_time(time)} ({variant}) {time / ours:.1f}x"


def _time(milliseconds):
    return f"{milliseconds:.3g}" if milliseconds < 100 else f"{milliseconds:.0f}"
