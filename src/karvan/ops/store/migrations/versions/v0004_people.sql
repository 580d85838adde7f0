-- Links by which whoever holds one follows one consignment, and sessions of people at the boards. Both are random and kept
-- as their hash alone. The owner of the tables answers for one hash that is shown; the runtime role cannot list sessions.

set local search_path = karvan;

create table link (
  hash text primary key check (hash ~ '^[0-9a-f]{64}$'), consignment text not null references consignment,
  party text not null, since timestamptz not null, until timestamptz not null, revoked_at timestamptz, check (since < until)
);
create index on link (consignment);
alter table link enable row level security;
create policy see on link for select to karvan_app using (visible(consignment));
create policy make on link for insert to karvan_app with check (party = my_party() and visible(consignment));
create policy change on link for update to karvan_app using (
  visible(consignment) and (party = my_party()
  or exists (select from karvan.consignment c where c.consignment = link.consignment and c.owner = any (karvan.me()))));
grant select, insert, update on link to karvan_app;

create function linked(shown text) returns text language sql stable security definer set search_path = pg_catalog, karvan as $$
  select consignment from karvan.link
  where hash = shown and revoked_at is null and since <= karvan.service_now() and karvan.service_now() < until
$$;
revoke execute on function linked(text) from public;
grant execute on function linked(text) to karvan_app;

create table session (
  hash text primary key check (hash ~ '^[0-9a-f]{64}$'), credential text not null references credential,
  until timestamptz not null
);

create function open_session(shown text, made text, hours int) returns boolean
language sql security definer set search_path = pg_catalog, karvan as $$
  with gone as (delete from karvan.session where until <= karvan.service_now()),
  opened as (
    insert into karvan.session select made, shown, karvan.service_now() + make_interval(hours => hours)
    where karvan.who(shown) is not null returning 1)
  select exists (select from opened)
$$;
create function session_of(made text) returns jsonb
language sql stable security definer set search_path = pg_catalog, karvan as $$
  select karvan.who(credential) from karvan.session where hash = made and karvan.service_now() < until
$$;
create function close_session(made text) returns void
language sql security definer set search_path = pg_catalog, karvan as $$ delete from karvan.session where hash = made $$;
revoke execute on function open_session(text, text, int), session_of(text), close_session(text) from public;
grant execute on function open_session(text, text, int), session_of(text), close_session(text) to karvan_app;
