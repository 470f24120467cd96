-- The database of results, <output folder>/results.sqlite. `sqlite3 out/results.sqlite .schema` prints this text.

-- A design point as it was recorded last.
CREATE TABLE point (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sweep TEXT NOT NULL,             -- name of the sweep; '' for macaw run; 'NAME/candidates' where it chose among them
  name TEXT NOT NULL,              -- name of the configuration; in a sweep made of its axes: 'inner_bits_16'
  position INTEGER NOT NULL,       -- in the sweep, from 0
  scope TEXT NOT NULL,             -- 'all' steps, or 'quality' (no hardware), 'hardware' (no model), 'silicon' (both)
  axes TEXT NOT NULL,              -- JSON: axis of the sweep -> value
  failure TEXT,                    -- why the point has no metrics; NULL for a finished one
  recorded TEXT NOT NULL,          -- UTC
  config TEXT NOT NULL,            -- JSON: the complete configuration, as macaw run FILE --show-config prints it
  -- What people filter by; all of it is in `config` too.
  model TEXT,                      -- last part of its path
  algorithm TEXT,
  constraint_kind TEXT,            -- quantizer.constraint (the bare word is a keyword of SQL)
  weight_bits INTEGER,
  activation_bits INTEGER,
  tile INTEGER,                    -- products
  inner_bits INTEGER,
  outer_bits INTEGER,
  inner_overflow TEXT,             -- 'wrap', 'saturate' or 'trap'
  outer_overflow TEXT,
  dataflow TEXT,
  rows INTEGER,
  columns INTEGER,
  lanes INTEGER,
  pipeline TEXT,
  arithmetic TEXT,
  library TEXT,                    -- a known name, or the names of the Liberty files joined by '+'
  clock_mhz REAL,
  UNIQUE (sweep, name)
) STRICT;

-- A figure of a point.
CREATE TABLE metric (
  point INTEGER NOT NULL REFERENCES point (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,       -- order of the steps
  key TEXT NOT NULL,               -- stage__group__name__unit
  value ANY,                       -- a number or a text; NULL: not a number
  unit TEXT NOT NULL,              -- '' for counts, ratios and perplexities
  how TEXT NOT NULL,               -- tool, data, corner, or 'modelled: ...' for an estimate
  step TEXT NOT NULL,              -- that gave it; '' for what was configured
  PRIMARY KEY (point, key)
) STRICT, WITHOUT ROWID;

-- Where the figures come from: a command that was run, on what, with what.
CREATE TABLE step (
  point INTEGER NOT NULL REFERENCES point (id) ON DELETE CASCADE,
  name TEXT NOT NULL,              -- 'quantize'
  position INTEGER NOT NULL,
  folder TEXT NOT NULL,            -- relative to the output folder; named by the hash of all that it depends on
  command TEXT,
  macaw TEXT,                      -- version
  machine TEXT,
  seconds REAL,
  peak_memory_kib INTEGER,
  record TEXT NOT NULL,            -- JSON: step.json as a whole, with seeds and settings
  PRIMARY KEY (point, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE step_input (
  point INTEGER NOT NULL,
  step TEXT NOT NULL,
  path TEXT NOT NULL,              -- file or folder
  sha256 TEXT NOT NULL,
  PRIMARY KEY (point, step, path),
  FOREIGN KEY (point, step) REFERENCES step (point, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE step_tool (
  point INTEGER NOT NULL,
  step TEXT NOT NULL,
  program TEXT NOT NULL,
  version TEXT NOT NULL,
  PRIMARY KEY (point, step, program),
  FOREIGN KEY (point, step) REFERENCES step (point, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
