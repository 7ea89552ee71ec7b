-- Version 6: one order of display names, the same in the store and in memory.

-- What a display name is sorted by (text::sort_key in the domain), where that is not display_key itself: names with
-- accents stand beside those without. The program fills the column, since SQL cannot fold names, and makes the index
-- users_by_display_name on coalesce(display_sort, display_key) after that, which is faster than keeping it up to date.
ALTER TABLE users ADD COLUMN display_sort TEXT;
