import { printable } from './printable.ts';

/** Most names that an error lists. */
const MOST_NAMES = 8;

/** Returns a sentence with the names that an unknown one could have been, such as `Your forwards: nas, web.`; `none` if there are none. Pure. */
export function namesKnown(label: string, names: readonly string[], none: string): string {
  if (names.length === 0) return none;
  const shown = names.slice(0, MOST_NAMES).map((name) => printable(name));
  return `${label}: ${shown.join(', ')}${names.length > MOST_NAMES ? ', …' : '.'}`;
}
