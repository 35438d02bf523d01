-- Rows here follow the venue's and are moved by nothing else.
INSERT INTO metaops.setting VALUES ('rows', 'observed');

-- When the copy was last as their table was.
CREATE TABLE metaops.mirror (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  copied_at timestamptz,
  trouble text
);
INSERT INTO metaops.mirror DEFAULT VALUES;
