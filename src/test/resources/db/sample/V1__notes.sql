CREATE TABLE public.note (
  id bigint PRIMARY KEY,
  words text NOT NULL,
  written_at timestamptz NOT NULL
);
