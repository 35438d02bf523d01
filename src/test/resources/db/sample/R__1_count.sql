CREATE OR REPLACE FUNCTION public.note_count() RETURNS bigint LANGUAGE sql AS
  'SELECT count(*) FROM public.note';
