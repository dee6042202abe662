"""What one locale writes its own way: numbers, money, shares, dates, plural forms and placeholders in texts.

`fill` puts values into a text, `plural_forms_for` says which plural forms a language has.
"""

from __future__ import annotations

from locstore.values.formats import (
    CurrencyValue,
    DateValue,
    NumberValue,
    PercentValue,
    TextValue,
    Value,
    plural_operand,
)
from locstore.values.icu import PLURAL_CATEGORIES
from locstore.values.language import (
    LocaleCodeError,
    parse_locale,
    plural_categories,
    plural_category,
    plural_counts,
    plural_forms_for,
)
from locstore.values.plural import (
    MAX_FORMS,
    PluralFormsError,
    PluralRule,
    default_plural_rule,
    parse_plural_forms,
    sample_numbers,
)
from locstore.values.template import PlaceholderError, fill, highlights, placeholders

__all__ = [
    "MAX_FORMS",
    "PLURAL_CATEGORIES",
    "CurrencyValue",
    "DateValue",
    "LocaleCodeError",
    "NumberValue",
    "PercentValue",
    "PlaceholderError",
    "PluralFormsError",
    "PluralRule",
    "TextValue",
    "Value",
    "default_plural_rule",
    "fill",
    "highlights",
    "parse_locale",
    "parse_plural_forms",
    "placeholders",
    "plural_categories",
    "plural_category",
    "plural_counts",
    "plural_forms_for",
    "plural_operand",
    "sample_numbers",
]
