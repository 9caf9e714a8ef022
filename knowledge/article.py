"""Parse an article into passages: one idea each, with its place in the source.

Blocks and headings come from a CommonMark parser, so a `#` in a code fence is
no heading and a list stays whole. A comment `<!-- passage: slug -->` starts a
passage and names it; where an article has no such marks, paragraphs are joined
up to a readable length. Whatever is longer than a passage may be is cut by the
Markdown splitter of langchain-text-splitters.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from langchain_text_splitters import MarkdownTextSplitter
from markdown_it import MarkdownIt

from knowledge.errors import ArticleError

__all__ = ["BUILT_IN", "Article", "Passage", "load_article", "load_folder", "parse_article"]

BUILT_IN = Path(__file__).with_name("article.md")

_MARK = re.compile(r"<!--\s*passage:\s*([a-z0-9][a-z0-9-]*)\s*-->")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LINE_END = re.compile(r"\r\n?|\n")  # CommonMark's; str.splitlines also breaks at U+2028 and others
_SHORT = 280  # characters; an unmarked paragraph shorter than this takes its neighbour in
_LONG = 1200  # characters; longer than this is more than one idea


@dataclass(frozen=True, slots=True)
class Passage:
    """One idea of an article.

    Attributes:
        slug: Name of the passage, unique over all articles.
        article: Name of the article, its file's stem.
        path: Headings above it, outermost first.
        start: Where it begins in the source, in characters.
        end: Where it ends in the source, exclusive.
        text: `source[start:end]`, word for word.
    """

    slug: str
    article: str
    path: tuple[str, ...]
    start: int
    end: int
    text: str

    @property
    def section(self) -> str:
        """The innermost heading above the passage, or the article's name."""
        return self.path[-1] if self.path else self.article

    @property
    def hash(self) -> str:
        """Twelve hex digits that change when the words do, but not when they are re-wrapped."""
        words = " ".join(self.text.split())
        return hashlib.sha256(words.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Article:
    """An article and its passages, in reading order.

    Attributes:
        name: The file's stem.
        source: The whole text.
        passages: Its passages; they never overlap.
    """

    name: str
    source: str
    passages: tuple[Passage, ...]


@dataclass(slots=True)
class _Block:
    start: int
    end: int
    path: tuple[str, ...]
    slug: str | None = None


@dataclass(slots=True)
class _Cursor:
    """Where the walk over the blocks stands."""

    headings: dict[int, str] = field(default_factory=dict)
    slug: str | None = None

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.headings[level] for level in sorted(self.headings))

    def enter(self, level: int, title: str) -> None:
        self.headings = {k: v for k, v in self.headings.items() if k < level} | {level: title}
        self.slug = None


def parse_article(source: str, name: str) -> Article:
    """Cut an article into passages.

    Args:
        source: Markdown or plain text.
        name: Name of the article; slugs that it does not set itself begin with it.

    Returns:
        The article.

    Raises:
        ArticleError: It holds no paragraph, or two passages share a slug.
    """
    blocks = list(_blocks(source))
    marked = any(block.slug for block in blocks)
    groups = list(_by_mark(blocks) if marked else _by_length(blocks))
    _refuse_twins(name, (group.slug for group in groups if group.slug))
    passages = tuple(_passages(source, name, groups))
    if not passages:
        raise ArticleError(f"The article {name!r} holds no paragraph.")
    _refuse_twins(name, (passage.slug for passage in passages))
    return Article(name, source, passages)


def load_article(path: Path = BUILT_IN) -> Article:
    """Read and cut one article.

    Args:
        path: A UTF-8 file, Markdown or plain text.

    Returns:
        The article.

    Raises:
        ArticleError: The file cannot be read, is not UTF-8, or holds no paragraph.
    """
    try:
        source = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ArticleError(
            f"The article {str(path)!r} cannot be read: {error.strerror or error}."
        ) from error
    except UnicodeDecodeError as error:
        raise ArticleError(
            f"The article {str(path)!r} cannot be read: it is not UTF-8 text."
        ) from error
    if "\x00" in source:
        raise ArticleError(f"The article {str(path)!r} cannot be read: it is not a text file.")
    return parse_article(source, path.stem)


def load_folder(folder: Path | None) -> tuple[Article, ...]:
    """Load the built-in article and every .md and .txt file of a folder.

    Args:
        folder: Folder with more articles, or None.

    Returns:
        The built-in article first, then the folder's by file name.

    Raises:
        ArticleError: The folder or a file in it cannot be read, or two articles or two
            passages share a name.
    """
    articles = [load_article()]
    if folder is not None:
        articles += [load_article(path) for path in _files(folder)]
    for name, count in Counter(article.name for article in articles).items():
        if count > 1:  # what may be said of an article goes by its name
            raise ArticleError(f"Two articles are named {name!r}: rename one of the files.")
    seen: dict[str, str] = {}
    for article in articles:
        for passage in article.passages:
            if passage.slug in seen:
                raise ArticleError(
                    f"The articles {seen[passage.slug]!r} and {article.name!r} "
                    f"both have a passage {passage.slug!r}."
                )
            seen[passage.slug] = article.name
    return tuple(articles)


def _files(folder: Path) -> list[Path]:
    try:
        if not folder.is_dir():
            raise ArticleError(f"COACH_ARTICLES is wrong: {str(folder)!r} is not a folder.")
        return sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in {".md", ".txt"} and not path.name.startswith(".")
        )
    except OSError as error:
        raise ArticleError(
            f"COACH_ARTICLES is wrong: {str(folder)!r} cannot be read: {error.strerror or error}."
        ) from error


def _refuse_twins(name: str, slugs: Iterable[str]) -> None:
    for slug, count in Counter(slugs).items():
        if count > 1:
            raise ArticleError(f"The article {name!r} names two passages {slug!r}.")


def _blocks(source: str) -> Iterator[_Block]:
    """Yield paragraphs, lists, quotes and tables with their offsets and headings."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(source)), len(source)]
    cursor = _Cursor()
    tokens = MarkdownIt("commonmark").parse(source)
    for position, token in enumerate(tokens):
        if token.level != 0 or token.map is None:
            continue
        if token.type == "heading_open":
            cursor.enter(int(token.tag[1]), tokens[position + 1].content.strip())
        elif token.type == "html_block":
            mark = _MARK.search(token.content)
            cursor.slug = mark.group(1) if mark else None
        elif token.nesting == 1 or token.type in {"fence", "code_block"}:
            start, end = starts[token.map[0]], starts[token.map[1]]
            text = source[start:end]
            start += len(text) - len(text.lstrip())
            yield _Block(start, start + len(text.strip()), cursor.path, cursor.slug)


def _by_mark(blocks: Iterable[_Block]) -> Iterator[_Block]:
    """Join the blocks under one mark; blocks under no mark (a by-line) are no passage."""
    current: _Block | None = None
    for block in blocks:
        if block.slug is None:
            continue
        if current is not None and current.slug == block.slug and current.path == block.path:
            current.end = block.end
            continue
        if current is not None:
            yield current
        current = block
    if current is not None:
        yield current


def _by_length(blocks: Iterable[_Block]) -> Iterator[_Block]:
    """Join short neighbours under one heading."""
    current: _Block | None = None
    for block in blocks:
        joined = (
            current is not None
            and current.path == block.path
            and current.end - current.start < _SHORT
            and block.end - current.start < _LONG
        )
        if joined and current is not None:
            current.end = block.end
            continue
        if current is not None:
            yield current
        current = block
    if current is not None:
        yield current


def _passages(source: str, name: str, groups: Iterable[_Block]) -> Iterator[Passage]:
    splitter = MarkdownTextSplitter(
        chunk_size=_LONG, chunk_overlap=0, add_start_index=True, strip_whitespace=True
    )
    counts: dict[str, int] = {}
    for group in groups:
        base = group.slug or f"{_slug(name)}-{_slug(group.path[-1] if group.path else 'text')}"
        for piece in splitter.create_documents([source[group.start : group.end]]):
            start = group.start + int(piece.metadata["start_index"])
            counts[base] = counts.get(base, 0) + 1
            numbered = group.slug is None or counts[base] > 1
            slug = f"{base}-{counts[base]}" if numbered else base
            text = piece.page_content
            yield Passage(slug, name, group.path, start, start + len(text), text)


def _slug(text: str) -> str:
    # Names in other scripts leave nothing behind: a digest keeps them apart.
    slug = _NOT_SLUG.sub("-", text.lower()).strip("-")[:40]
    return slug or hashlib.sha256(text.encode()).hexdigest()[:8]
