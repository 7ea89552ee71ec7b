-- Version 3: a batch that undoes another one names it.

ALTER TABLE batches ADD COLUMN undoes INTEGER REFERENCES batches (id);
