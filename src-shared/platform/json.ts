import { isWellFormed } from '../well-formed.ts';

/**
 * Reports whether a JSON value of unknown shape is safe to keep and pass on: with at most `depth` levels inside, so that no recursive function overflows the
 * stack, without lone surrogates, and at most `length` UTF-16 units as text. Used for node configurations, workflow parameters and extensions of
 * passkeys. Pure.
 */
export function isBoundedJson(value: unknown, { depth, length }: Readonly<{ depth: number; length: number }>): boolean {
  if (depthOf(value, depth) > depth || !isWellFormed(value)) return false;
  return (JSON.stringify(value) ?? '').length <= length;
}

/** Returns the nesting of a value, at most `limit` + 1. Doesn't recurse. */
function depthOf(value: unknown, limit: number): number {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= limit; depth += 1) {
    level = level.flatMap((inner) => (typeof inner === 'object' && inner !== null ? Object.values(inner) : []));
    if (level.length === 0) return depth;
  }
  return limit + 1;
}
