"""The room that understands mail: bytes in, a Reading out; pure, without input, output or clock.

`reader.py` reads; `workers.py` has it done in processes under limits, which is what the rest of mailbot calls.
"""
