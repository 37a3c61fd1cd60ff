import type { Kysely } from 'kysely';
import { PLATFORM_LIMITS } from '#shared/platform/index.ts';
import type { AccountDevices } from './port.ts';
import type { Database } from './schema/index.ts';

/** Finds the account that admitted a device, and its own devices (`Store.accountDevices`). */
export async function accountDevices(
  database: Kysely<Database>,
  peer: string,
  now: number,
): Promise<AccountDevices | undefined> {
  const admitted = await database
    .selectFrom('members')
    .innerJoin('accounts', 'accounts.id', 'members.account')
    .innerJoin('projects', 'projects.id', 'members.project_id')
    .select([
      'members.project_id as project',
      'accounts.id as account',
      'accounts.email',
      'projects.owner_account as owner',
    ])
    .where('members.peer_id', '=', peer)
    .where('members.removed_at', 'is', null)
    .where('accounts.disabled_at', 'is', null)
    .orderBy('members.added_at', 'desc')
    .execute();
  const [first] = admitted;
  if (first === undefined) return undefined;
  const { account, email } = first;
  const ofAccount = admitted.filter((membership) => membership.account === account);
  const own = ofAccount.flatMap(({ project, owner }) => (owner === account ? [project] : []));
  const strong = await database
    .selectFrom('account_sessions')
    .select('id')
    .where('account', '=', account)
    // The wall clock may be set back.
    .where('strong_at', '>', now - PLATFORM_LIMITS.stepUp)
    .where('strong_at', '<', now + PLATFORM_LIMITS.stepUp)
    .executeTakeFirst();
  const rows = await database
    .selectFrom('members')
    .select('peer_id')
    .distinct()
    .where('removed_at', 'is', null)
    .where((builder) =>
      builder.or([
        builder.and([
          builder(
            'project_id',
            'in',
            ofAccount.map(({ project }) => project),
          ),
          builder('account', '=', account),
        ]),
        ...(own.length === 0 ? [] : [builder.and([builder('project_id', 'in', own), builder('account', 'is', null)])]),
      ]),
    )
    .execute();
  return { account, email, isSteppedUp: strong !== undefined, devices: rows.map((row) => row.peer_id) };
}
