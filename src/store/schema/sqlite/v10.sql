-- Version 10: hashes of PINs with a key that lies outside the store, and no lengths of PINs in clear.

-- key_id names the key; NULL: hashed without one. With a key, length_seal is an HMAC of the length that only the key can
-- read. Without one, length_class is the shortest length that has the limits of the PIN: 4, 5 or 7 digits. The length
-- itself is no longer kept. The old table is overwritten in the file, since secure_delete is on.
CREATE TABLE pin_hashes_with_key (
    user_id      INTEGER NOT NULL REFERENCES users (id),
    number       INTEGER NOT NULL,
    set_at       INTEGER NOT NULL,
    length_class INTEGER,
    key_id       TEXT,
    length_seal  BLOB,
    hash         TEXT NOT NULL,
    PRIMARY KEY (user_id, number),
    CHECK ((key_id IS NULL) = (length_class IS NOT NULL) AND (key_id IS NULL) = (length_seal IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO pin_hashes_with_key (user_id, number, set_at, length_class, hash)
SELECT user_id, number, set_at, CASE WHEN digits <= 4 THEN 4 WHEN digits <= 6 THEN 5 ELSE 7 END, hash
FROM pin_hashes ORDER BY user_id, number;

DROP TABLE pin_hashes;
ALTER TABLE pin_hashes_with_key RENAME TO pin_hashes;
