ALTER TABLE public.note ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
