import { PlatformError } from '#shared/platform/index.ts';
import { useAction, useDashboard, type Action } from '../api/index.ts';
import { endSession } from './end-session.ts';

/** Longest wait for the relay to end the session, ms. */
const SIGN_OUT_WITHIN = 10_000;

/** Returns the action that signs the person out. Without the relay it fails, and the person stays signed in: only the relay can end the session. */
export function useSignOut(): Action<[], unknown> {
  const dashboard = useDashboard();
  return useAction(async (client) => {
    const signal = AbortSignal.timeout(SIGN_OUT_WITHIN);
    try {
      await client.call('auth.signOut', { signal });
    } catch (error) {
      throw signal.aborted ? new PlatformError('platform.no-answer', 'no answer to the sign-out') : error;
    }
    void endSession(dashboard);
  });
}
