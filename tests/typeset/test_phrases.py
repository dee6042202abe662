"""Words and phrases where no spaces show them: Japanese tiers, Chinese words, Thai compounds."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lines import headline, pieces, shown

from locstore.typeset import FontLibrary
from locstore.typeset.segment import Quality, break_opportunities

PHRASES = [
    "朝の|準備は|9：00から",
    "営業時間は|9:00～18:00です",
    "3日～1週間",
    "全国第1位の|アプリ",
    "第2回|公開",
    "満足度|98%の|アプリ",
    "ファイナンシャルプランナーに|無料で|相談",
    "インターネットショッピングを|もっと|快適に",
    "セキュリティアップデートを|自動で|配信",
    "クレジットカードの|ポイントを|自動管理",
    "家計簿アプリで|毎月|3万円の|節約",
    "写真を|撮るだけで|名前が|わかる",
    "いつでも、|どこでも。",
    "価格は|1,980円～",
]


@pytest.mark.parametrize("marked", PHRASES)
def test_japanese_phrases(marked: str) -> None:
    assert pieces(marked.replace("|", ""), "ja") == marked.split("|")


WORDS = [
    ("ファイナンシャルプランナー", "ファイナンシャル|プランナー"),
    ("インターネットショッピング", "インターネット|ショッピング"),
    ("セキュリティアップデート", "セキュリティ|アップデート"),
    ("スマートフォンアプリケーション", "スマート|フォン|アプリケーション"),
    ("カスタマイズできるダッシュボード", "カスタマイズできる|ダッシュボード"),
    ("スーパーマーケットで", "スーパーマーケットで"),
    ("お世話になりました", "お世話に|なりました"),
]


@pytest.mark.parametrize(("text", "marked"), WORDS)
def test_inside_a_phrase_only_whole_words_are_parted(text: str, marked: str) -> None:
    assert pieces(text, "ja", Quality.INSIDE_PHRASE) == marked.split("|")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        # At full size the phrase is too wide; it is made smaller before it is cut, down to 1 : 1.8.
        ("セキュリティアップデートを自動で配信", 1100, "セキュリティアップデートを|自動で配信"),
        ("インターネットショッピングをもっと快適に", 1000, "インターネットショッピングを|もっと快適に"),
        # It does not fit at the smallest size: between its words.
        ("ファイナンシャルプランナーに無料で相談", 600, "ファイナンシャル|プランナーに|無料で相談"),
        ("セキュリティアップデートを自動で配信", 560, "セキュリティ|アップデートを|自動で配信"),
    ],
)
def test_japanese_tiers_in_a_headline(library: FontLibrary, text: str, width: float, lines: str) -> None:
    layout = headline(library, text, "ja", width)
    assert shown(layout) == lines
    assert "typeset-word-broken" not in {f.code for f in layout.findings}


def test_any_kana_only_with_a_warning(library: FontLibrary) -> None:
    layout = headline(library, "スーパーマーケット", "ja", 340)
    assert len(layout.lines) == 2
    (finding,) = layout.findings
    assert finding.code == "typeset-word-broken"
    assert "U+200B" in finding.message
    wider = headline(library, "スーパーマーケット", "ja", 620)
    assert (len(wider.lines), wider.findings) == (1, ())


def test_the_ratio_at_which_a_phrase_is_cut(library: FontLibrary) -> None:
    """The words of a phrase are parted when that gives 1.8 times the size, and not for less."""
    text = "インターネットショッピング"
    one = headline(library, text, "ja", 10_000, sizes=(10, 100)).lines[0].box.width / 100  # em
    most = 100.0
    for ratio, count in ((1.75, 1), (1.95, 2)):
        # One line of `one` em is `most / ratio` px high in this width; two lines have room for `most`.
        layout = headline(library, text, "ja", one * most / ratio, sizes=(10, most), max_lines=2)
        halves = max(one * 7 / 13, one * 6 / 13) * most
        assert halves <= one * most / ratio or ratio > 1.9
        assert len(layout.lines) == count, ratio


CHINESE = [
    ("zh-Hans", "在线客服随时为您服务", ("在线客服",)),
    ("zh-Hans", "4K超高清画质体验", ("超高清", "画质")),
    ("zh-Hans", "支持微信支付和支付宝", ("微信支付", "支付宝")),
    ("zh-Hans", "随时随地查看账户余额", ("随时随地", "账户", "余额")),
    ("zh-Hans", "云端同步多设备共享", ("云端", "同步")),
    ("zh-Hant", "雲端備份不怕遺失", ("雲端", "備份")),
    ("zh-Hant", "一週照顧重點，一目瞭然", ("一目瞭然", "重點")),
    ("zh-Hans", "大数据分析一目了然", ("大数据", "一目了然")),
]


@pytest.mark.parametrize(("language", "text", "words"), CHINESE)
def test_chinese_words_are_whole(language: str, text: str, words: tuple[str, ...]) -> None:
    found = pieces(text, language)
    assert all(any(word in piece for piece in found) for word in words), found


def test_an_unknown_chinese_compound_is_doubtful() -> None:
    """蓝牙 is in no list and ICU parts it: a line ends there only when nothing better fits."""
    qualities = {b.position: b.quality for b in break_opportunities("新款充电桩地图", "zh-Hans")}
    assert Quality.INSIDE_PHRASE in qualities.values()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ไม่กี่ขั้นตอนก็เสร็จ", ("ไม่กี่", "ขั้นตอน")),
        ("แจ้งเตือนทุกวัน", ("แจ้งเตือน", "ทุกวัน")),
        ("ส่งเงินได้ในไม่กี่วินาที", ("ส่งเงิน", "ไม่กี่")),
    ],
)
def test_thai_compounds_are_whole(text: str, words: tuple[str, ...]) -> None:
    found = pieces(text, "th")
    assert all(any(word in piece for piece in found) for word in words), found
    assert len(pieces(text, "th", Quality.INSIDE_PHRASE)) > len(found)


@given(st.text("在线客服支付宝高清超云端，。4Kａ ", max_size=20), st.sampled_from(["zh-Hans", "zh-Hant"]))
def test_chinese_text_is_covered(text: str, language: str) -> None:
    assert "".join(pieces(text, language, Quality.INSIDE_WORD)) == text


def test_the_segmenters_are_not_loaded_before_they_are_needed() -> None:
    code = "import sys, locstore.typeset; sys.exit(bool({'budoux', 'pyphen'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
