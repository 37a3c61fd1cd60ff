/**
 * True where no text of a JSON value, also none of its keys, has half a character in it (a lone surrogate). The system can be given no such text:
 * what runs, is opened or written would have another character there than what was shown.
 */
export function isWellFormed(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string' && !next.isWellFormed()) return false;
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, inner] of Object.entries(next)) {
      if (!key.isWellFormed()) return false;
      open.push(inner);
    }
  }
  return true;
}
