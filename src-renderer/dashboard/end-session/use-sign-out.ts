import { useState } from 'react';
import { PlatformError } from '#shared/platform/index.ts';
import { useAccount, useAction, useDashboard, type Action } from '../api/index.ts';
import { isMachine } from '../kept-keys/index.ts';
import { endSession } from './end-session.ts';
import type { SignOutEnds } from './sign-out-ends.ts';

/** Longest wait for the relay to end the session, ms. */
const SIGN_OUT_WITHIN = 10_000;

/** Action that signs the person out. */
export type SignOut = Action<[], unknown> &
  Readonly<{
    /** Loss by the sign-out, while the person is asked about it. */
    ends: SignOutEnds | undefined;
    /** Signs out where nothing ends with it; asks the person otherwise. */
    ask(): Promise<void>;
    /** Closes the question. */
    keep(): void;
  }>;

/** Returns what ends with the keys of an owner, as `signOutEnds`, which is loaded only now. */
export async function readKeysEnd(owner: string): Promise<SignOutEnds | undefined> {
  const { signOutEnds } = await import('./sign-out-ends.ts');
  return await signOutEnds(owner);
}

/** Returns the action that signs the person out. Without the relay it fails, and the person stays signed in: only the relay can end the session. */
export function useSignOut(): SignOut {
  const dashboard = useDashboard();
  const { id: account } = useAccount();
  const [ends, setEnds] = useState<SignOutEnds>();
  const action = useAction(async (client) => {
    // The relay's event may be faster than its answer, and end this browser as a machine before.
    const wasMachine = await isMachine().catch(() => false);
    const signal = AbortSignal.timeout(SIGN_OUT_WITHIN);
    try {
      await client.call('auth.signOut', { signal });
    } catch (error) {
      throw signal.aborted ? new PlatformError('platform.no-answer', 'no answer to the sign-out') : error;
    } finally {
      setEnds(undefined);
    }
    void endSession(dashboard, { wasMachine });
  });
  return {
    ...action,
    ends,
    keep: () => setEnds(undefined),
    ask: async () => {
      const found = await readKeysEnd(account);
      if (found === undefined) await action.run();
      else {
        setEnds(found);
        const { prepareEnd } = await import('../machine-agent/index.ts');
        await prepareEnd(async () => (await dashboard.client.call('relay.get')).version);
      }
    },
  };
}
