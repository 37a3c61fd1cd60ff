import type { DashboardApi } from '../api/index.ts';
import { goTo } from '../router/index.ts';

/**
 * Ends the session in this page after the relay has ended it: everything read is forgotten at once, then this browser ends as a machine, since its keys
 * go with the person. The page for signing in waits for that, and says what has become of the keys. Never rejects.
 * @param options.wasMachine true if this browser had keys, whose end the page then mentions
 */
export async function endSession(
  { client, session }: Pick<DashboardApi, 'client' | 'session'>,
  { wasMachine = false }: Readonly<{ wasMachine?: boolean }> = {},
): Promise<void> {
  session.left('removing');
  goTo({ page: 'auth' });
  try {
    const { endMachine } = await import('../machine-agent/index.ts');
    const told = await endMachine(async () => (await client.call('relay.get')).version);
    session.left(wasMachine ? (told ? 'removed' : 'untold') : undefined);
  } catch {
    session.left('kept');
  }
}
