import { MOST_SAVED_COMMANDS, type PeerView } from '#shared/app-api/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import * as z from 'zod';
import { compareNames } from '../../locale/index.ts';

/** Key in `localStorage` of the machines on which each saved command ran last. */
const KEY = 'clawreach.saved-commands';
/** Most machines that are remembered for a command. */
const MOST_MACHINES = 256;

/** Peer IDs by the key of the command's name, the command that ran last at the end. */
const remembered = z
  .array(z.tuple([z.string().max(256), z.array(z.string().max(64)).max(MOST_MACHINES)]))
  .max(MOST_SAVED_COMMANDS);

/** Storage of the browser. Throws where the browser stores nothing for pages. */
type ChoiceStorage = () => Pick<Storage, 'getItem' | 'setItem'>;

/** Returns the peer IDs of the machines on which the command ran last; empty before that. */
export function lastMachines(storage: ChoiceStorage, name: string): readonly string[] {
  return read(storage).find(([key]) => key === plainKey(name))?.[1] ?? [];
}

/** Remembers the machines on which the command runs. Does nothing where the browser stores nothing. */
export function rememberMachines(storage: ChoiceStorage, name: string, machines: readonly string[]): void {
  const others = read(storage).filter(([key]) => key !== plainKey(name));
  const all = [...others, [plainKey(name), machines.slice(0, MOST_MACHINES)]].slice(-MOST_SAVED_COMMANDS);
  try {
    storage().setItem(KEY, JSON.stringify(all));
  } catch {
    // The person chooses again.
  }
}

function read(storage: ChoiceStorage): z.infer<typeof remembered> {
  try {
    return safeParse(remembered, JSON.parse(storage().getItem(KEY) ?? '[]')).data ?? [];
  } catch {
    return [];
  }
}

/**
 * Lists the machines that can run commands: those that are online first, then by name. Browsers run none, and blocked machines and those that have removed this one aren't reached. Pure.
 */
export function machinesToRunOn(peers: readonly PeerView[]): readonly PeerView[] {
  return peers
    .filter(
      ({ browser, suspendedSince, forgottenAt }) =>
        browser === undefined && suspendedSince === undefined && forgottenAt === undefined,
    )
    .toSorted((one, other) => Number(other.online) - Number(one.online) || compareNames(one.name, other.name));
}
