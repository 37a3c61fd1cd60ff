import { useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { KeptNamesContext } from '../devices/index.ts';
import { forgetOwnKey, isMachine, keptNames, NO_ACCOUNT } from '../kept-keys/index.ts';
import { goTo } from '../router/index.ts';

/** Knowledge about this browser as a machine at a relay without accounts. */
export type ThisBrowser = Readonly<{
  /** True if it has keys. */
  isMachine: boolean;
  /** Names of the machines that it is paired with, by peer ID; none if it keeps nothing beyond its tab. */
  names: ReadonlyMap<string, string>;
}>;

/** State of the keys while they are removed, and after it: `kept` if that failed. */
export type Forgetting = 'removing' | 'removed' | 'kept';

const listeners = new Set<() => void>();
let forgetting: Forgetting | undefined;

/** Tells the other tabs of this browser that it is being forgotten. */
const TABS = 'clawreach forget';

/** Returns what this browser keeps, read when it is shown and after each removal; undefined while it is read. */
export function useThisBrowser(): ThisBrowser | undefined {
  const given = useContext(KeptNamesContext);
  const state = useForgetting();
  const [read, setRead] = useState<ThisBrowser>();
  useEffect(() => {
    let isOver = false;
    if (state === 'removing') return undefined;
    void readThisBrowser().then((found) => !isOver && setRead(found));
    return () => {
      isOver = true;
    };
  }, [state]);
  return given === undefined ? read : { isMachine: given.paired.size > 0, names: given.paired };
}

/** Returns what has become of the keys since this page was loaded; undefined if no one has removed them. */
export function useForgetting(): Forgetting | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => forgetting,
  );
}

/** Leads this tab to the start as soon as another one forgets this browser, whose window would get new keys otherwise. @returns a function that stops it */
export function followForgetting(): () => void {
  const tabs = new BroadcastChannel(TABS);
  tabs.addEventListener('message', ({ data }: MessageEvent<Forgetting>) => {
    goTo({ page: 'home' }, { replace: true });
    set(data);
  });
  return () => tabs.close();
}

/**
 * Forgets this browser: the machines that can be reached and the relay are told, and its keys and everything that it has stored are removed. It is another device
 * after that. Never rejects.
 * @param version of the relay, which is that of the page
 */
export async function forgetThisBrowser(version: string): Promise<void> {
  const tabs = new BroadcastChannel(TABS);
  const tell = (state: Forgetting): void => {
    set(state);
    tabs.postMessage(state);
  };
  tell('removing');
  try {
    const { endMachine } = await import('../machine-agent/index.ts');
    await endMachine(() => Promise.resolve(version));
    forgetOwnKey();
    tell('removed');
  } catch {
    tell('kept');
  }
  tabs.close();
}

/** Reads what this browser keeps. A browser that stores nothing is paired with nothing. Never rejects. */
async function readThisBrowser(): Promise<ThisBrowser> {
  try {
    const [has, names] = await Promise.all([isMachine(), keptNames(NO_ACCOUNT)]);
    return { isMachine: has, names };
  } catch {
    return { isMachine: false, names: new Map() };
  }
}

function set(state: Forgetting): void {
  forgetting = state;
  for (const listener of listeners) listener();
}
