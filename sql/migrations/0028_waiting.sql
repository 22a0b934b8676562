-- Since when a change has waited for the index, or for the guardian: what
-- nobody takes is seen by its age.
alter table index_outbox
	add column created_at timestamptz not null default now();
alter table cache_outbox
	add column created_at timestamptz not null default now();
