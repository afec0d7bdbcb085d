"""How fast the desk is, measured beside the least that any program would have to do: `python -m bench`."""
