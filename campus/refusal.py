"""What a rule says when it refuses."""


class Refused(Exception):
    """Something that the rules forbid. Its message is a French sentence for whoever asked.

    `argument`: the one to change for it to be accepted, None when it is the object itself.
    """

    def __init__(self, message: str, argument: str | None = None):
        super().__init__(message)
        self.argument = argument
