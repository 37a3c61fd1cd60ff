import type { PlatformClient } from '#shared/platform/index.ts';
import type { DashboardApi } from '../api/index.ts';
import { isMachine, keptAccount } from '../kept-keys/index.ts';

/**
 * Ends this browser as a machine when the relay says that its session is over, however it ended, and when another account has signed in: on a shared
 * computer, the next person must not be this device.
 */
export function followSession({ client, session }: Pick<DashboardApi, 'client' | 'session'>): void {
  /** Account of the session; null: none; undefined: not known yet. */
  let followed: string | null | undefined;
  const follow = (): void => {
    const { status } = session;
    if (status.state === 'loading' || status.state === 'failed') return;
    const account = status.state === 'signed-in' ? status.account.id : null;
    // A person who signs out here has the keys removed by `endSession`.
    if (account === followed || (status.state === 'signed-out' && status.keys !== undefined)) return;
    const wasSignedIn = typeof followed === 'string';
    followed = account;
    // The next person can't sign in before the keys are gone. Where no one was signed in, the page for it needn't wait.
    if (account === null && wasSignedIn) session.keysOf('removing');
    void endFormer(client, account).then(
      (ended) => session.keysOf(ended),
      () => session.keysOf('kept'),
    );
  };
  session.subscribe(follow);
  follow();
}

/**
 * Ends this browser as a machine of any account but this one.
 * @returns what has become of its keys; undefined if it was none
 * @throws {StoreError} the keys couldn't be removed
 */
async function endFormer(client: PlatformClient, account: string | null): Promise<'removed' | 'untold' | undefined> {
  // A browser that stores nothing has nothing to remove.
  const kept = await keptAccount().catch(() => undefined);
  if (account === null ? !(await isMachine()) : kept === undefined || kept === account) return undefined;
  const { endMachine } = await import('../machine-agent/index.ts');
  const told = await endMachine(async () => (await client.call('relay.get')).version);
  return told ? 'removed' : 'untold';
}
