"""Who may do what with applications. Which applications is in querysets: `visible_to`."""


def can_manage(user) -> bool:
    """Handle the applications of all calls: assign, ask for more, prepare and send mails."""
    return user.is_active and user.has_perm("trainers.manage_applications")


def can_decide(user) -> bool:
    return user.is_active and user.has_perm("trainers.decide_application")


def can_see_identity(user) -> bool:
    """Know who applies, even under anonymised reading."""
    return user.is_active and user.has_perm("trainers.see_identity")


def reads_anonymised(user, application) -> bool:
    """Whether `user` may only read what trainers.anonymity gives of `application`."""
    return application.call.is_anonymised and not can_see_identity(user)


def can_review(user, application) -> bool:
    """Whether `user` is a reviewer of the call. That they have no conflict of interest: `visible_to`."""
    return user.is_active and application.call.reviewers.filter(pk=user.pk).exists()
