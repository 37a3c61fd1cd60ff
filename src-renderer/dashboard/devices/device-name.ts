import type { DeviceView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { quoteUntrusted } from '../../ui/index.ts';
import { translateBrowserName } from '../formats/index.ts';

/** Characters of a peer ID that are shown in place of a name. */
const SHOWN = 10;

/** Facts about names that the relay doesn't have together. */
export type KnownNames = Readonly<{
  /** Peer ID of this browser; undefined if it is no device. */
  own: string | undefined;
  /** Names of the machines that this browser has paired with, which they gave themselves, by peer ID. */
  paired: ReadonlyMap<string, string>;
  /** IDs of those among them that no longer know this browser. */
  forgotten: ReadonlySet<string>;
  /** Names of the people of the project, by account. */
  people: ReadonlyMap<string, string>;
}>;

export const NOTHING_KNOWN: KnownNames = {
  own: undefined,
  paired: new Map(),
  forgotten: new Set(),
  people: new Map(),
};

/** Device as entries of the relay name it. */
export type NamedDevice = Readonly<{ id: string; label: string | null; account?: string | null }>;

/**
 * Returns the name of a device: this browser; its label in the project, for a browser with the person; the name by which this browser is paired with it.
 * Undefined if there is none: its own name is known to its peers only. Pure apart from the language.
 */
export function knownName(
  { id, label, account }: NamedDevice,
  { own, paired, people }: KnownNames,
): string | undefined {
  if (id === own) return text('devices.this');
  if (label === null) return paired.get(id);
  if (typeof account !== 'string') return label;
  const browser = translateBrowserName(label);
  const person = people.get(account);
  return person === undefined ? browser : text('devices.name.of', { label: browser, person });
}

/** Returns the name of a device for a sentence; the beginning of its ID if it has none. */
export function deviceName(device: NamedDevice, known: KnownNames = NOTHING_KNOWN): string {
  const name = knownName(device, known);
  if (name === undefined) return shortDeviceId(device.id);
  return device.id === known.own ? name : quoteUntrusted(name);
}

/** Returns the beginning of an ID: `HJKMN-PQRST…` of a peer ID, the first group of a UUID. */
export function shortDeviceId(id: DeviceView['id']): string {
  if (id.includes('-')) return `${id.split('-')[0] ?? id}…`;
  return `${id.slice(0, SHOWN / 2)}-${id.slice(SHOWN / 2, SHOWN)}…`;
}
