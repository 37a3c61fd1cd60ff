import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Store } from '#relay/store/index.ts';
import { newStore, type StoreStageFactory } from './stage.ts';

const PROJECT = 'a'.repeat(32);

async function count(store: Store): Promise<number> {
  const { updated_at: value } = await store.read((database) =>
    database.selectFrom('projects').select('updated_at').where('id', '=', PROJECT).executeTakeFirstOrThrow(),
  );
  return value;
}

async function addProject(store: Store, id = PROJECT): Promise<void> {
  await store.transact((transaction) =>
    transaction
      .insertInto('projects')
      .values({ id, owner_device: 'D', created_at: 0, name: '', updated_at: 0 })
      .execute(),
  );
}

async function projects(store: Store): Promise<string[]> {
  const rows = await store.read((database) => database.selectFrom('projects').select('id').orderBy('id').execute());
  return rows.map(({ id }) => id);
}

export function testTasks(create: StoreStageFactory): void {
  it('loses no change of tasks that are asked for at once', async () => {
    const store = await newStore(create);
    await addProject(store);
    await Promise.all(
      Array.from({ length: 20 }, () =>
        store.transact(async (transaction) => {
          const { updated_at: value } = await transaction
            .selectFrom('projects')
            .select('updated_at')
            .executeTakeFirstOrThrow();
          await setImmediate();
          await transaction
            .updateTable('projects')
            .set({ updated_at: value + 1 })
            .execute();
        }),
      ),
    );
    expect(await count(store)).toBe(20);
  });

  it('reports a result once it is committed, before the next task begins', async () => {
    const store = await newStore(create);
    const heard: string[] = [];
    const task = (name: string) => async (): Promise<string> => {
      heard.push(`${name} begins`);
      await setImmediate();
      return name;
    };
    const committed = (name: string): void => void heard.push(`${name} committed`);
    await Promise.all([
      store.transact(task('first'), committed),
      store.exclusively(task('second'), committed),
      store.transact(task('third'), committed),
    ]);
    expect(heard).toEqual([
      'first begins',
      'first committed',
      'second begins',
      'second committed',
      'third begins',
      'third committed',
    ]);
  });

  it('undoes a task that fails, reports nothing as committed, and goes on with the next', async () => {
    const store = await newStore(create);
    let isCommitted = false;
    const failing = store.transact(
      async (transaction) => {
        await transaction
          .insertInto('projects')
          .values({ id: PROJECT, owner_device: 'D', created_at: 0, name: '', updated_at: 0 })
          .execute();
        throw new Error('on purpose');
      },
      () => (isCommitted = true),
    );
    const next = addProject(store, 'b'.repeat(32));
    await expect(failing).rejects.toThrow('on purpose');
    await next;
    expect([isCommitted, await projects(store)]).toEqual([false, ['b'.repeat(32)]]);
  });

  it('undoes a task whose query the database rejects, with all that came before it', async () => {
    const store = await newStore(create);
    const row = { id: PROJECT, owner_device: 'D', created_at: 0, name: '', updated_at: 0 };
    await expect(
      store.transact(async (transaction) => {
        await transaction.insertInto('projects').values(row).execute();
        await transaction.insertInto('projects').values(row).execute();
      }),
    ).rejects.toBeInstanceOf(Error);
    expect(await projects(store)).toEqual([]);
  });

  it('shows no read what a task has not committed', async () => {
    const store = await newStore(create);
    await addProject(store);
    const written = Promise.withResolvers<undefined>();
    const mayEnd = Promise.withResolvers<undefined>();
    const failing = store.transact(async (transaction) => {
      await transaction.updateTable('projects').set({ updated_at: 1 }).execute();
      written.resolve(undefined);
      await mayEnd.promise;
      throw new Error('on purpose');
    });
    await written.promise;
    const seen = count(store);
    mayEnd.resolve(undefined);
    await expect(failing).rejects.toThrow('on purpose');
    expect(await seen).toBe(0);
  });

  it('gives a task the rules of membership in its own transaction', async () => {
    const store = await newStore(create);
    await expect(
      store.transact(async (transaction, changes) => {
        await transaction.insertInto('devices').values({ peer_id: 'D', generation: 0, first_seen: 0 }).execute();
        await changes.createProject(PROJECT, 'D' as never, 0);
        expect(await transaction.selectFrom('members').select('role').execute()).toEqual([{ role: 'owner' }]);
        throw new Error('on purpose');
      }),
    ).rejects.toThrow('on purpose');
    expect(await projects(store)).toEqual([]);
  });

  it('rejects a call from within a task, which would wait for itself, and goes on', async () => {
    const store = await newStore(create);
    const calls: Record<string, () => Promise<unknown>> = {
      transact: () => store.transact(async () => undefined),
      exclusively: () => store.exclusively(async () => undefined),
      read: () => store.read(async () => undefined),
      isMemberOfAny: () => store.isMemberOfAny('D', [PROJECT]),
      sessions: () => store.sessions(1),
    };
    const outcomes = await store.transact(() => Promise.allSettled(Object.values(calls).map((call) => call())));
    expect(outcomes.map(({ status }) => status)).toEqual(Object.keys(calls).map(() => 'rejected'));
    await addProject(store);
    expect(await projects(store)).toEqual([PROJECT]);
  });

  it('takes calls of work that a task began, once the task has ended', async () => {
    const store = await newStore(create);
    const ended = Promise.withResolvers<undefined>();
    let later: Promise<void> | undefined;
    await store.transact(async () => {
      later = ended.promise.then(() => addProject(store));
    });
    ended.resolve(undefined);
    await later;
    expect(await projects(store)).toEqual([PROJECT]);
  });

  it('rejects a read that writes', async () => {
    const store = await newStore(create);
    await addProject(store);
    const writes: Record<string, Promise<unknown>> = {
      insert: store.read((database) =>
        database.insertInto('devices').values({ peer_id: 'D', generation: 0, first_seen: 0 }).execute(),
      ),
      update: store.read((database) => database.updateTable('projects').set({ name: 'taken' }).execute()),
      delete: store.read((database) => database.deleteFrom('projects').execute()),
      schema: store.read((database) => database.schema.dropTable('projects').execute()),
      transaction: store.read((database) =>
        database.transaction().execute((transaction) => transaction.deleteFrom('projects').execute()),
      ),
    };
    const outcomes = await Promise.allSettled(Object.values(writes));
    expect(outcomes.map(({ status }) => status)).toEqual(Object.keys(writes).map(() => 'rejected'));
    expect(await projects(store)).toEqual([PROJECT]);
  });
}
