import type { Insertable } from 'kysely';
import { expect, it } from 'vitest';
import type { Database, Store } from '#relay/store/index.ts';
import { FOREIGN_COLUMNS, FULL_ROWS, insert, insertAll, TABLES, type Table } from './rows.ts';
import { newStore, type StoreStageFactory } from './stage.ts';

const ACCOUNT = FULL_ROWS.accounts.id;
const PROJECT = FULL_ROWS.projects.id;
/** An ID that no row has. */
const OTHER = 'e'.repeat(32);

type Row = Readonly<Record<string, unknown>>;

async function rowsOf(store: Store, table: Table): Promise<Row[]> {
  const rows = await store.read((database) =>
    database
      .selectFrom(table as 'accounts')
      .selectAll()
      .execute(),
  );
  return rows.map((row) => comparable(row));
}

/** Bytes as text: an engine may return a subclass of Uint8Array. */
function comparable(row: object): Row {
  const entries = Object.entries(row).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString('hex')}` : value,
  ]);
  return Object.fromEntries(entries) as Row;
}

/** Names of the tables without rows. */
async function emptyTables(store: Store): Promise<Table[]> {
  const empty: Table[] = [];
  for (const table of TABLES) if ((await rowsOf(store, table)).length === 0) empty.push(table);
  return empty;
}

/** Reports whether the database takes one more row. */
async function takes<Name extends Table>(
  store: Store,
  table: Name,
  changes: Partial<Insertable<Database[Name]>>,
): Promise<boolean> {
  const inserted = store.transact((transaction) => insert(transaction, table, changes));
  return inserted.then(
    () => true,
    () => false,
  );
}

export function testTables(create: StoreStageFactory): void {
  it('returns every column of every table as it was written, also after it was closed', async () => {
    const stage = create();
    const first = await stage.open();
    await first.transact((transaction) => insertAll(transaction));
    await first.close();
    const second = await stage.open();
    for (const table of TABLES) {
      expect([table, await rowsOf(second, table)]).toEqual([table, [comparable(FULL_ROWS[table])]]);
    }
    await second.close();
  });

  it('finds a row by its bytes, and takes parts of larger buffers', async () => {
    const store = await newStore(create);
    const large = crypto.getRandomValues(new Uint8Array(60_000));
    const [hash, other] = [large.subarray(1, 33), large.subarray(2, 34)];
    await store.transact(async (transaction) => {
      await insert(transaction, 'accounts');
      await insert(transaction, 'account_sessions', { token_hash: hash });
      await insert(transaction, 'account_sessions', { id: OTHER, token_hash: other });
      await insert(transaction, 'skill_configs', { sealed: Buffer.from(large) });
    });
    const found = await store.read((database) =>
      database.selectFrom('account_sessions').select('id').where('token_hash', '=', other.slice()).execute(),
    );
    expect(found).toEqual([{ id: OTHER }]);
    expect(await rowsOf(store, 'skill_configs')).toEqual([comparable({ ...FULL_ROWS.skill_configs, sealed: large })]);
  });

  it('takes no row that refers to nothing', async () => {
    const store = await newStore(create);
    await store.transact((transaction) => insertAll(transaction));
    for (const [table, column] of FOREIGN_COLUMNS) {
      await store.transact((transaction) => transaction.deleteFrom(table as 'accounts').execute());
      const [strange, honest] = [await takes(store, table, { [column]: OTHER }), await takes(store, table, {})];
      expect([table, column, strange, honest]).toEqual([table, column, false, true]);
    }
  });

  it('takes no project without an owner', async () => {
    const store = await newStore(create);
    expect(await takes(store, 'projects', { owner_device: null, owner_account: null })).toBe(false);
    expect(await takes(store, 'projects', { owner_device: 'D', owner_account: null })).toBe(true);
  });

  it('takes an address, a token, a node and a credential once', async () => {
    const store = await newStore(create);
    await store.transact((transaction) => insertAll(transaction));
    expect({
      email: await takes(store, 'accounts', { id: OTHER }),
      session: await takes(store, 'account_sessions', { id: OTHER }),
      passkey: await takes(store, 'passkeys', {}),
      token: await takes(store, 'one_time', {}),
      ticket: await takes(store, 'enrol_tickets', {}),
      connector: await takes(store, 'plain_devices', { id: OTHER }),
      node: await takes(store, 'skill_configs', { id: OTHER }),
    }).toEqual({
      email: false,
      session: false,
      passkey: false,
      token: false,
      ticket: false,
      connector: false,
      node: false,
    });
    expect({
      otherNode: await takes(store, 'skill_configs', { id: OTHER, node_id: 'other' }),
      unpaired: await takes(store, 'plain_devices', { id: OTHER, token_hash: null }),
      alsoUnpaired: await takes(store, 'plain_devices', { id: 'd'.repeat(32), token_hash: null }),
    }).toEqual({ otherNode: true, unpaired: true, alsoUnpaired: true });
  });

  it('takes one pending invitation of an address to a project, and any number of past ones', async () => {
    const store = await newStore(create);
    await store.transact(async (transaction) => {
      await insert(transaction, 'accounts');
      await insert(transaction, 'projects');
      await insert(transaction, 'projects', { id: OTHER });
    });
    for (const [id, status] of [
      ['past', 'declined'],
      ['older', 'declined'],
      ['oldest', 'accepted'],
    ] as const) {
      expect(await takes(store, 'invitations', { id, status })).toBe(true);
    }
    const race = ['one', 'two', 'three'].map((id) => takes(store, 'invitations', { id }));
    expect((await Promise.all(race)).filter(Boolean)).toHaveLength(1);
    expect(await takes(store, 'invitations', { id: 'elsewhere', project: OTHER })).toBe(true);
    expect(await takes(store, 'invitations', { id: 'else', email: 'else@example.org' })).toBe(true);
  });

  it('takes one owner of a project', async () => {
    const store = await newStore(create);
    await store.transact(async (transaction) => {
      await insert(transaction, 'accounts');
      await insert(transaction, 'accounts', { id: OTHER, email: 'other@example.org' });
      await insert(transaction, 'projects');
      await insert(transaction, 'project_people');
    });
    expect(await takes(store, 'project_people', { account: OTHER })).toBe(false);
    expect(await takes(store, 'project_people', { account: OTHER, role: 'member' })).toBe(true);
  });

  it('numbers rows upwards, and none with the number of a deleted one', async () => {
    const store = await newStore(create);
    const { id: _, ...entry } = FULL_ROWS.account_audit;
    const numbers: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await store.transact(async (transaction) => {
        await transaction.insertInto('account_audit').values(entry).execute();
        const rows = await transaction.selectFrom('account_audit').select('id').execute();
        numbers.push(...rows.map(({ id }) => id));
        await transaction.deleteFrom('account_audit').execute();
      });
    }
    expect(numbers.toSorted((one, other) => one - other)).toEqual(numbers);
    expect(new Set(numbers).size).toBe(3);
  });

  it('ends with a project its members, people, invitations, tickets, plain devices and foreign instances; no account and no device', async () => {
    const store = await newStore(create);
    await store.transact(async (transaction) => {
      await insertAll(transaction);
      await transaction.deleteFrom('projects').execute();
    });
    expect(await emptyTables(store)).toEqual([
      'projects',
      'members',
      'project_people',
      'invitations',
      'device_labels',
      'enrol_tickets',
      'plain_devices',
      'plain_sessions',
      'one_time',
      'foreign_instances',
      'foreign_nonces',
    ]);
  });

  it('ends with an account all that signs in to it; devices keep their project and its history', async () => {
    const store = await newStore(create);
    await store.transact(async (transaction) => {
      await insertAll(transaction);
      await transaction.deleteFrom('accounts').execute();
    });
    expect(await emptyTables(store)).toEqual([
      'accounts',
      'account_pictures',
      'project_people',
      'invitations',
      'enrol_tickets',
      'account_sessions',
      'passkeys',
      'plain_devices',
      'plain_sessions',
      'one_time',
      'skill_configs',
    ]);
    expect(await rowsOf(store, 'projects')).toEqual([comparable({ ...FULL_ROWS.projects, owner_account: null })]);
    expect(await rowsOf(store, 'members')).toEqual([comparable({ ...FULL_ROWS.members, account: null })]);
    expect(await rowsOf(store, 'devices')).toEqual([comparable({ ...FULL_ROWS.devices, account: null })]);
    expect(await rowsOf(store, 'account_audit')).toEqual([comparable(FULL_ROWS.account_audit)]);
  });

  it('keeps the sessions of a plain device when the account that began them ends, without its name', async () => {
    const store = await newStore(create);
    await store.transact(async (transaction) => {
      await insertAll(transaction);
      await insert(transaction, 'accounts', { id: OTHER, email: 'other@example.org' });
      await transaction.updateTable('plain_sessions').set({ account: OTHER }).execute();
      await insert(transaction, 'project_people', { account: OTHER, role: 'member' });
      await transaction
        .updateTable('project_people')
        .set({ invited_by: OTHER })
        .where('account', '=', ACCOUNT)
        .execute();
      await transaction.deleteFrom('accounts').where('id', '=', OTHER).execute();
    });
    expect(await rowsOf(store, 'plain_sessions')).toEqual([comparable({ ...FULL_ROWS.plain_sessions, account: null })]);
    expect(await rowsOf(store, 'project_people')).toEqual([{ ...FULL_ROWS.project_people, invited_by: null }]);
  });

  it('ends no account that alone owns a project: the project goes first', async () => {
    const store = await newStore(create);
    await store.transact(async (transaction) => {
      await insert(transaction, 'accounts');
      await insert(transaction, 'projects', { owner_device: null });
    });
    const endAccount = (): Promise<unknown> =>
      store.transact((transaction) => transaction.deleteFrom('accounts').where('id', '=', ACCOUNT).execute());
    await expect(endAccount()).rejects.toBeInstanceOf(Error);
    expect(await rowsOf(store, 'projects')).toEqual([comparable({ ...FULL_ROWS.projects, owner_device: null })]);
    await store.transact((transaction) => transaction.deleteFrom('projects').where('id', '=', PROJECT).execute());
    await endAccount();
    expect(await rowsOf(store, 'accounts')).toEqual([]);
  });

  it('ends with a plain device its sessions and codes', async () => {
    const store = await newStore(create);
    await store.transact(async (transaction) => {
      await insertAll(transaction);
      await transaction.deleteFrom('plain_devices').execute();
    });
    expect(await emptyTables(store)).toEqual(['plain_devices', 'plain_sessions', 'one_time']);
  });
}
