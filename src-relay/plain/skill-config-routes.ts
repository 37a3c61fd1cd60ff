import type { Kysely, Transaction } from 'kysely';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import {
  fromUuid,
  PLATFORM_LIMITS,
  PlatformError,
  toUuid,
  type RouteInput,
  type SkillConfigView,
} from '#shared/platform/index.ts';
import type { Sealer } from '../keys/index.ts';
import type { RouteHandlers } from '../platform/index.ts';
import type { Database } from '../store/index.ts';
import type { PlainContext } from './context.ts';
import { isObject, type JsonObject } from './envelope.ts';
import { newId } from './secrets.ts';

type SkillConfigRouteName =
  | 'skillConfigs.list'
  | 'skillConfigs.create'
  | 'skillConfigs.get'
  | 'skillConfigs.replace'
  | 'skillConfigs.delete';

/** Parts of the relay that the routes of skill configurations use. */
export type SkillConfigServices = Readonly<{
  sealer: Sealer;
  /** Tells the account's pages that its configurations have changed. */
  changed(account: string, ids: readonly string[]): void;
}>;

const COLUMNS = ['id', 'skill_slug', 'node_id', 'name', 'updated_at'] as const;

/** Returns the handlers of node configurations, which only their account reads. They read and write the database, where the content is sealed. */
export function skillConfigRoutes(
  { store, clock, crypto }: Pick<PlainContext, 'store' | 'clock' | 'crypto'>,
  { sealer, changed }: SkillConfigServices,
): RouteHandlers<SkillConfigRouteName> {
  const rowOf = (account: string, id: string, { skill, name, config }: RouteInput<'skillConfigs.create'>) => ({
    id,
    account,
    skill_slug: skill,
    node_id: config.node_id,
    name,
    sealed: sealer.seal(placeOf(id, account), toUtf8(JSON.stringify(config))),
    updated_at: clock.now(),
  });

  return {
    async 'skillConfigs.list'({ caller }) {
      return { skillConfigs: await store.read((database) => listSkillConfigs(database, caller.account)) };
    },

    async 'skillConfigs.create'({ caller, input }) {
      const row = rowOf(caller.account, newId(crypto), input);
      await store.transact(async (transaction) => {
        const { count } = await transaction
          .selectFrom('skill_configs')
          .select((builder) => builder.fn.countAll<number>().as('count'))
          .where('account', '=', caller.account)
          .executeTakeFirstOrThrow();
        if (count >= PLATFORM_LIMITS.skillConfigs) throw new PlatformError('platform.limit', 'too many configurations');
        await requireUnused(transaction, row);
        await transaction.insertInto('skill_configs').values(row).execute();
      });
      changed(caller.account, [toUuid(row.id)]);
      return viewOf(row);
    },

    async 'skillConfigs.get'({ caller, params }) {
      const row = await store.read((database) => findOwn(database, caller.account, fromUuid(params.configuration)));
      return { ...viewOf(row), config: parseConfig(sealer.open(placeOf(row.id, caller.account), row.sealed)) };
    },

    async 'skillConfigs.replace'({ caller, params, input }) {
      const row = rowOf(caller.account, fromUuid(params.configuration), input);
      await store.transact(async (transaction) => {
        await findOwn(transaction, caller.account, row.id);
        await requireUnused(transaction, row);
        await transaction.updateTable('skill_configs').set(row).where('id', '=', row.id).execute();
      });
      changed(caller.account, [toUuid(row.id)]);
      return viewOf(row);
    },

    async 'skillConfigs.delete'({ caller, params }) {
      const id = fromUuid(params.configuration);
      await store.transact(async (transaction) => {
        await findOwn(transaction, caller.account, id);
        await transaction.deleteFrom('skill_configs').where('id', '=', id).execute();
      });
      changed(caller.account, [toUuid(id)]);
      return {};
    },
  };
}

/** Lists the configurations of an account without their content, by name. Reads the database. */
export async function listSkillConfigs(database: Kysely<Database>, account: string): Promise<SkillConfigView[]> {
  const rows = await database
    .selectFrom('skill_configs')
    .select(COLUMNS)
    .where('account', '=', account)
    .orderBy('name')
    .orderBy('id')
    .execute();
  return rows.map((row) => viewOf(row));
}

/** Returns a configuration of an account. @throws {PlatformError} `platform.not-found`, also for another account's */
async function findOwn(database: Kysely<Database>, account: string, id: string) {
  const row = await database
    .selectFrom('skill_configs')
    .selectAll()
    .where('id', '=', id)
    .where('account', '=', account)
    .executeTakeFirst();
  if (row === undefined) throw new PlatformError('platform.not-found', 'not found');
  return row;
}

/** Checks that no other configuration of the account is for the same skill and node. @throws {PlatformError} `account.skill-config-exists` */
async function requireUnused(
  transaction: Transaction<Database>,
  row: Pick<Database['skill_configs'], 'id' | 'account' | 'skill_slug' | 'node_id'>,
): Promise<void> {
  const other = await transaction
    .selectFrom('skill_configs')
    .select('id')
    .where('account', '=', row.account)
    .where('skill_slug', '=', row.skill_slug)
    .where('node_id', '=', row.node_id)
    .where('id', '!=', row.id)
    .executeTakeFirst();
  if (other !== undefined) throw new PlatformError('account.skill-config-exists', 'there is one for this node');
}

function viewOf(row: Pick<Database['skill_configs'], (typeof COLUMNS)[number]>): SkillConfigView {
  return { id: toUuid(row.id), skill: row.skill_slug, nodeId: row.node_id, name: row.name, updatedAt: row.updated_at };
}

function placeOf(id: string, account: string): string {
  return `skill-config ${id} ${account}`;
}

function parseConfig(bytes: Uint8Array): JsonObject {
  const value: unknown = JSON.parse(fromUtf8(bytes));
  return isObject(value) ? value : {};
}
