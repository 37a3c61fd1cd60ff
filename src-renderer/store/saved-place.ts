import * as z from 'zod';
import { safeParse } from '#shared/safe-parse.ts';
import { HISTORY_TABS, MACHINE_TABS, useApp, type AppState } from './state.ts';

/** Key of the place in the storage. */
const KEY = 'clawreach.place';

const id = z.string().min(1).max(64);
const savedPlace = z.discriminatedUnion('page', [
  z.object({ page: z.literal(['terminals', 'forwards', 'transfers', 'messages', 'openclaw', 'inbox', 'settings']) }),
  z.object({ page: z.literal('history'), tab: z.enum(HISTORY_TABS).optional() }),
  z.object({ page: z.literal('machines'), machine: id.optional(), tab: z.enum(MACHINE_TABS).optional() }),
]);
const savedPlaces = z.object({
  place: savedPlace,
  openClaw: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal(['gateway', 'devices', 'remote']), id }),
      z.object({ kind: z.literal(['node', 'workflows']) }),
    ])
    .optional()
    .catch(undefined),
  /** Section of the settings. */
  section: id.optional().catch(undefined),
});

/** Returns storage that survives a restart: the browser's local storage. Throws where the browser stores nothing for pages. */
type PlaceStorage = () => Pick<Storage, 'getItem' | 'setItem'>;

/**
 * Shows the place at which the person left the window, and stores it from then on after each change. `main.tsx` calls it before the first render.
 * @returns a function that stops storing it
 */
export function keepPlace(storage: PlaceStorage): () => void {
  const saved = read(storage);
  if (saved !== undefined) {
    const { place, openClaw, section } = saved;
    useApp.setState({
      place,
      openClaw,
      settingsPlace: section === undefined ? undefined : { section, setting: undefined, serial: 0 },
    });
  }
  return useApp.subscribe((state, before) => {
    if (
      state.place !== before.place ||
      state.openClaw !== before.openClaw ||
      state.settingsPlace !== before.settingsPlace
    )
      write(storage, state);
  });
}

function read(storage: PlaceStorage): z.infer<typeof savedPlaces> | undefined {
  try {
    return safeParse(savedPlaces, JSON.parse(storage().getItem(KEY) ?? 'null')).data;
  } catch {
    // Without storage or valid JSON, the window opens with the machines.
    return undefined;
  }
}

function write(storage: PlaceStorage, { place, openClaw, settingsPlace }: AppState): void {
  try {
    storage().setItem(KEY, JSON.stringify({ place, openClaw, section: settingsPlace?.section }));
  } catch {
    // A full or forbidden storage only loses the place.
  }
}
