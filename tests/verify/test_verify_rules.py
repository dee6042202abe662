"""One picture's facts against a display: every rule of the stores, on its own."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from locstore.findings import Severity
from locstore.stores import Display, custom_display, displays, find_display
from locstore.verify import PictureFacts, verify_picture
from locstore.verify.rules import unknown_size


def facts(display: str | Display, **changes: Any) -> PictureFacts:
    """A faultless picture for a display, but for the changes."""
    size = find_display(display).size if isinstance(display, str) else display.size
    good = PictureFacts(
        format="png",
        size=size,
        mode="RGB",
        bit_depth=8,
        has_alpha=False,
        profile=None,
        bytes=200_000,
        sha256="0" * 64,
    )
    return dataclasses.replace(good, **changes)


def found(display: str, **changes: Any) -> list[tuple[str, Severity]]:
    findings = verify_picture(facts(display, **changes), find_display(display), "a.png")
    assert all(f.file == "a.png" for f in findings)
    return [(f.code, f.severity) for f in findings]


@pytest.mark.parametrize("id_", sorted(displays()))
def test_the_size_to_make_passes_everywhere(id_: str) -> None:
    assert found(id_) == []
    assert found(id_, profile="sRGB") == []


@pytest.mark.parametrize(
    ("display", "size", "fits"),
    [
        ("iphone_69", (1290, 2796), True),
        ("iphone_69", (2868, 1320), True),
        ("iphone_69", (1320, 2869), False),
        ("play_phone", (1080, 2160), True),
        ("play_phone", (1080, 2485), False),
        ("play_phone", (319, 600), False),
        ("play_phone", (3840, 3840), True),
        ("play_phone", (3841, 3000), False),
        ("play_feature_graphic", (1024, 500), True),
        ("play_feature_graphic", (1024, 501), False),
    ],
)
def test_sizes(display: str, size: tuple[int, int], fits: bool) -> None:
    assert found(display, size=size) == ([] if fits else [("verify-size", Severity.ERROR)])


@pytest.mark.parametrize("size", [(1080, 2161), (1320, 2868), (1080, 2400), (2484, 1080)])
@pytest.mark.parametrize("display", ["play_phone", "play_tablet_7", "play_chromebook"])
def test_a_ratio_that_is_taken_against_the_help_page_is_a_warning(display: str, size: tuple[int, int]) -> None:
    (finding,) = verify_picture(facts(display, size=size), find_display(display), "a.png")
    assert (finding.code, finding.severity) == ("verify-size", Severity.WARNING)
    assert "2:1 at most" in finding.message
    assert "up to 2.3:1 are taken" in finding.message


def test_the_ratio_is_named() -> None:
    (finding,) = verify_picture(facts("play_phone", size=(350, 817)), find_display("play_phone"), "a.png")
    assert finding.severity is Severity.ERROR
    assert "2.33:1" in finding.message


def test_alpha() -> None:
    assert found("iphone_69", mode="RGBA", has_alpha=True) == [("verify-alpha", Severity.ERROR)]
    assert found("play_wear", mode="RGBA", has_alpha=True) == [("verify-alpha", Severity.ERROR)]
    for id_ in ("play_phone", "play_tablet_10", "play_tv", "play_feature_graphic"):
        (finding,) = verify_picture(facts(id_, mode="RGBA", has_alpha=True), find_display(id_), "a.png")
        assert (finding.code, finding.severity) == ("verify-alpha", Severity.WARNING)
        assert "help page" in finding.message
        assert "2026" in finding.message
    assert found("play_icon", mode="RGBA", has_alpha=True) == []


@pytest.mark.parametrize(
    ("display", "changes", "severity"),
    [
        ("iphone_69", {"mode": "CMYK", "format": "jpeg"}, Severity.ERROR),
        ("iphone_69", {"mode": "L"}, Severity.ERROR),
        ("iphone_69", {"mode": "P"}, Severity.WARNING),
        ("iphone_69", {"bit_depth": 16}, Severity.WARNING),
        ("play_phone", {"mode": "CMYK", "format": "jpeg"}, Severity.ERROR),
        ("play_phone", {"mode": "L"}, Severity.WARNING),
        ("play_phone", {"mode": "L", "format": "jpeg"}, Severity.WARNING),
        ("play_phone", {"mode": "P", "bit_depth": 4}, Severity.WARNING),
        ("play_phone", {"bit_depth": 16}, Severity.WARNING),
        ("play_wear", {"bit_depth": 16}, Severity.ERROR),
        ("play_wear", {"mode": "P"}, Severity.ERROR),
    ],
)
def test_modes(display: str, changes: dict[str, Any], severity: Severity) -> None:
    assert found(display, **changes) == [("verify-mode", severity)]


def test_profile_bytes_and_format() -> None:
    assert found("iphone_69", profile="Display P3") == [("verify-profile", Severity.WARNING)]
    assert found("play_phone", bytes=8 * 1024 * 1024) == []
    assert found("play_phone", bytes=8 * 1024 * 1024 + 1) == [("verify-bytes", Severity.ERROR)]
    assert found("iphone_69", bytes=500 * 1024 * 1024 + 1) == [("verify-bytes", Severity.ERROR)]
    assert found("iphone_69", format="jpeg") == []
    assert found("play_icon", format="jpeg") == [("verify-format", Severity.ERROR)]


def test_all_that_is_wrong_is_told_at_once() -> None:
    codes = [code for code, _ in found("play_phone", size=(10, 10), has_alpha=True, mode="P", bytes=10**9)]
    assert codes == ["verify-size", "verify-alpha", "verify-bytes", "verify-mode"]


def test_a_custom_display_has_no_store_limits() -> None:
    display = custom_display("web_hero", (1600, 900))
    assert verify_picture(facts(display, mode="RGBA", has_alpha=True, bytes=10**9), display, "a.png") == []
    assert [f.code for f in verify_picture(facts(display, size=(1600, 901)), display, "a.png")] == ["verify-size"]


def test_a_size_that_no_display_has_names_the_nearest() -> None:
    assert "1320x2868 of iphone_69" in unknown_size((1320, 2860), "a.png").message
    assert "locstore displays" in unknown_size((100, 100), "a.png").message
