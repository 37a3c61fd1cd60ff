import type { Store } from '../../store/index.ts';

/** IDs in one query; SQLite allows 32 766 parameters. */
const CHUNK = 500;

/**
 * Returns which of the accounts are in each of the projects now. Reads the database.
 * @param accounts accounts that are listening
 */
export async function findAudience(
  store: Store,
  projects: readonly string[],
  accounts: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const audience = new Map<string, string[]>();
  const listening = new Set(accounts);
  for (const some of chunks([...new Set(projects)])) {
    const rows = await store.read((database) =>
      database.selectFrom('project_people').select(['project', 'account']).where('project', 'in', some).execute(),
    );
    for (const { project, account } of rows) {
      if (!listening.has(account)) continue;
      const known = audience.get(project);
      if (known === undefined) audience.set(project, [account]);
      else known.push(account);
    }
  }
  return audience;
}

/** Returns which of the sessions are neither ended nor expired, and of an active account. Reads the database. @param now Unix ms */
export async function findLiveSessions(
  store: Store,
  sessions: readonly string[],
  now: number,
): Promise<ReadonlySet<string>> {
  const live = new Set<string>();
  for (const some of chunks(sessions)) {
    const rows = await store.read((database) =>
      database
        .selectFrom('account_sessions')
        .innerJoin('accounts', 'accounts.id', 'account_sessions.account')
        .select('account_sessions.id')
        .where('account_sessions.id', 'in', some)
        .where('account_sessions.expires_at', '>', now)
        .where('accounts.disabled_at', 'is', null)
        .execute(),
    );
    for (const { id } of rows) live.add(id);
  }
  return live;
}

function* chunks(ids: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += CHUNK) yield ids.slice(start, start + CHUNK);
}
