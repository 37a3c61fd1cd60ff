import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { PasswordHasher } from '#relay/accounts/index.ts';
import { AccountSessions } from '#relay/accounts/sessions/index.ts';
import { RELAY_PROCESS_LIMITS } from '#relay/limits/index.ts';
import { openStore } from '#relay/store/index.ts';
import { toUuid } from '#shared/platform/index.ts';
import type { LoadedAccount } from './people.ts';

/** The most people of one project. */
const PEOPLE = 200;
/** The password of all of them: what is measured is to check it. */
export const PASSWORD = 'correct horse battery staple';

/** A data directory for a relay, with accounts that have signed in once; of each 200, in one project, the first is the owner. */
export async function prepareAccounts(count: number): Promise<Readonly<{ data: string; accounts: LoadedAccount[] }>> {
  const data = mkdtempSync(join(tmpdir(), 'clawreach-bench-accounts-'));
  const store = await openStore(data, RELAY_PROCESS_LIMITS);
  const sessions = new AccountSessions(crypto);
  const password = await new PasswordHasher().hash(PASSWORD);
  const now = Date.now();
  const id = (): string => Buffer.from(crypto.randomBytes(16)).toString('hex');
  const accounts: LoadedAccount[] = [];
  await store.transact(async (transaction) => {
    let project = '';
    for (let index = 0; index < count; index += 1) {
      const account = id();
      const email = `person-${index}@example.org`;
      await transaction
        .insertInto('accounts')
        .values({
          id: account,
          email,
          email_verified_at: now,
          name: email,
          password,
          created_at: now,
          disabled_at: null,
        })
        .execute();
      const isOwner = index % PEOPLE === 0;
      if (isOwner) {
        project = id();
        await transaction
          .insertInto('projects')
          .values({
            id: project,
            owner_device: null,
            created_at: now,
            name: `Project ${index / PEOPLE}`,
            owner_account: account,
            claim: null,
            claim_serial: null,
            updated_at: now,
          })
          .execute();
      }
      await transaction
        .insertInto('project_people')
        .values({ project, account, role: isOwner ? 'owner' : 'member', invited_by: null, added_at: now })
        .execute();
      const { token } = await sessions.create(transaction, { account, network: '', agent: 'bench' }, now);
      accounts.push({ email, cookie: token, owned: isOwner ? toUuid(project) : undefined });
    }
  });
  await store.close();
  return { data, accounts };
}
