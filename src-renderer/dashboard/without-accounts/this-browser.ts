import { useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { KeptNamesContext } from '../devices/index.ts';
import {
  forgetOwnKey,
  isMachine,
  NO_ACCOUNT,
  NO_MACHINES,
  followKeptMachines,
  readKeptMachines,
  wasRemoved,
  type KeptMachines,
} from '../kept-keys/index.ts';
import { goTo } from '../router/index.ts';

/** Knowledge about this browser as a machine at a relay without accounts. */
export type ThisBrowser = Readonly<{
  /** True if it has keys. */
  isMachine: boolean;
  /** True if the relay let it in no more when it asked last, since its machines have removed it. */
  isRemoved: boolean;
}> &
  /** Machines that it has paired with; none if it keeps nothing beyond its tab. */
  KeptMachines;

/** State of the keys while the relay is asked about them, while they are removed, and after it: `kept` if that failed. */
export type Forgetting = 'checking' | 'removing' | 'removed' | 'kept';

const listeners = new Set<() => void>();
let forgetting: Forgetting | undefined;

/** Name of the channel on which the other tabs of this browser are told that it is being forgotten. */
const CHANNEL = 'clawreach forget';

/** Channel of this tab, which gets nothing of its own: this tab may lead on while the others go to the start. */
let channel: BroadcastChannel | undefined;

function tabs(): BroadcastChannel {
  channel ??= new BroadcastChannel(CHANNEL);
  return channel;
}

/** Returns what this browser keeps, read when it is shown and after each removal; undefined while it is read. */
export function useThisBrowser(): ThisBrowser | undefined {
  const given = useContext(KeptNamesContext);
  const state = useForgetting();
  const [read, setRead] = useState<ThisBrowser>();
  useEffect(() => {
    let isOver = false;
    if (state === 'removing' || state === 'checking') return undefined;
    const readAgain = (): void => void readThisBrowser().then((found) => !isOver && setRead(found));
    readAgain();
    const stop = followKeptMachines(readAgain);
    return () => {
      isOver = true;
      stop();
    };
  }, [state]);
  if (given === undefined) return read;
  const isRemoved = given.isRemoved === true;
  return {
    isMachine: isRemoved || given.paired.size > 0,
    isRemoved,
    names: given.paired,
    forgotten: given.forgotten ?? NO_MACHINES.forgotten,
  };
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
  const follow = ({ data }: MessageEvent<Forgetting>): void => {
    goTo({ page: 'home' }, { replace: true });
    set(data);
  };
  tabs().addEventListener('message', follow);
  return () => tabs().removeEventListener('message', follow);
}

/**
 * Forgets this browser: the machines that can be reached and the relay are told, and its keys and everything that it has stored are removed. It is another device
 * after that. Never rejects.
 * @param version of the relay, which is that of the page
 */
export async function forgetThisBrowser(version: string): Promise<void> {
  const tell = (state: Forgetting): void => {
    set(state);
    tabs().postMessage(state);
  };
  tell('removing');
  try {
    const { endMachine, forgetVisit } = await import('../machine-agent/index.ts');
    await endMachine(() => Promise.resolve(version));
    forgetOwnKey();
    forgetVisit();
    tell('removed');
  } catch {
    tell('kept');
  }
}

/**
 * Gives this browser new keys and leads to the field for a code. Shows the start meanwhile, since the window would start an agent. Never rejects.
 * @param version of the relay, which is that of the page
 */
export async function pairAgain(version: string): Promise<void> {
  goTo({ page: 'home' }, { replace: true });
  await forgetThisBrowser(version);
  if (forgetting === 'removed') goTo({ page: 'devices' });
}

/**
 * As `pairAgain`, by what was stored about the relay's last answer. Keys that the relay lets in by now stay, as do all where it can't be asked; the window is
 * shown then.
 */
export async function checkAndPairAgain(version: string): Promise<void> {
  set('checking');
  const { isStillRemoved } = await import('../machine-agent/index.ts');
  if (await isStillRemoved(version)) {
    await pairAgain(version);
    return;
  }
  set(undefined);
  goTo({ page: 'devices' });
}

/** Reads what this browser keeps. A browser that stores nothing is paired with nothing. Never rejects. */
async function readThisBrowser(): Promise<ThisBrowser> {
  try {
    const [has, machines] = await Promise.all([isMachine(), readKeptMachines(NO_ACCOUNT)]);
    return { isMachine: has, isRemoved: has && wasRemoved(NO_ACCOUNT), ...machines };
  } catch {
    return { isMachine: false, isRemoved: false, ...NO_MACHINES };
  }
}

function set(state: Forgetting | undefined): void {
  forgetting = state;
  for (const listener of listeners) listener();
}
