-- Version 2: what a row of a file says about itself, as JSON, beside what its batch says for all of them.

ALTER TABLE history ADD COLUMN note TEXT;
