-- Who may call: keys, kept as their hash alone, and mandates. The runtime role reads neither table; it asks one function,
-- which answers for one key that it was shown.

set local search_path = karvan;

create table credential (
  hash text primary key check (hash ~ '^[0-9a-f]{64}$'), prefix text not null, party text not null, person text not null,
  role text not null, posting text references posting, since timestamptz not null, until timestamptz not null,
  revoked_at timestamptz, check (since < until), check (role <> 'customs' or posting is not null)
);
create table mandate (
  giver text not null, taker text not null, scope text[] not null, since date not null, until date not null,
  check (since < until), check (giver <> taker)
);
create index on mandate (taker);

create function who(shown text) returns jsonb language sql stable security definer set search_path = pg_catalog, karvan as $$
  select jsonb_build_object(
    'party', c.party, 'person', c.person, 'role', c.role,
    'posting', (select jsonb_build_object('posting', p.posting, 'territory', p.territory, 'office', p.office,
                  'since', p.since, 'until', p.until) from karvan.posting p where p.posting = c.posting),
    'mandates', coalesce((select jsonb_agg(jsonb_build_object('giver', m.giver, 'scope', m.scope, 'since', m.since,
                  'until', m.until)) from karvan.mandate m where m.taker = c.party), '[]'))
  from karvan.credential c
  where c.hash = shown and c.revoked_at is null and c.since <= karvan.service_now() and karvan.service_now() < c.until
$$;
revoke execute on function who(text) from public;
grant execute on function who(text) to karvan_app;
