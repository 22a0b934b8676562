-- The queue by kind, told without reading all of it.
create index job_kind on job (kind, dead_at, run_at);
