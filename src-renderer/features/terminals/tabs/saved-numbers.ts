import * as z from 'zod';
import { safeParse } from '#shared/safe-parse.ts';
import type { Numbers } from './numbered-titles.ts';
import { MOST_TERMINALS, type TabStorage } from './saved-tabs.ts';

/** Key of the numbers in the storage. */
const KEY = 'clawreach.terminals.numbers';
/** Most terminals whose numbers are stored: those that are open, and as many that were left running. */
const MOST = 2 * MOST_TERMINALS;

/** IDs of terminals, unlike other keys of titles, have no spaces. */
const TERMINAL = /^\S{1,128}$/;

const given = z.object({ name: z.string().max(1024), number: z.number().int().min(1).max(9999) });
const numbers = z.object({ terminal: z.string().regex(TERMINAL), first: given.optional(), latest: given });

/** Reads the numbers of titles by the ID of their terminal. Skips invalid ones. */
export function readNumbers(storage: TabStorage): ReadonlyMap<string, Numbers> {
  try {
    const all: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    if (!Array.isArray(all)) return new Map();
    return new Map(
      all.slice(0, MOST).flatMap((entry: unknown): readonly (readonly [string, Numbers])[] => {
        const { data } = safeParse(numbers, entry);
        return data === undefined ? [] : [[data.terminal, { first: data.first, latest: data.latest }]];
      }),
    );
  } catch {
    // Without storage or valid JSON there are none, and titles are numbered from one.
    return new Map();
  }
}

/** Stores the numbers by the ID of their terminal. Other keys, of panes and tabs, mean nothing after a restart. */
export function writeNumbers(storage: TabStorage, kept: ReadonlyMap<unknown, Numbers>): void {
  const all = [...kept].flatMap(([terminal, each]) =>
    typeof terminal === 'string' && TERMINAL.test(terminal) ? [{ terminal, ...each }] : [],
  );
  try {
    storage.setItem(KEY, JSON.stringify(all.slice(0, MOST)));
  } catch {
    // A full or forbidden storage only loses the numbers after a restart.
  }
}
