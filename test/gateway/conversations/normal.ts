import { isDeepStrictEqual } from 'node:util';

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // The reason of a close frame may be cut off within the id.
  [/\(requestId: [0-9a-f-]+\)?/gu, '(requestId: <id>)'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu, '<id>'],
  [/\b[0-9a-f]{64}\b/gu, '<digest>'],
  [/(?<![\w-])[\w-]{43}(?![\w-])/gu, '<token>'],
];

/** A value without what differs from one run to the next: ids, keys, tokens, times. */
export function normal(value: unknown): unknown {
  if (typeof value === 'number') return value > 1_600_000_000_000 ? '<time>' : value;
  if (typeof value === 'string')
    return PATTERNS.reduce((text, [pattern, name]) => text.replaceAll(pattern, name), value);
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, normal(inner)] as const);
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** What differs, one line each. */
export function differences(real: unknown, double: unknown, at = ''): readonly string[] {
  if (isDeepStrictEqual(real, double)) return [];
  if (!isPlain(real) || !isPlain(double))
    return [`${at}: real ${JSON.stringify(real)}, double ${JSON.stringify(double)}`];
  const names = [...new Set([...Object.keys(real), ...Object.keys(double)])];
  return names.flatMap((name) => differences(real[name], double[name], `${at}.${name}`));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
