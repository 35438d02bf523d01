CREATE TABLE public.half (id bigint);
CREATE TABLE public.half (id bigint);
