import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeRequest,
  PLATFORM_ROUTES,
  PlatformError,
  type PlatformRequest,
  type RouteName,
} from '#shared/platform/index.ts';
import { casesOf } from '../../../support/fuzz.ts';
import { queryString, SAMPLE_REQUESTS } from '../../../support/platform-requests.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Names of the routes by the noun before their dot. */
const groups = Map.groupBy(Object.keys(PLATFORM_ROUTES) as RouteName[], (name) => name.split('.')[0] ?? '');

const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as Json;
/** Values that programs trip over, and some that are nearly right. */
const oddValues: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1e308,
  0.5,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  'x',
  'x'.repeat(300),
  '\ud800',
  '\u0000',
  '\u202e',
  '__proto__',
  'constructor',
  [],
  {},
  [[]],
  { length: 1 },
  deep,
  'a@b',
  '00112233-4455-6677-8899-aabbccddeeff',
  'ABCDE-FGHJK',
  'A'.repeat(43),
  { toString: 1, valueOf: 1, length: { toString: 1, valueOf: 1 } },
  JSON.parse('{"__proto__":{"admin":true}}') as Json,
];
/** Chosen by number, so that fast-check never prints one: they may be deeper than its stack. */
const odd = fc.nat(oddValues.length - 1).map((index) => ({ index }));
const made = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);
const value = fc.oneof(
  odd,
  made.map((json) => ({ json })),
);
const edits = fc.array(fc.record({ at: fc.nat(1000), kind: fc.nat(3), value, key: fc.string({ maxLength: 8 }) }), {
  minLength: 1,
  maxLength: 3,
});
type Value = Readonly<{ index: number }> | Readonly<{ json: Json }>;
type Edit = Readonly<{ at: number; kind: number; value: Value; key: string }>;

const valueOf = (value: Value): unknown => ('index' in value ? oddValues[value.index] : value.json);

/** Lists the path of each value inside a JSON value, itself included, down to eight levels. */
function placesIn(json: unknown, place: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof json !== 'object' || json === null || place.length === 8) return [place];
  return [place, ...Object.entries(json).flatMap(([key, inner]) => placesIn(inner, [...place, key]))];
}

/** Replaces, removes or adds something at one place. */
function edited(json: unknown, place: readonly string[], edit: Edit): unknown {
  const [key, ...rest] = place;
  if (key === undefined) {
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    return edit.kind === 2 && isObject ? { ...json, [edit.key]: valueOf(edit.value) } : valueOf(edit.value);
  }
  const inner = Object.entries(json as object);
  const changed = inner.flatMap(([name, old]): [string, unknown][] => {
    if (name !== key) return [[name, old]];
    if (rest.length === 0 && edit.kind === 0) return [];
    return [[name, edited(old, rest, edit)]];
  });
  return Array.isArray(json) ? changed.map(([, item]) => item) : Object.fromEntries(changed);
}

function strange(json: unknown, list: readonly Edit[]): unknown {
  return list.reduce((current, edit) => {
    const places = placesIn(current);
    return edited(current, places[edit.at % places.length] ?? [], edit);
  }, json);
}

function textOf(json: unknown): string {
  return typeof json === 'string' || typeof json === 'number' ? String(json) : '{}';
}

function texts(json: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(typeof json === 'object' && json !== null ? json : {}).map(([key, inner]) => [key, textOf(inner)]),
  );
}

/** Decodes a request; undefined if it was refused in the way that requests are refused. */
function decodeOrUndefined(
  name: RouteName,
  request: Parameters<typeof decodeRequest>[1],
): PlatformRequest<RouteName> | undefined {
  try {
    return decodeRequest(name, request);
  } catch (error) {
    const isRefusal =
      error instanceof PlatformError &&
      ['platform.input', 'platform.not-found'].includes(error.code) &&
      error.message.length <= 200;
    if (!isRefusal) throw error;
    return undefined;
  }
}

describe('requests that a stranger makes up', () => {
  test.each([...groups])('to %s are decoded, or end in a named error', (_, names) => {
    let accepted = 0;
    const part = fc.constantFrom('params', 'query', 'input', 'input', 'input');
    fc.assert(
      fc.property(fc.constantFrom(...names), part, edits, (name, part, list) => {
        const sample = SAMPLE_REQUESTS[name];
        const change = (wanted: string, json: unknown): unknown => (part === wanted ? strange(json, list) : json);
        const request = {
          params: texts(change('params', sample.params)),
          query: queryString(texts(change('query', sample.query))),
          body: change('input', sample.input),
        };
        const decoded = decodeOrUndefined(name, request);
        if (decoded === undefined) return;
        accepted += 1;
        // What was accepted is in canonical form: it is accepted again, as it is.
        const again = { ...decoded, query: queryString(decoded.query), body: decoded.input };
        expect(decodeRequest(name, again)).toEqual(decoded);
      }),
      { numRuns: casesOf(100_000, 100) },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});
