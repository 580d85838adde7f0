-- The sealed log: one dense order over all events, the nodes of its tree, signed heads, cosignatures; and who is told of events.
-- The outbox is the queue of what is not sealed yet: a row goes when its event is sealed. Whatever the sealing statement sees
-- is committed, so that no order of transactions is needed, and none is upset where a backup comes up in another cluster.

set local search_path = karvan;

do $$ begin
  if not exists (select from pg_roles where rolname = 'karvan_worker') then
    create role karvan_worker nologin nosuperuser nobypassrls;
  end if;
end $$;
grant usage on schema karvan to karvan_worker;

alter table event drop column tx;
alter table outbox drop column sent_at;
drop policy work on outbox;
create policy take on outbox for all to karvan_worker using (true);
revoke update on outbox from karvan_app;
grant select, delete on outbox to karvan_worker;
create policy work on event for select to karvan_worker using (true);
grant select on event to karvan_worker;

create table log (
  log_index bigint primary key check (log_index >= 0), consignment text not null, seq int not null,
  constraint sealed_once unique (consignment, seq),
  foreign key (consignment, seq) references event (consignment, seq)
);
create table node (
  level smallint not null check (level >= 0), number bigint not null check (number >= 0),
  hash bytea not null check (length(hash) = 32), primary key (level, number)
);
create table checkpoint (
  size bigint primary key check (size > 0), root bytea not null check (length(root) = 32), note text not null,
  at timestamptz not null default clock_timestamp()
);
create table witness (name text primary key, key text not null);
create table cosignature (
  size bigint not null references checkpoint, witness text not null references witness, line text not null,
  at timestamptz not null default clock_timestamp(), primary key (size, witness)
);

create function check_log() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform karvan.refuse('log_unaltered', 'what is sealed is never altered'); end if;
  if new.log_index > 0 and not exists (select from karvan.log where log_index = new.log_index - 1) then
    perform karvan.refuse('log_dense', 'the log has no gap');
  end if;
  if new.seq > 1 and not exists (select from karvan.log where consignment = new.consignment and seq = new.seq - 1) then
    perform karvan.refuse('log_in_turn', 'the event before is not sealed');
  end if;
  return new;
end $$;
create trigger check_log before insert or update or delete on log for each row execute function check_log();
create trigger keep_log before truncate on log for each statement execute function check_log();
create function keep() returns trigger language plpgsql as $$
begin
  perform karvan.refuse('log_unaltered', 'what is sealed is never altered');
end $$;
create trigger keep_node before update or delete on node for each row execute function keep();
create trigger keep_checkpoint before update or delete on checkpoint for each row execute function keep();
create trigger keep_cosignature before update or delete on cosignature for each row execute function keep();

alter table log enable row level security;
alter table log force row level security;
create policy work on log for all to karvan_worker using (true) with check (true);
create policy see on log for select to karvan_app
  using (karvan.visible(consignment) or exists (select from karvan.surety s where s.guarantee = log.consignment));
grant select, insert on log, node, checkpoint to karvan_worker;
grant select on log, node, checkpoint, witness to karvan_app;
grant select on cosignature to karvan_worker;
grant select, insert on cosignature to karvan_app;

-- how far the log goes, for whoever may not read its rows
create function log_size() returns bigint language sql stable security definer set search_path = pg_catalog, karvan as
  $$ select coalesce(max(log_index) + 1, 0) from karvan.log $$;
revoke execute on function log_size() from public;
grant execute on function log_size() to karvan_app, karvan_worker;

-- the keys under which cursors are closed, so that nobody reads or makes one
create table secret (name text primary key, value bytea not null check (length(value) = 32));
insert into secret values ('cursor', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
grant select on secret to karvan_app;

-- who is told of events, and where

create table subscription (
  party text not null, subscription text not null, person text not null, role text not null,
  posting text references posting, url text not null, secret text not null, old_secret text, old_until timestamptz,
  made_at timestamptz not null default clock_timestamp(), ended_at timestamptz, position bigint not null,
  tries int not null default 0, failing_since timestamptz, due_at timestamptz not null default clock_timestamp(),
  last text not null default '', primary key (party, subscription)
);
create index on subscription (due_at) where ended_at is null;
create table dead_letter (
  party text not null, subscription text not null, eid text not null references event, tries int not null,
  last text not null, at timestamptz not null default clock_timestamp(),
  primary key (party, subscription, eid), foreign key (party, subscription) references subscription
);
do $$
declare t text;
begin
  foreach t in array array['subscription', 'dead_letter'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own on %I for all to karvan_app using (party = karvan.my_party())', t);
    execute format('create policy work on %I for all to karvan_worker using (true) with check (true)', t);
    execute format('grant select, insert, update on %I to karvan_worker', t);
  end loop;
end $$;
grant select, insert, update on subscription to karvan_app;
grant select on dead_letter to karvan_app;

-- an actor by its parts: for the key that was shown, and for the worker that tells a subscriber

create function actor(party text, person text, role text, posting text) returns jsonb language sql stable security definer
  set search_path = pg_catalog, karvan as $$
  select jsonb_build_object(
    'party', actor.party, 'person', actor.person, 'role', actor.role,
    'posting', (select jsonb_build_object('posting', p.posting, 'territory', p.territory, 'office', p.office,
                  'since', p.since, 'until', p.until) from karvan.posting p where p.posting = actor.posting),
    'mandates', coalesce((select jsonb_agg(jsonb_build_object('giver', m.giver, 'scope', m.scope, 'since', m.since,
                  'until', m.until)) from karvan.mandate m where m.taker = actor.party), '[]'))
$$;
revoke execute on function actor(text, text, text, text) from public;
grant execute on function actor(text, text, text, text) to karvan_worker;
create or replace function who(shown text) returns jsonb language sql stable security definer
  set search_path = pg_catalog, karvan as $$
  select karvan.actor(c.party, c.person, c.role, c.posting) from karvan.credential c
  where c.hash = shown and c.revoked_at is null and c.since <= karvan.service_now() and karvan.service_now() < c.until
$$;
