import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** As the bundler writes it: in quotes what is loaded at once, made small in backticks what is loaded later. */
const PIECE = /["'`]\.\/(chunk-[\w-]+\.js)["'`]/g;

/** These files and the pieces they load, at once or later. @param folder of all of them @param names within it */
export function withPieces(folder: string, names: readonly string[]): readonly string[] {
  const found = new Set(names);
  for (const name of found) {
    const text = readFileSync(join(folder, name), 'utf8');
    for (const [, piece] of text.matchAll(PIECE)) if (piece !== undefined) found.add(piece);
  }
  return [...found];
}
