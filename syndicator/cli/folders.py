"""Which themes, regions and reports the folders of a subscription list name."""

from collections.abc import Iterable

from syndicator.markup.letters import fold_letters
from syndicator.model.settings import Config

AXES = ("themes", "regions", "reports")


class Places:
    """The themes, regions and reports of a configuration, by id, title and alias."""

    def __init__(self, config: Config) -> None:
        """Know those of *config*."""
        self._named: dict[str, list[tuple[str, str]]] = {}
        self.unknown: dict[str, None] = {}
        """Folders that name none of them, each once."""
        for axis in AXES:
            for theme in getattr(config, axis):
                for name in {fold_letters(n) for n in (theme.id, theme.title, *theme.aliases)}:
                    self._named.setdefault(name, []).append((axis, theme.id))

    def of(self, folders: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the ids that *folders* name, by axis."""
        found: dict[str, dict[str, None]] = {}
        for folder in folders:
            places = self._named.get(fold_letters(folder), [])
            if not places:
                self.unknown[folder] = None
            for axis, slug in places:
                found.setdefault(axis, {})[slug] = None
        return {axis: tuple(slugs) for axis, slugs in found.items()}
