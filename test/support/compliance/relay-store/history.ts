import { expect, it } from 'vitest';
import { listProjectSessions, type ProjectSessionQuery, type SessionRecord, type Store } from '#relay/store/index.ts';
import { newStore, type StoreStageFactory } from './stage.ts';

function session(connection: string, from: string, to: string, startedAt: number, endedAt = startedAt): SessionRecord {
  return { connection, from, to, startedAt, endedAt, bytesForward: 2 ** 41, bytesBack: 1, reason: 'ended' };
}

/** Adds a project whose members are there from a time until another. */
async function addProject(
  store: Store,
  id: string,
  members: Readonly<Record<string, readonly [from: number, until?: number]>>,
): Promise<void> {
  await store.transact(async (transaction) => {
    await transaction
      .insertInto('projects')
      .values({ id, owner_device: 'D', created_at: 0, name: '', updated_at: 0 })
      .execute();
    for (const [peer, [from, until]] of Object.entries(members)) {
      await transaction
        .insertInto('devices')
        .values({ peer_id: peer, generation: 0, first_seen: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await transaction
        .insertInto('members')
        .values({
          project_id: id,
          peer_id: peer,
          role: 'member',
          serial: 0,
          added_at: from,
          removed_at: until ?? null,
        })
        .execute();
    }
  });
}

async function list(store: Store, query: Partial<ProjectSessionQuery> = {}): Promise<string[]> {
  const rows = await store.read((database) => listProjectSessions(database, { project: 'home', limit: 100, ...query }));
  return rows.map(({ connection }) => connection);
}

export function testHistory(create: StoreStageFactory): void {
  it('returns sessions as they were, newest first', async () => {
    const store = await newStore(create);
    const [old, late] = [session('old', 'A', 'B', 2 ** 33), session('late', 'B', 'A', Number.MAX_SAFE_INTEGER)];
    await store.addSessions([old, late], 2 ** 33);
    await store.addSessions([], 2 ** 33);
    expect(await store.sessions(2)).toEqual([late, old]);
    expect(await store.sessions(1)).toEqual([late]);
  });

  it('is bounded in number and age', async () => {
    const store = await newStore(create, { sessionRows: 5, sessionAge: 1000 });
    const times = Array.from({ length: 20 }, (_, index) => session(`c${index}`, 'A', 'B', 10_000));
    await store.addSessions(times, 10_000);
    expect((await store.sessions(100)).map(({ connection }) => connection)).toEqual([
      'c19',
      'c18',
      'c17',
      'c16',
      'c15',
    ]);
    await store.addSessions([session('new', 'A', 'B', 12_000)], 12_000);
    expect((await store.sessions(100)).map(({ connection }) => connection)).toEqual(['new']);
  });

  it('lists for a project what its devices did while both were members', async () => {
    const store = await newStore(create);
    await addProject(store, 'home', { A: [100], B: [100], late: [300], left: [100, 300] });
    await addProject(store, 'work', { A: [0], B: [0], W: [0] });
    await store.addSessions(
      [
        session('before', 'A', 'B', 50),
        session('first', 'A', 'B', 100),
        session('other project', 'A', 'W', 200),
        session('stranger', 'X', 'A', 200),
        session('before it came', 'A', 'late', 299, 400),
        session('before it left', 'left', 'A', 300, 900),
        session('after it left', 'left', 'A', 301),
        session('after it came', 'late', 'B', 301),
      ],
      0,
    );
    expect(await list(store)).toEqual(['after it came', 'before it left', 'first']);
    expect(await list(store, { project: 'work' })).toEqual(['other project', 'first', 'before']);
    expect(await list(store, { project: 'none' })).toEqual([]);
  });

  it('lists for devices the sessions of either side', async () => {
    const store = await newStore(create);
    await addProject(store, 'home', { A: [0], B: [0], C: [0] });
    await store.addSessions(
      [session('A to B', 'A', 'B', 1), session('B to C', 'B', 'C', 2), session('C to A', 'C', 'A', 3)],
      0,
    );
    expect(await list(store, { peers: ['A'] })).toEqual(['C to A', 'A to B']);
    expect(await list(store, { peers: ['A', 'B'] })).toEqual(['C to A', 'B to C', 'A to B']);
    expect(await list(store, { peers: ['X'] })).toEqual([]);
    expect(await list(store, { peers: [] })).toEqual([]);
    expect(await list(store, { users: ['A', 'C'] })).toEqual(['C to A', 'A to B']);
    expect(await list(store, { users: ['A', 'C'], peers: ['B'] })).toEqual(['A to B']);
    expect(await list(store, { users: [] })).toEqual([]);
  });

  it('counts the device of a person as the user, whichever side has connected', async () => {
    const store = await newStore(create);
    await addProject(store, 'home', { machine: [0], browser: [0], phone: [0] });
    await store.transact(async (transaction) => {
      const account = '0'.repeat(32);
      await transaction
        .insertInto('accounts')
        .values({ id: account, email: 'a@example.org', name: 'Ada', created_at: 0 })
        .execute();
      await transaction.updateTable('members').set({ account }).where('peer_id', '!=', 'machine').execute();
    });
    await store.addSessions(
      [
        session('by browser', 'browser', 'machine', 1),
        session('by machine', 'machine', 'browser', 2),
        session('between two', 'phone', 'browser', 3),
      ],
      0,
    );
    expect(await list(store, { users: ['browser'] })).toEqual(['by machine', 'by browser']);
    expect(await list(store, { users: ['machine'] })).toEqual([]);
    expect(await list(store, { users: ['phone'] })).toEqual(['between two']);
  });

  it('lists page after page every session once, by the time of its beginning', async () => {
    const store = await newStore(create);
    await addProject(store, 'home', { A: [0], B: [0] });
    // Written in another order than they began, several of which began at once.
    const records = Array.from({ length: 23 }, (_, index) => session(`c${index}`, 'A', 'B', (index * 7) % 5, 9));
    await store.addSessions(records, 0);
    const listed: string[] = [];
    const times: number[] = [];
    let before: ProjectSessionQuery['before'];
    for (;;) {
      const query = { project: 'home', limit: 4, before };
      const page = await store.read((database) => listProjectSessions(database, query));
      listed.push(...page.map(({ connection }) => connection));
      times.push(...page.map(({ startedAt }) => startedAt));
      before = page.at(-1);
      if (before === undefined) break;
    }
    expect(listed.toSorted()).toEqual(records.map(({ connection }) => connection).toSorted());
    expect(times).toEqual(times.toSorted((one, other) => other - one));
  });
}
