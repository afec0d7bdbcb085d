from bench.due import as_lines, measure


def test_a_tick_costs_what_is_due_and_not_what_is_stored() -> None:
    few, many = measure((50, 5_000))
    assert many.idle < 3 * few.idle
    assert many.busy < 2 * few.busy
    assert "5000" in "\n".join(as_lines((few, many)))
