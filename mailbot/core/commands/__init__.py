"""What each command of an agent does: one function a command, from its order to actions.

A function that finds something wrong raises `Refused`, and then nothing of the mail is carried out.
"""
