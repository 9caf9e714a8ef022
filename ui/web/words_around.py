"""Words of what stands around the conversation: sidebar, lock, data, first visit."""

import math
from datetime import timedelta

from pydantic import BaseModel, ConfigDict

__all__ = [
    "AccessWords",
    "AwayWords",
    "GuideWords",
    "LockWords",
    "PassagesWords",
    "SignInWords",
    "Texts",
    "ThreadsWords",
    "WelcomeWords",
    "YourDataWords",
]


class Texts(BaseModel):
    """A group of texts, none of them empty."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class ThreadsWords(Texts):
    """Words of the sidebar with her conversations. `{title}` is filled in.

    Attributes:
        sure_stays: What deleting a conversation does not take away.
    """

    title: str
    new: str
    search: str
    list: str
    empty: str
    none_found: str
    untitled: str
    open: str
    rename: str
    name: str
    save: str
    cancel: str
    nameless: str
    renamed: str
    delete: str
    sure: str
    sure_stays: str
    delete_yes: str
    delete_no: str
    deleted: str
    gone: str
    unread: str
    undone: str


class LockWords(Texts):
    """Words for leaving at once, of the lock, and of the locked page. `{wait}` is filled in.

    Attributes:
        leave_more: What follows `leave` on the button where there is room.
        seconds: A wait that is short; `{count}` is filled in.
        minutes: A wait that is longer.
        lead_signed_in: In place of `lead` where she signs in, and so leaving signs her out.
        without_signed_in: In place of `without`, there.
    """

    leave: str
    leave_more: str
    title: str
    lead: str
    without: str
    lead_signed_in: str
    without_signed_in: str
    protected: str
    set_lead: str
    old: str
    new: str
    set: str
    change: str
    remove: str
    when_away: str
    now: str
    is_set: str
    is_changed: str
    is_removed: str
    by_itself: str
    not_by_itself: str
    too_short: str
    old_wrong: str
    old_wait: str
    page_title: str
    locked: str
    passphrase: str
    open: str
    open_again: str
    wrong: str
    wait: str
    failed: str
    seconds: str
    minutes: str
    forgotten: str
    sure: str
    delete: str
    back: str
    help: str
    show: str

    def in_words(self, wait: timedelta) -> str:
        """How long a wait is, rounded up."""
        seconds = math.ceil(wait.total_seconds())
        if seconds < 2 * 60:
            return self.seconds.format(count=max(2, seconds))
        return self.minutes.format(count=math.ceil(seconds / 60))


class YourDataWords(Texts):
    """Words on what is kept of her. `{host}`, `{day}` and `{count}` are filled in.

    Attributes:
        browser_signed_in: In place of `browser` where she signs in.
        keep_choices: By number of days, 0 for no end, how long conversations are kept.
        sure_signed_in: What else happens where she signs in.
    """

    title: str
    in_file: str
    in_database: str
    by_endpoint: str
    by_local: str
    by_none: str
    nowhere: str
    index: str
    browser: str
    browser_signed_in: str
    nothing: str
    since: str
    conversations: str
    messages: str
    pages: str
    check_ins: str
    facts: str
    disclosures: str
    last_contact: str
    take: str
    take_lead: str
    as_markdown: str
    as_json: str
    keep: str
    keep_lead: str
    keep_choices: dict[str, str]
    keep_one: str
    keep_many: str
    keep_yes: str
    keep_no: str
    kept: str
    kept_deleted: str
    traces: str
    delete: str
    sure: str
    sure_files: str
    sure_signed_in: str
    delete_yes: str
    delete_no: str
    not_deleted: str
    gone: str
    gone_traces: str


class WelcomeWords(Texts):
    """Words of the first visit. `{host}` is filled in.

    Attributes:
        stays: Where her words are, when no other machine answers.
        leaves: The same, when one does.
    """

    title: str
    what: str
    what_not: str
    adult: str
    stays: str
    leaves: str
    begin: str


class AwayWords(Texts):
    """Words for when the program cannot be reached, and its name among other programs.

    Attributes:
        app_name: On its tab, in the browser's history and under its icon on a home screen, where
            others may see it.
        notice: The line on the page.
    """

    app_name: str
    lead: str
    kept: str
    again: str
    notice: str


class AccessWords(Texts):
    """Words for whoever listens to the page, or uses it without a mouse."""

    skip: str
    you: str
    program: str
    change: str


class SignInWords(Texts):
    """Words of the pages for signing in and out.

    Attributes:
        wrong: Says the same of a wrong password, a name that is not there and a locked one.
        deleted: Once she has deleted everything, which ends her session.
        deleted_traces: The same, when traces stay in the files for now.
    """

    title: str
    title_failed: str
    name: str
    password: str
    submit: str
    forgotten: str
    blank: str
    wrong: str
    too_many: str
    forged: str
    unavailable: str
    nobody: str
    nobody_more: str
    ended: str
    ended_elsewhere: str
    deleted: str
    deleted_traces: str
    out: str
    out_kept: str
    out_here: str
    out_everywhere: str
    out_everywhere_more: str
    back: str


class PassagesWords(Texts):
    """Words around the passages under an answer."""

    marked: str


class GuideWords(Texts):
    """Words of the guide to a running exercise. `{step}` and `{minutes}` are filled in.

    Attributes:
        unnamed: The name of a step that has none.
        done: The message that `go_on` and `finish` send as hers, where the box is empty.
        not_asked: Of a step that was not needed.
        opened: The button that opens the page an exercise has left.
    """

    unnamed: str
    go_on: str
    finish: str
    done: str
    not_asked: str
    earlier: str
    opened: str
