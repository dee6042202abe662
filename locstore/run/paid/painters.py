"""The painters that pay: `images` has a model paint the whole picture, `backdrop` what is behind the words."""

from __future__ import annotations

from typing import cast

from locstore.layout import Composition
from locstore.paint import LocalPainter
from locstore.paint.images import ImageRequest, ImagesConfig, image_request
from locstore.prompt import PROMPT_VERSION, backdrop_size, make_backdrop_prompt, make_prompt
from locstore.run.paid.postprocess import finish_on_backdrop, finish_words
from locstore.run.paid.request import Prepared, picture_request, shown_to_model
from locstore.run.painter import CompositionPainter
from locstore.run.render import PaintSettings, Task, TaskResult
from locstore.shots import fingerprint
from locstore.typeset import FontLibrary


class _ImagesApiPainter:
    name: str
    pays = True

    def fingerprint(self, images: ImagesConfig) -> str:
        """The model and everything that a request says beside the prompt's words."""
        decides = images.model_dump(include={"dialect", "model", "quality", "mode", "size_names", "fields"})
        # Only where they are set: an option that is new must not paint the pictures of older projects again.
        if images.sizes:
            decides["sizes"] = images.model_dump(include={"sizes"})["sizes"]
        if not images.references:
            decides["references"] = False
        return fingerprint([self.name, PROMPT_VERSION, decides])

    def open(self, library: FontLibrary) -> CompositionPainter:
        return LocalPainter(library)


class ImagesPainter(_ImagesApiPainter):
    """An image model paints the shot, words and all; its words are read back."""

    name = "images"
    writes_words = True

    def request(self, config: ImagesConfig, task: Task, composition: Composition) -> ImageRequest:
        return picture_request(config, task, make_prompt(shown_to_model(composition, config)))

    def finish(self, settings: PaintSettings, config: ImagesConfig, prepared: Prepared) -> TaskResult | Prepared:
        return finish_words(settings, config, prepared)

    def shared_by(self, task: Task) -> tuple[object, ...] | None:  # noqa: ARG002 - each shot has words of its own
        return None


class BackdropPainter(_ImagesApiPainter):
    """An image model paints a picture without words, once for all locales; the typesetter sets the words on it."""

    name = "backdrop"
    writes_words = False

    def request(self, config: ImagesConfig, task: Task, composition: Composition) -> ImageRequest:  # noqa: ARG002
        shot = task.shot
        return image_request(
            config, make_backdrop_prompt(shot), backdrop_size(shot.size, config.image_model, names=config.names)
        )

    def finish(self, settings: PaintSettings, config: ImagesConfig, prepared: Prepared) -> TaskResult | Prepared:  # noqa: ARG002
        return finish_on_backdrop(settings, prepared)

    def shared_by(self, task: Task) -> tuple[object, ...] | None:
        width, height = task.shot.size
        return cast("tuple[object, ...]", (task.shot.concept, task.shot.screen, round(width / height, 2)))


IMAGES = ImagesPainter()
BACKDROP = BackdropPainter()
