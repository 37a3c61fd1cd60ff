import { PlatformError } from '#shared/platform/index.ts';
import type { AccountData, AccountListener, Invitations } from '#relay/accounts/index.ts';
import type { Store } from '#relay/store/index.ts';

/** What an `AccountListener` was told, in order. */
export type Notice = readonly ['ended', string, readonly string[] | 'all'] | readonly ['changed', string, string];

/** A listener that remembers what it was told. */
export function recordingListener(): AccountListener & Readonly<{ notices: Notice[] }> {
  const notices: Notice[] = [];
  return {
    notices,
    ended: (account, sessions) => notices.push(['ended', account, sessions]),
    changed: (account, topic) => notices.push(['changed', account, topic]),
  };
}

/** Invitations as the platform has them, in as few queries as possible. */
export function testInvitations(): Invitations {
  const accept = async (
    transaction: Parameters<Invitations['fulfil']>[0]['transaction'],
    account: string,
    { id, project, invited_by }: Readonly<{ id: string; project: string; invited_by: string }>,
  ): Promise<void> => {
    await transaction
      .insertInto('project_people')
      .values({ project, account, role: 'member', invited_by, added_at: 1 })
      .execute();
    await transaction.updateTable('invitations').set({ status: 'accepted' }).where('id', '=', id).execute();
  };
  return {
    async isInvited(database, email, now) {
      const row = await database
        .selectFrom('invitations')
        .select('id')
        .where('email', '=', email)
        .where('status', '=', 'pending')
        .where('expires_at', '>', now)
        .executeTakeFirst();
      return row !== undefined;
    },
    async fulfil({ transaction }, account, email) {
      const rows = await transaction
        .selectFrom('invitations')
        .selectAll()
        .where('email', '=', email)
        .where('status', '=', 'pending')
        .execute();
      for (const row of rows) await accept(transaction, account, row);
      return () => undefined;
    },
    async redeem({ transaction }, account, token) {
      const row = await transaction
        .selectFrom('invitations')
        .selectAll()
        .where('project', '=', token.project ?? '')
        .where('email', '=', token.email ?? '')
        .where('status', '=', 'pending')
        .executeTakeFirst();
      if (row === undefined) throw new PlatformError('account.link', 'the invitation is over');
      await accept(transaction, account, row);
      return () => undefined;
    },
  };
}

/** Data of other features, of which there is none; remembers which accounts were disabled. */
export function testAccountData(): AccountData & Readonly<{ disabledAccounts: string[] }> {
  const disabledAccounts: string[] = [];
  return {
    disabledAccounts,
    async remove({ transaction }, account) {
      await transaction
        .deleteFrom('projects')
        .where('owner_account', '=', account)
        .where('owner_device', 'is', null)
        .execute();
      return () => undefined;
    },
    changed: async () => () => undefined,
    async disabled(account) {
      disabledAccounts.push(account);
    },
    export: async () => ({ projects: [], invitations: [], skillConfigs: [], plainSessions: [] }),
  };
}

/** Adds a project of an account, and a pending invitation to it. */
export async function addInvitation(
  store: Store,
  { project, owner, email, expiresAt }: Readonly<{ project: string; owner: string; email: string; expiresAt: number }>,
): Promise<void> {
  await store.transact(async (transaction) => {
    await transaction
      .insertInto('projects')
      .values({
        id: project,
        name: 'Home',
        owner_account: owner,
        owner_device: null,
        claim: null,
        claim_serial: null,
        created_at: 1,
        updated_at: 1,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await transaction
      .insertInto('invitations')
      .values({
        id: `${project.slice(0, 16)}${Buffer.from(email).toString('hex').padEnd(16, '0').slice(0, 16)}`,
        project,
        email,
        invited_by: owner,
        status: 'pending',
        created_at: 1,
        expires_at: expiresAt,
      })
      .execute();
  });
}
