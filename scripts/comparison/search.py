"""Searching for a text anywhere in the five names."""

from tools import Row, median, read_users, run, say, sqlite

COLUMNS = ["display_name", "sip", "upn", "domain || '\\' || logon", "dn"]
# Unlimited memory for pages: both sides are warm.
MEMORY = "PRAGMA cache_size = -2000000;\n"
SHORTEST = 3  # letters that a trigram index needs
CLOCK = 0.001  # resolution of sqlite3's timer, in seconds


def measure(bench):
    store = bench.store()
    texts = ["e", "an", "ber", "bergman", "litwareinc", "qwxqwxq", last_logon(bench)]
    say("Searching")
    answers = bench.timings("search", store, bench.turns, *texts)
    yield Row("search", "load the directory into memory, once", answers["loadMs"] / 1000,
              note=f"{answers['peakKiB'] // 1024} MiB at most")
    index, made, size = full_text(bench, store)
    yield Row("search", "", None, "FTS5 trigram: making the index, once", made, f"{size // 2**20} MiB")
    like = counts(store, [(text, like_query(text)) for text in texts], bench.turns)
    long = [text for text in texts if len(text) >= SHORTEST]
    match = counts(index, [(text, match_query(text)) for text in long], bench.turns)
    for answer in answers["answers"]:
        text, hits, took = answer["text"], answer["hits"], median(answer["ms"]) / 1000
        for name, found in (("sqlite3, LIKE over five columns", like), ("FTS5 trigram", match)):
            if text in found:
                seconds, count = found[text]
                note = f"{hits:,} hits" if count == hits else f"{hits:,} hits, there {count:,}"
                yield Row("search", f"\"{text}\": all hits in order", took, f"{name}: their number", seconds, note)


def last_logon(bench):
    """A text that finds only one user, or hardly more."""
    *_, last = read_users(bench.people)
    return last["SamAccountName"] + "@"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def like_query(text):
    pattern = quoted(f"%{text}%")
    return "SELECT count(*) FROM users WHERE " + " OR ".join(f"{column} LIKE {pattern}" for column in COLUMNS) + ";"


def match_query(text):
    phrase = quoted('"' + text.replace('"', '""') + '"')
    return f"SELECT count(*) FROM names WHERE names MATCH {phrase};"


def full_text(bench, store):
    """A database with a trigram index of these names; also the seconds it took and its size in bytes."""
    index = bench.file("trigrams.db")
    made, _ = sqlite(index, f"""PRAGMA journal_mode = WAL;
ATTACH {quoted(str(store))} AS store;
CREATE VIRTUAL TABLE names USING fts5 (display_name, sip, upn, account, dn, tokenize = 'trigram');
INSERT INTO names (rowid, display_name, sip, upn, account, dn) SELECT id, {", ".join(COLUMNS)} FROM store.users;
INSERT INTO names (names) VALUES ('optimize');
""")
    run(["sqlite3", "-init", "/dev/null", index, "PRAGMA wal_checkpoint (TRUNCATE);"])
    return index, made, index.stat().st_size


def counts(database, queries, turns):
    """For each text the median time in seconds, and the number of users found. The first turn warms up."""
    script = MEMORY + ".timer on\n" + "".join(query + "\n" for _ in range(turns + 1) for _, query in queries)
    lines = sqlite(database, script)[1].splitlines()
    times = [float(line.split()[3]) for line in lines if line.startswith("Run Time: real")]
    # Lines of settings that are timed or printed come first.
    times = times[-(turns + 1) * len(queries):]
    numbers = [int(line) for line in lines if line.isdecimal()][-len(queries):]
    found = {}
    for place, (text, _) in enumerate(queries):
        took = median(times[place + len(queries)::len(queries)])
        found[text] = (max(took, CLOCK / 2), numbers[place])
    return found
