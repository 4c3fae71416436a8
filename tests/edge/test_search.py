"""Full text: both databases find what the query means, and keep in step with the store."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from syndicator.model.entries import EntryKey
from syndicator.query import answers, entry_words, parse_query
from syndicator.store import entries, facts, reading, search, takedowns, transaction
from syndicator.store.schema import items
from tests.builders import NOON, an_entry


def put(engine, *texts):
    """Store one work for each (title, text), the first one the newest."""
    made = [
        an_entry(
            key=EntryKey(f"k{n}"),
            article_id=f"tag:{n}",
            title=title,
            content_html=text,
            sort_at=NOON - timedelta(hours=n),
        )
        for n, (title, text) in enumerate(texts)
    ]
    with transaction(engine) as tx:
        entries.save_new(tx, made, {})
    return made


def titles(engine, query, limit=50):
    with reading(engine) as tx:
        return [e.title for e in search.find(tx, parse_query(query), limit=limit)]


TEXTS = (
    ("Flood on the river", "<p>The river bank broke at noon.</p>"),
    ("Storm", "<p>No flood, but a storm. A bank of the river stood.</p>"),
    ("Café Überfall", "<p>STRASSE 42, at 1e5 or v1.2, it's over; über alles</p>"),
    ("市图书馆星期日开放", "<p>图书 馆</p>"),
    ("تفتح المكتبة", "<p>Библиотека открыта. x_y 'quoted' \\ back:slash & | ! <-> *</p>"),
    ("bank", "<p>river</p>"),
)
QUERIES = (
    "flood", "river", "flood river", '"river bank"', '"bank river"', "flood OR storm",
    "flood -storm", "river -flood -storm", "riv*", '"the riv"', "cafe", "über", "strasse", "42",
    "1e5", "v1.2", "it's", "图书馆", "图书", "馆", "المكتبة", "библиотека", "x_y", "quoted", "back:slash",
    "NOT", "AND", "near", "storm OR café OR 开放", 'bank -"river bank"', "nothing", "so-called",
    "title", "o*", "flood OR storm river -noon",
)  # fmt: skip


def test_databases_answer_as_the_query_means(engine):
    made = put(engine, *TEXTS)

    for query in QUERIES:
        meant = [e.title for e in made if answers(parse_query(query), entry_words(e))]
        assert titles(engine, query) == meant, query


LONG_QUERIES = {
    "words": "flood " * 4000,
    "different-words": " ".join(f"word{n}" for n in range(4000)),
    "phrase": '"' + "flood " * 4000 + '"',
    "either": "flood" + " OR river" * 4000,
    "unwanted": "flood" + " -nowhere" * 4000,
    "one-word": "a" * 20_000,
    "no-spaces": "图" * 4000,
}


@pytest.mark.parametrize("query", LONG_QUERIES.values(), ids=LONG_QUERIES)
def test_query_of_any_length_has_an_answer(engine, query):
    made = put(engine, *TEXTS)

    meant = [e.title for e in made if answers(parse_query(query), entry_words(e))]
    assert titles(engine, query) == meant


def test_newest_works_come_first_up_to_the_limit(engine):
    put(engine, *[(f"Flood {n}", "") for n in range(5)])

    assert titles(engine, "flood", limit=3) == ["Flood 0", "Flood 1", "Flood 2"]


FILLER = "<p>" + "The council met and spoke of other matters. " * 30 + "</p>"


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        pytest.param("dam", ("Dam breaks", FILLER), ("Council", FILLER + "dam"), id="title"),
        pytest.param("dam", ("One", "dam dam dam dam"), ("Two", FILLER + "dam"), id="more-of-it"),
        pytest.param(
            "dam OR lake", ("One", "dam lake"), ("Two", "dam and nothing else"), id="both-words"
        ),
        pytest.param("dam -lake", ("Dam", "water"), ("One", FILLER + "dam"), id="with-a-veto"),
    ],
)
def test_what_speaks_most_of_it_comes_first(engine, query, first, second):
    # The other one is newer.  Words that nearly all texts have tell nothing: there must be some.
    put(engine, second, first, *[(f"Other {n}", FILLER) for n in range(20)])

    with reading(engine) as tx:
        found = search.find(tx, parse_query(query), limit=9, by="relevance")

    assert [e.title for e in found] == [first[0], second[0]]
    assert titles(engine, query) == [second[0], first[0]]


def test_equally_relevant_works_come_newest_first(engine):
    put(engine, *[("Flood", f"<p>same {n}</p>") for n in range(4)])

    with reading(engine) as tx:
        found = search.find(tx, parse_query("flood"), limit=3, by="relevance")

    assert [e.key for e in found] == ["k0", "k1", "k2"]


def test_all_copies_of_a_work_are_told(engine):
    with transaction(engine) as tx:
        entries.save_new(tx, [an_entry(), an_entry(source_id="other", title="Elsewhere")], {})

    assert titles(engine, "elsewhere") == ["Library opens on Sundays", "Elsewhere"]


def test_edit_is_found_by_its_new_words_only(engine):
    (entry,) = put(engine, ("Flood", "water"))
    edited = an_entry(key=entry.key, article_id=entry.article_id, title="Drought", content_html="")

    with transaction(engine) as tx:
        entries.save_updated(tx, [edited], {}, now=NOON)

    assert (titles(engine, "flood OR water"), titles(engine, "drought")) == ([], ["Drought"])


def test_removed_entry_is_found_no_more_and_again_when_it_returns(engine):
    (entry,) = put(engine, ("Flood", ""))

    with transaction(engine) as tx:
        entries.remove(tx, entry.source_id, entry.key, why="its file is gone", at=NOON)
    gone = titles(engine, "flood")
    with transaction(engine) as tx:
        entries.save_updated(tx, [entry], {}, now=NOON)

    assert (gone, titles(engine, "flood")) == ([], ["Flood"])


def test_purged_row_leaves_no_word_behind(engine):
    put(engine, ("Flood", ""))

    with transaction(engine) as tx:
        tx.execute(delete(items))
    (again,) = put(engine, ("Storm", ""))

    assert (titles(engine, "flood"), titles(engine, "storm")) == ([], [again.title])


def test_store_from_before_the_index_is_caught_up(engine):
    put(engine, ("Flood", ""), ("Storm", ""))
    with transaction(engine) as tx:
        search.unindex(tx, range(1, 10))
    assert titles(engine, "flood") == []

    search.catch_up(engine)

    assert titles(engine, "flood") == ["Flood"]
    with reading(engine) as tx:
        assert facts.fact(tx, "indexed_with") == search.WORDS


def test_very_long_text_is_found_by_its_beginning(engine):
    put(engine, ("Long", " ".join(f"w{n}" for n in range(30_000))))

    assert titles(engine, '"w15998 w15999"') == ["Long"]
    assert titles(engine, "w16001") == []


def test_text_that_was_taken_down_is_found_no_more(engine):
    (entry,) = put(engine, ("Flood", "water"))
    before = titles(engine, "water")

    with transaction(engine) as tx:
        takedowns.purge(tx, [entry.article_id])

    assert before == ["Flood"]
    assert titles(engine, "water") == []
