"""The public surface of `coach`, pinned."""

import coach


def test_exported_members() -> None:
    assert coach.__all__ == [
        "Coach",
        "CoachError",
        "ConfigError",
        "Disclosure",
        "MessageError",
        "ModelError",
        "NotFoundError",
        "PassageRef",
        "Reason",
        "Reply",
        "Sentence",
        "Settings",
        "Status",
        "StorageError",
        "Turn",
        "joined",
    ]
    assert all(hasattr(coach, name) for name in coach.__all__)
    assert not hasattr(coach, "Pipeline")
