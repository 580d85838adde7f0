-- The tables of the service. The database refuses by itself what must never happen (N1-N4, N8, N11, N12, N14, N15), whatever
-- the program above it does. The runtime role owns nothing here; row-level security is forced, and unset settings show no row.

create schema karvan;
set local search_path = karvan;

do $$ begin
  if not exists (select from pg_roles where rolname = 'karvan_app') then
    create role karvan_app nologin nosuperuser nobypassrls;
  end if;
end $$;
grant usage on schema karvan to karvan_app;
revoke create on schema karvan from public;

-- who is asking, set for one transaction and never for a session

create function me() returns text[] language sql stable as
  $$ select string_to_array(nullif(current_setting('karvan.parties', true), ''), ' ') $$;
create function my_party() returns text language sql stable as
  $$ select nullif(current_setting('karvan.party', true), '') $$;
create function my_territory() returns text language sql stable as
  $$ select nullif(current_setting('karvan.territory', true), '') $$;
create function is_system() returns boolean language sql stable as
  $$ select coalesce(current_setting('karvan.role', true) = 'system', false) $$;

-- the clock of the service; a sandbox stops and steps it, no client can

create table clock (
  one boolean primary key default true check (one), ahead interval not null default '0', stopped timestamptz
);
insert into clock default values;
create function service_now() returns timestamptz language sql stable as
  $$ select coalesce(stopped, statement_timestamp() + ahead) from karvan.clock $$;

create table rule (
  rule int primary key, regime text not null default '', origin text not null default '',
  destination text not null default '', mode text not null default '', carrier text not null default '',
  since date not null, until date not null check (since < until),
  kind text not null check (kind in ('individual', 'comprehensive', 'tir', 'waived')),
  share numeric not null check (share between 0 and 1), basis text not null check (basis <> '')
);

create table consignment (
  consignment text primary key, owner text not null, version int not null check (version > 0), state jsonb not null
);
create table part (
  consignment text not null references consignment, party text not null, role text not null,
  primary key (consignment, party, role)
);
create index on part (party);
create table reach (
  consignment text not null references consignment, territory text not null, primary key (consignment, territory)
);
create index on reach (territory);

create table movement (
  consignment text not null references consignment, movement text not null, state text not null, ord int not null,
  regime text not null, origin text not null, destination text not null, mode text not null, carrier text not null,
  office text not null, place text not null, last_place text not null, units text[] not null,
  duty_usd_cents bigint not null check (duty_usd_cents >= 0), limit_date date not null, mrn text,
  primary key (consignment, movement), constraint mrn_once unique (mrn)
);

create table surety (
  guarantee text primary key, version int not null check (version > 0), state text not null, kind text not null,
  guarantor text not null, holder text not null, limit_usd_cents bigint not null check (limit_usd_cents > 0),
  bound_usd_cents bigint not null default 0, since date not null, until date not null,
  constraint bound_within_limit check (0 <= bound_usd_cents and bound_usd_cents <= limit_usd_cents)
);
create table reservation (
  reservation text primary key, consignment text not null, movement text not null,
  state text not null check (state in ('reserved', 'released', 'called', 'waived')),
  guarantee text references surety, amount_usd_cents bigint not null default 0, basis text,
  foreign key (consignment, movement) references movement,
  unique (reservation, consignment, movement),
  constraint reservation_backed check (
    (state = 'waived' and guarantee is null and coalesce(basis, '') <> '' and amount_usd_cents = 0)
    or (state <> 'waived' and guarantee is not null and amount_usd_cents > 0))
);
create unique index reservation_once on reservation (consignment, movement) where state in ('reserved', 'called', 'waived');
create index on reservation (guarantee);

create table posting (
  posting text primary key, party text not null, person text not null, territory text not null, office text not null,
  since date not null, until date not null check (since < until)
);
create table release (
  release text primary key, consignment text not null, movement text not null,
  reservation text not null, posting text not null references posting, basis text not null check (basis <> ''),
  released_at timestamptz not null, revoked_at timestamptz,
  foreign key (reservation, consignment, movement) references reservation (reservation, consignment, movement)
);
create unique index release_once on release (consignment, movement) where revoked_at is null;

create table hold (
  consignment text not null references consignment, hold text not null, kind text not null, authority text not null,
  placed_by text not null, lifted_by text, primary key (consignment, hold),
  constraint four_eyes check (kind <> 'red' or lifted_by is null or lifted_by <> placed_by)
);

create table unit (
  consignment text not null references consignment, unit text not null, state text not null, parent text not null default '',
  pickup text not null, picked_by text, primary key (consignment, unit)
);
create unique index unit_once on unit (unit) where state <> 'delivered';
create table place_of (
  consignment text not null, unit text not null, place text not null, since timestamptz not null, until timestamptz,
  foreign key (consignment, unit) references unit
);
create unique index place_once on place_of (unit) where until is null;
create index on place_of (consignment, unit);
create table custody (
  consignment text not null, unit text not null, party text not null, since timestamptz not null, until timestamptz,
  foreign key (consignment, unit) references unit
);
create unique index custody_once on custody (unit) where until is null;
create index on custody (consignment, unit);
create table seal (
  seal text primary key, consignment text not null, unit text not null, issuer text not null, number text not null,
  live boolean not null, foreign key (consignment, unit) references unit
);
create unique index seal_once on seal (issuer, number) where live;
create unique index seal_of_unit_once on seal (consignment, unit) where live;

create table event (
  eid text primary key, consignment text not null, seq int not null check (seq > 0), kind text not null,
  party text not null, person text not null, posting text not null, occurred timestamptz not null,
  recorded timestamptz not null, late boolean not null, reason text not null, corrects text not null,
  body jsonb not null, prev_hash text not null, hash text not null, tx xid8 not null default pg_current_xact_id(),
  constraint event_seq_once unique (consignment, seq),
  constraint late_has_reason check (not late or reason <> ''),
  constraint not_from_the_future check (occurred <= recorded + interval '2 minutes')
);
create table idempotency (
  party text not null, key text not null, request text not null, answer jsonb, at timestamptz not null,
  primary key (party, key)
);
create table outbox (
  number bigint generated always as identity primary key, eid text not null references event, sent_at timestamptz
);
create index on outbox (number) where sent_at is null;

-- what the database decides by itself

create function refuse(name text, told text) returns void language plpgsql as $$
begin
  raise exception using errcode = 'integrity_constraint_violation', message = told, constraint = name;
end $$;

create function needed_usd_cents(m karvan.movement, day date) returns bigint language sql stable as $$
  select coalesce((
    select case when kind = 'waived' then 0 else ceil(m.duty_usd_cents * share) end
    from karvan.rule
    where since <= day and day < until
      and regime in ('', m.regime) and origin in ('', m.origin) and destination in ('', m.destination)
      and mode in ('', m.mode) and carrier in ('', m.carrier)
    order by (regime <> '')::int + (origin <> '')::int + (destination <> '')::int + (mode <> '')::int
      + (carrier <> '')::int desc, rule
    limit 1), m.duty_usd_cents)
$$;
create function rule_waives(m karvan.movement, day date) returns boolean language sql stable as $$
  select coalesce((
    select kind = 'waived' from karvan.rule
    where since <= day and day < until
      and regime in ('', m.regime) and origin in ('', m.origin) and destination in ('', m.destination)
      and mode in ('', m.mode) and carrier in ('', m.carrier)
    order by (regime <> '')::int + (origin <> '')::int + (destination <> '')::int + (mode <> '')::int
      + (carrier <> '')::int desc, rule
    limit 1), false)
$$;

create function check_release() returns trigger language plpgsql as $$
declare
  m karvan.movement; r karvan.reservation; today date := (karvan.service_now() at time zone 'UTC')::date;
begin
  if tg_op = 'UPDATE' then
    if (old.revoked_at is null and new.revoked_at is not null)
       and (new.release, new.consignment, new.movement, new.reservation, new.posting, new.released_at)
         = (old.release, old.consignment, old.movement, old.reservation, old.posting, old.released_at) then
      return new;
    end if;
    perform karvan.refuse('release_unaltered', 'a release is only revoked, and once');
  end if;
  select * into strict m from karvan.movement where consignment = new.consignment and movement = new.movement for update;
  if exists (select from karvan.hold where consignment = new.consignment and lifted_by is null) then
    perform karvan.refuse('no_hold_open', 'a hold is open');
  end if;
  select * into r from karvan.reservation where reservation = new.reservation;
  if r.state = 'waived' and not karvan.rule_waives(m, today) then
    perform karvan.refuse('waiver_ruled', 'no rule waives the guarantee');
  elsif r.state = 'reserved' then
    perform 1 from karvan.surety
      where guarantee = r.guarantee and state = 'valid' and since <= today and today < until for share;
    if not found then perform karvan.refuse('guarantee_in_force', 'the guarantee is not in force'); end if;
    if r.amount_usd_cents < karvan.needed_usd_cents(m, today) then
      perform karvan.refuse('guarantee_enough', 'the reserved amount is too small');
    end if;
  elsif r.state is distinct from 'waived' then
    perform karvan.refuse('guarantee_held', 'nothing is reserved for the movement');
  end if;
  perform 1 from karvan.posting
    where posting = new.posting and office = m.office and territory = m.origin and since <= today and today < until;
  if not found then perform karvan.refuse('officer_posted', 'the officer is not posted at the office of departure'); end if;
  return new;
end $$;
create trigger check_release before insert or update on release for each row execute function check_release();

create function check_reservation() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state = 'reserved' then
      update karvan.surety set bound_usd_cents = bound_usd_cents + new.amount_usd_cents where guarantee = new.guarantee;
      if not found then perform karvan.refuse('guarantee_in_force', 'there is no such guarantee'); end if;
    elsif new.state <> 'waived' then
      perform karvan.refuse('reservation_born', 'a reservation begins as reserved or waived');
    end if;
    return new;
  end if;
  if old.state <> 'reserved' or new.state not in ('released', 'called')
     or (new.reservation, new.consignment, new.movement, new.guarantee, new.amount_usd_cents)
       is distinct from (old.reservation, old.consignment, old.movement, old.guarantee, old.amount_usd_cents) then
    perform karvan.refuse('reservation_ends_once', 'a reservation ends once, by release or call');
  end if;
  if new.state = 'released' then
    update karvan.surety set bound_usd_cents = bound_usd_cents - new.amount_usd_cents where guarantee = new.guarantee;
    if not found then perform karvan.refuse('guarantee_in_force', 'there is no such guarantee'); end if;
  end if;
  return new;
end $$;
create trigger check_reservation before insert or update on reservation
  for each row execute function check_reservation();

create function check_surety() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.bound_usd_cents <> 0 then
    perform karvan.refuse('bound_by_reservations', 'a guarantee begins unbound');
  elsif tg_op = 'UPDATE' and new.bound_usd_cents <> old.bound_usd_cents and pg_trigger_depth() < 2 then
    perform karvan.refuse('bound_by_reservations', 'only a reservation binds a guarantee');
  end if;
  return new;
end $$;
create trigger check_surety before insert or update on surety for each row execute function check_surety();

create function check_unit() returns trigger language plpgsql as $$
declare m karvan.movement;
begin
  if new.state <> 'gated_out' or old.state = 'gated_out' then return new; end if;
  if exists (select from karvan.hold where consignment = new.consignment and lifted_by is null) then
    perform karvan.refuse('no_hold_open', 'a hold is open');
  end if;
  if new.picked_by is distinct from old.pickup then
    perform karvan.refuse('pickup_right', 'this carrier has no right to pick the unit up');
  end if;
  select * into m from karvan.movement
    where consignment = new.consignment and new.unit = any (units)
      and state not in ('discharged', 'cancelled', 'invalidated') order by ord limit 1;
  if found then
    perform 1 from karvan.release
      where consignment = m.consignment and movement = m.movement and revoked_at is null;
    if not found or m.state <> 'released' then perform karvan.refuse('unit_released', 'the movement is not released'); end if;
  else
    perform 1 from karvan.movement where consignment = new.consignment and new.unit = any (units) and state = 'discharged';
    if not found then perform karvan.refuse('unit_released', 'no movement clears the unit'); end if;
  end if;
  return new;
end $$;
create trigger check_unit before update on unit for each row execute function check_unit();

create function check_unit_born() returns trigger language plpgsql as $$
begin
  if new.state <> 'expected' then perform karvan.refuse('unit_released', 'a unit begins as expected'); end if;
  return new;
end $$;
create trigger check_unit_born before insert on unit for each row execute function check_unit_born();

create function check_event() returns trigger language plpgsql as $$
declare clock timestamptz := karvan.service_now();
begin
  if tg_op <> 'INSERT' then perform karvan.refuse('event_unaltered', 'an event is never altered'); end if;
  if new.recorded not between clock - interval '1 minute' and clock + interval '1 minute' then
    perform karvan.refuse('recorded_by_the_service', 'the service gives the recorded time');
  end if;
  if new.seq > 1 and not exists (
       select from karvan.event where consignment = new.consignment and seq = new.seq - 1 and hash = new.prev_hash) then
    perform karvan.refuse('event_chained', 'the event does not follow the one before');
  end if;
  return new;
end $$;
create trigger check_event before insert or update or delete on event for each row execute function check_event();
create trigger keep_event before truncate on event for each statement execute function check_event();

create function check_posting() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext('posting:' || new.person));
  if exists (select from karvan.posting
             where person = new.person and party = new.party and posting <> new.posting
               and since < new.until and new.since < until) then
    perform karvan.refuse('one_posting_at_a_time', 'a person is posted at one office at a time');
  end if;
  return new;
end $$;
create trigger check_posting before insert or update on posting for each row execute function check_posting();

-- who sees what

create function visible(name text) returns boolean language sql stable as $$
  select karvan.is_system()
    or exists (select from karvan.part where consignment = name and party = any (karvan.me()))
    or exists (select from karvan.reach where consignment = name and territory = karvan.my_territory())
$$;

do $$
declare t text;
begin
  foreach t in array array['consignment', 'movement', 'reservation', 'release', 'hold', 'unit', 'place_of', 'custody', 'seal']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy see on %I for select to karvan_app using (karvan.visible(consignment))', t);
    execute format('create policy change on %I for update to karvan_app using (karvan.visible(consignment))', t);
    execute format(
      'create policy make on %I for insert to karvan_app with check (%s)', t,
      case t when 'consignment' then 'owner = any (karvan.me()) or karvan.is_system()' else 'karvan.visible(consignment)' end);
    execute format('grant select, insert, update on %I to karvan_app', t);
  end loop;
  foreach t in array array['part', 'reach', 'event', 'idempotency', 'surety', 'outbox']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
  end loop;
end $$;

create policy see on part for select to karvan_app
  using (party = any (karvan.me()) or karvan.is_system());
create policy make on part for insert to karvan_app
  with check (party = any (karvan.me()) or karvan.visible(consignment));
create policy see on reach for select to karvan_app
  using (territory = karvan.my_territory() or karvan.is_system());
create policy make on reach for insert to karvan_app with check (karvan.visible(consignment));
grant select, insert on part, reach to karvan_app;

create policy see on surety for select to karvan_app using (
  karvan.is_system() or guarantor = any (karvan.me()) or holder = any (karvan.me())
  or exists (select from karvan.reservation r where r.guarantee = surety.guarantee));
create policy make on surety for insert to karvan_app with check (guarantor = karvan.my_party());
create policy change on surety for update to karvan_app using (
  karvan.is_system() or guarantor = any (karvan.me()) or holder = any (karvan.me())
  or exists (select from karvan.reservation r where r.guarantee = surety.guarantee));
grant select, insert, update on surety to karvan_app;

create policy see on event for select to karvan_app
  using (karvan.visible(consignment) or exists (select from karvan.surety s where s.guarantee = event.consignment));
create policy make on event for insert to karvan_app with check (
  party = karvan.my_party()
  and (karvan.visible(consignment) or exists (select from karvan.surety s where s.guarantee = event.consignment)));
grant select, insert on event to karvan_app;

create policy own on idempotency for all to karvan_app
  using (party = karvan.my_party()) with check (party = karvan.my_party());
grant select, insert, update on idempotency to karvan_app;
create policy make on outbox for insert to karvan_app with check (my_party() is not null);
create policy work on outbox for all to karvan_app using (is_system());
grant select, insert, update on outbox to karvan_app;

grant select on clock, rule, posting to karvan_app;
