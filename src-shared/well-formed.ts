/**
 * Reports whether all texts and keys of a JSON value are free of lone surrogates. Used to check prompts and workflows of a peer. The operating system
 * would replace a lone surrogate by another character, so that it would run, open or write something else than a person was shown. Pure.
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
