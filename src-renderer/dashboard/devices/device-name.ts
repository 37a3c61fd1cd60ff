import type { DeviceView } from '#shared/platform/index.ts';
import { quoteUntrusted } from '../../ui/index.ts';

/** Characters of a peer ID that are shown in place of a label. */
const SHOWN = 10;

/** Returns the name of a device for a sentence: its label in the project, or the beginning of its ID. The device's own name is known to its peers only. */
export function deviceName({ id, label }: Pick<DeviceView, 'id' | 'label'>): string {
  return label === null ? shortDeviceId(id) : quoteUntrusted(label);
}

/** Returns the beginning of an ID: `HJKMN-PQRST…` of a peer ID, the first group of a UUID. */
export function shortDeviceId(id: string): string {
  if (id.includes('-')) return `${id.split('-')[0] ?? id}…`;
  return `${id.slice(0, SHOWN / 2)}-${id.slice(SHOWN / 2, SHOWN)}…`;
}
