from campus.accounts.models.organisation import Organisation
from campus.accounts.models.user import User

__all__ = ["Organisation", "User"]
