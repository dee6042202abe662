"""The concept spec: its model, a loader that reports every error with its place, and the messages in it."""

from locstore.concept.conditions import Shape, ShowOn, When
from locstore.concept.loader import LoadedConcept, concept_schema, load_concept
from locstore.concept.messages import concept_messages
from locstore.concept.model import (
    Amount,
    Background,
    Concept,
    CurrencySpec,
    CustomDisplay,
    DateSpec,
    Device,
    Frame,
    NumberSpec,
    PercentSpec,
    Screen,
    ScreenDesign,
    Slot,
    SlotStyle,
    TextSpec,
    ValueSpec,
)

__all__ = [
    "Amount",
    "Background",
    "Concept",
    "CurrencySpec",
    "CustomDisplay",
    "DateSpec",
    "Device",
    "Frame",
    "LoadedConcept",
    "NumberSpec",
    "PercentSpec",
    "Screen",
    "ScreenDesign",
    "Shape",
    "ShowOn",
    "Slot",
    "SlotStyle",
    "TextSpec",
    "ValueSpec",
    "When",
    "concept_messages",
    "concept_schema",
    "load_concept",
]
