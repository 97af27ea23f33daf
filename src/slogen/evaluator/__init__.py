"""PromQL in process: values over `[series, time]` that agree with Prometheus 3.5.

Put series into a `Storage` (module `series`), parse an expression (`slogen.promql.parse`), and ask `evaluate` (module
`evaluate`) for its value over a `Grid` of steps (module `times`)::

    storage = Storage()
    storage.add(labels.make({"__name__": "requests_total"}), [0, 60_000, 120_000], [0, 30, 90])
    result = evaluate(parse("rate(requests_total[2m])"), storage, Grid(60_000, 120_000, 60_000))

The value is a `Vector`, `Scalar`, `String` or `Matrix` (module `vector`); warnings and infos stand beside it.
"""
