import * as z from 'zod';
import { keyOf, type Place } from './place.ts';
import { tidyTitle } from './title.ts';

/** More tabs than these are not remembered. */
export const MOST_TABS = 50;
const KEY = 'clawreach.terminals';

const savedTab = z.object({
  title: z.string().max(256).transform(tidyTitle),
  /** Given by the person; empty when it was not. */
  name: z.string().max(256).transform(tidyTitle).default(''),
  /** It stood before the others. */
  front: z.boolean().default(false),
});
const onPeer = savedTab.extend({ peerId: z.string().min(1).max(64), terminal: z.string().min(1).max(64) });
const onGateway = savedTab.extend({ gatewayId: z.string().min(1).max(64), terminal: z.string().min(1).max(128) });
const anyTab = z.union([onPeer, onGateway]);
export type SavedTab = z.infer<typeof anyTab>;

export function placeOf(tab: SavedTab): Place {
  return 'peerId' in tab ? { kind: 'peer', peerId: tab.peerId } : { kind: 'gateway', gatewayId: tab.gatewayId };
}

/** What can keep text beyond a restart. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Tabs that were open before; what is not valid is left out, for anything could stand there. */
export function readTabs(storage: TabStorage): readonly SavedTab[] {
  try {
    const given: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    if (!Array.isArray(given)) return [];
    const seen = new Set<string>();
    return given.slice(0, MOST_TABS).flatMap((entry: unknown) => {
      const { data } = anyTab.safeParse(entry);
      if (data === undefined) return [];
      const key = `${keyOf(placeOf(data))} ${data.terminal}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [data];
    });
  } catch {
    // No storage, or not JSON: as if there was nothing.
    return [];
  }
}

export function writeTabs(storage: TabStorage, tabs: readonly SavedTab[]): void {
  try {
    storage.setItem(KEY, JSON.stringify(tabs.slice(0, MOST_TABS)));
  } catch {
    // A full or forbidden storage costs the tabs after a restart, nothing now.
  }
}
