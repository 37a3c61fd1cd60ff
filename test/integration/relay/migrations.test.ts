import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { RELAY_PROCESS_LIMITS } from '#relay/limits/index.ts';
import { openStore, type Store } from '#relay/store/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';

/** Database of version 0.1.0, as its first migration made it. A change of that migration would part the two ways to the newest schema. */
const VERSION_1 = `
CREATE TABLE "kysely_migration" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null);
CREATE TABLE "kysely_migration_lock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null);
INSERT INTO kysely_migration VALUES ('0001-projects-devices-sessions', '2026-01-01T00:00:00.000Z');
INSERT INTO kysely_migration_lock VALUES ('migration_lock', 0);
CREATE TABLE "projects" ("id" text primary key, "owner_device" text not null, "created_at" integer not null);
CREATE TABLE "devices" ("peer_id" text primary key, "certificate" blob, "generation" integer not null, "first_seen" integer not null, "last_seen" integer, "software" text);
CREATE TABLE "members" ("project_id" text not null references "projects" ("id") on delete cascade, "peer_id" text not null references "devices" ("peer_id") on delete cascade, "role" text not null, "enrolment" blob, "inviter" text, "serial" integer not null, "added_at" integer not null, "removed_serial" integer, "removal" blob, "removed_at" integer, constraint "members_key" primary key ("project_id", "peer_id"));
CREATE INDEX "members_by_peer" on "members" ("peer_id");
CREATE TABLE "sessions" ("id" integer primary key autoincrement, "connection" text not null, "from_peer" text not null, "to_peer" text not null, "started_at" integer not null, "ended_at" integer not null, "bytes_forward" integer not null, "bytes_back" integer not null, "reason" text not null);
CREATE INDEX "sessions_by_end" on "sessions" ("ended_at");
`;

const ROWS = `
INSERT INTO projects VALUES ('p1', 'A', 1790000000000), ('p2', 'B', 1790000000001);
INSERT INTO devices VALUES ('A', x'00ff80', 3, 1790000000000, 1790000000500, 'clawreach 0.1.0'), ('B', x'', 1, 5, NULL, NULL), ('C', NULL, 0, 6, NULL, NULL);
INSERT INTO members VALUES
  ('p1', 'A', 'owner', NULL, NULL, 0, 1790000000000, NULL, NULL, NULL),
  ('p1', 'B', 'pending', x'01', 'A', 9007199254740991, 1790000000002, 7, x'02', NULL),
  ('p1', 'C', 'member', NULL, NULL, 0, 1790000000003, 1790000000, x'03', 1790000000003),
  ('p2', 'B', 'owner', NULL, NULL, 0, 1790000000001, NULL, NULL, NULL);
INSERT INTO sessions VALUES (41, 'c1', 'A', 'B', 1790000000000, 1790000000900, 9007199254740991, 0, 'ended'), (42, 'c2', 'B', 'A', 1, 2, 3, 4, 'left');
DELETE FROM sessions WHERE id = 42;
`;

const stores: Store[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

async function open(directory: string): Promise<Store> {
  const store = await openStore(directory, RELAY_PROCESS_LIMITS);
  stores.push(store);
  return store;
}

/** Makes a database of version 0.1.0 with rows. */
function makeVersion1(): string {
  const directory = temporaryDirectory();
  const database = new DatabaseSync(join(directory, 'relay.db'));
  database.exec(VERSION_1 + ROWS);
  database.close();
  return directory;
}

function inspect<Result>(directory: string, look: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(join(directory, 'relay.db'));
  try {
    return look(database);
  } finally {
    database.close();
  }
}

const schemaOf = (database: DatabaseSync): unknown =>
  database.prepare("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'kysely%' ORDER BY name").all();
const rowsOf = (database: DatabaseSync, table: string): unknown[] => database.prepare(`SELECT * FROM ${table}`).all();

test('a database of version 0.1.0 becomes the same as a new one', async () => {
  const [old, fresh] = [makeVersion1(), temporaryDirectory()];
  await Promise.all([open(old), open(fresh)]);
  expect(inspect(old, schemaOf)).toEqual(inspect(fresh, schemaOf));
});

test('a database of version 0.1.0 loses nothing', async () => {
  const directory = makeVersion1();
  const before = inspect(directory, (database) =>
    ['devices', 'members', 'sessions'].map((table) => rowsOf(database, table)),
  );
  const store = await open(directory);
  const [devices = [], members = [], sessions = []] = before;
  inspect(directory, (database) => {
    expect(rowsOf(database, 'devices')).toEqual(devices.map((row) => ({ ...(row as object), account: null })));
    expect(rowsOf(database, 'members')).toEqual(members.map((row) => ({ ...(row as object), account: null })));
    expect(rowsOf(database, 'sessions')).toEqual(sessions);
    const added = { name: '', owner_account: null, claim: null, claim_serial: null, plain_allowed: 0 };
    expect(rowsOf(database, 'projects')).toEqual([
      { ...added, id: 'p1', owner_device: 'A', created_at: 1_790_000_000_000, updated_at: 1_790_000_000_000 },
      { ...added, id: 'p2', owner_device: 'B', created_at: 1_790_000_000_001, updated_at: 1_790_000_000_001 },
    ]);
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  });
  expect(await store.isMemberOfAny('B', ['p1'])).toBe(true);
  expect(await store.isMemberOfAny('C', ['p1'])).toBe(false);
  // The number of a deleted session isn't used again.
  const [session] = await store.sessions(1);
  if (session === undefined) throw new Error('no session');
  await store.addSessions([session], session.endedAt);
  expect(inspect(directory, (database) => rowsOf(database, 'sessions').at(-1))).toMatchObject({ id: 43 });
});

test('a migration that fails leaves a database of version 0.1.0 as it was', async () => {
  const directory = makeVersion1();
  inspect(directory, (database) => database.exec('CREATE TABLE skill_configs (id text)'));
  const state = (database: DatabaseSync): unknown => [
    schemaOf(database),
    ...['projects', 'devices', 'members', 'sessions', 'kysely_migration'].map((table) => rowsOf(database, table)),
  ];
  const before = inspect(directory, state);
  await expect(openStore(directory, RELAY_PROCESS_LIMITS)).rejects.toMatchObject({ code: 'relay.database' });
  expect(inspect(directory, state)).toEqual(before);
});

test('every column that refers to another table is found by an index', async () => {
  const directory = temporaryDirectory();
  await open(directory);
  const missing = inspect(directory, (database) => {
    const indexed = new Set<string>();
    const columns =
      "SELECT t.name AS owner, c.name AS name FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c WHERE t.type = 'table' AND c.seqno = 0";
    for (const row of database.prepare(columns).all()) indexed.add(`${String(row['owner'])}.${String(row['name'])}`);
    const references =
      "SELECT t.name AS owner, f.[from] AS name FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' AND f.seq = 0";
    const rows = database.prepare(references).all();
    expect(rows.length).toBeGreaterThan(20);
    return rows.map((row) => `${String(row['owner'])}.${String(row['name'])}`).filter((name) => !indexed.has(name));
  });
  expect(missing).toEqual([]);
});

test('a database in which browsers are named as inviters of members that they did not let in is repaired', async () => {
  const directory = temporaryDirectory();
  await (await openStore(directory, RELAY_PROCESS_LIMITS)).close();
  const insert = (peer: string, role: string, inviter: string | null, added: number, account: string | null = null) =>
    `INSERT INTO members (project_id, peer_id, role, inviter, serial, added_at, account)
     VALUES ('p1', '${peer}', '${role}', ${inviter === null ? 'NULL' : `'${inviter}'`}, 0, ${added}, ${account === null ? 'NULL' : `'${account}'`});`;
  const devices = ['owner', 'before', 'after', 'ticket', 'paired', 'page'];
  const inviters = (database: DatabaseSync): unknown =>
    database.prepare("SELECT peer_id, inviter FROM members WHERE peer_id NOT IN ('page') ORDER BY peer_id").all();
  inspect(directory, (database) => {
    // As if the database were from before the repair.
    database.exec(`
      DELETE FROM kysely_migration WHERE name >= '0006-inviters';
      PRAGMA foreign_keys = OFF;
      DROP TABLE foreign_nonces;
      ALTER TABLE foreign_instances ADD COLUMN ahead integer DEFAULT 0 NOT NULL;
    `);
    database.exec(
      "INSERT INTO projects (id, owner_device, created_at, name, updated_at) VALUES ('p1', 'owner', 1, '', 1);",
    );
    for (const peer of devices)
      database.exec(
        `INSERT INTO devices (peer_id, generation, first_seen, software) VALUES ('${peer}', 1, 1, '${peer === 'page' ? 'browser' : 'clawreach 0.1.0'}');`,
      );
    database.exec(
      insert('owner', 'owner', 'page', 1) +
        insert('before', 'member', 'page', 2) +
        insert('page', 'member', 'owner', 3) +
        insert('after', 'member', 'page', 4) +
        insert('ticket', 'member', 'page', 5, 'account') +
        insert('paired', 'member', 'owner', 6),
    );
  });
  await open(directory);
  expect(inspect(directory, inviters)).toEqual([
    // It was let in by the browser, and goes with it.
    { peer_id: 'after', inviter: 'page' },
    { peer_id: 'before', inviter: null },
    { peer_id: 'owner', inviter: null },
    { peer_id: 'paired', inviter: 'owner' },
    { peer_id: 'ticket', inviter: null },
  ]);
});
