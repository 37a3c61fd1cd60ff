import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EN } from '#renderer/i18n/en/index.ts';
import { explain, explainCode, hasText, text } from '#renderer/i18n/index.ts';
import { AppApiError, ERROR_TEXTS } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

const RENDERER = new URL('../../../../src-renderer/', import.meta.url).pathname;
const CATALOGUE = join(RENDERER, 'i18n', 'en');
const entries: readonly (readonly [key: string, text: string])[] = Object.entries(EN);

function sources(): readonly Readonly<{ path: string; content: string }>[] {
  return readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({ path: join(RENDERER, name), content: readFileSync(join(RENDERER, name), 'utf8') }));
}

/** Without plural forms. */
function base(key: string): string {
  return key.replace(/_(zero|one|two|few|many|other)$/, '');
}

function placeholders(words: string): readonly string[] {
  return [...new Set([...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? ''))].toSorted();
}

describe('the catalogue', () => {
  test('has each key in one area only', () => {
    const keys = readdirSync(CATALOGUE)
      .filter((name) => name !== 'index.ts')
      .flatMap((name) =>
        [...readFileSync(join(CATALOGUE, name), 'utf8').matchAll(/^ {2}'([^']+)':/gm)].map(([, key]) => key ?? ''),
      );
    expect(keys.length).toBeGreaterThan(300);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    // An area that nobody merged would be missing in the window.
    expect(new Set(keys)).toEqual(new Set(Object.keys(EN)));
  });

  test('has text for every key, without spaces around it and without half a placeholder', () => {
    const isWhole = (words: string): boolean =>
      words !== '' && words.trim() === words && !/[{}]/.test(words.replaceAll(/\{\{\w+\}\}/g, ''));
    expect(entries.filter(([, words]) => !isWhole(words))).toEqual([]);
  });

  test('asks for the same values in every plural form, and has the forms that English needs', () => {
    const plural = Map.groupBy(
      entries.filter(([key]) => base(key) !== key),
      ([key]) => base(key),
    );
    const isRight = (name: string, forms: typeof entries): boolean => {
      const [one, other] = [`${name}_one`, `${name}_other`].map((key) => forms.find(([form]) => form === key)?.[1]);
      if (forms.length !== 2 || one === undefined || other === undefined) return false;
      const values = (words: string): string =>
        placeholders(words)
          .filter((value) => value !== 'count')
          .join(' ');
      return values(one) === values(other);
    };
    expect(plural.size).toBeGreaterThan(0);
    expect([...plural].filter(([name, forms]) => !isRight(name, forms))).toEqual([]);
  });

  test('has nothing that no source names', () => {
    const used = sources()
      // Those of the other languages have the same keys.
      .filter(({ path }) => !/\/i18n\/(?:en|de|zh)\//.test(path))
      .map(({ content }) => content)
      .join('\n');
    const beginnings = [...used.matchAll(/[`']([a-z][a-z0-9.-]*[.-])\$\{/g)].map(([, start]) => start ?? '');
    const unused = Object.keys(EN)
      .map(base)
      // Looked up by the code of an error, which may come from any version of the other side.
      .filter((key) => !key.startsWith('error.'))
      .filter((key) => !used.includes(`'${key}'`) && !used.includes(`\`${key}\``))
      .filter((key) => !beginnings.some((start) => key.startsWith(start)));
    expect(unused).toEqual([]);
  });

  test('is where every key that a source names is found', () => {
    const known = new Set(Object.keys(EN).map(base));
    const areas = new Set([...known].map((key) => key.split('.')[0]));
    const missing = sources().flatMap(({ path, content }) =>
      [...content.matchAll(/\btext\(\s*'([^']+)'/g)]
        .map(([, key]) => key ?? '')
        .filter((key) => areas.has(key.split('.')[0]) && !known.has(key))
        .map((key) => `${path}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  test('replaces texts of errors that exist', () => {
    const codes = Object.keys(EN)
      .map((key) => /^error\.(.+)\.(?:what|why|next)$/.exec(key)?.[1])
      .filter((code) => code !== undefined);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => code !== 'unknown' && !Object.hasOwn(ERROR_TEXTS, code))).toEqual([]);
  });
});

describe('the words for an error in a window', () => {
  test.each(Object.keys(ERROR_TEXTS))('%s: no command line is shown to somebody with a mouse', (code) => {
    // Each detail is known, whatever it is called.
    const details = new Proxy<Record<string, string>>(
      {},
      { get: () => 'detail', has: () => true, ownKeys: () => [], getOwnPropertyDescriptor: () => undefined },
    );
    const { what, why, next } = explainCode(code, 'message', details);
    for (const sentence of [what, why, next]) {
      expect(sentence).not.toMatch(/`|\bclawreach [a-z]|(^|\s)--[a-z]|CLAWREACH_|\bcommand line\b/);
    }
    expect(what).not.toBe('');
  });

  test('what happened is told with the details of the error', () => {
    const error = new ClawReachError('peer.name-taken', 'taken', { details: { name: 'office' } });
    expect(explain(error)).toEqual({
      code: 'peer.name-taken',
      what: 'The name office is taken.',
      why: 'It is the name of another peer or of this device, or looks like it, and names must tell machines apart.',
      next: 'Choose another name, or rename the other peer first.',
    });
  });

  test.each(Object.keys(ERROR_TEXTS))('%s: the place of a detail that is not there is never shown', (code) => {
    const { what, why, next } = explainCode(code, code);
    expect(`${what} ${why} ${next}`).not.toMatch(/\{\w+\}/);
  });

  test('a sentence whose details are not known is left out', () => {
    expect(explainCode('relay.connection-refused', 'refused').why).toBe('');
    expect(explainCode('relay.connection-refused', 'refused', { authority: 'relay.test:7474' }).why).toContain(
      'relay.test:7474',
    );
  });

  test('a code of a later version is shown with what the agent says', () => {
    const { what, why, next } = explain(new AppApiError('later.code', 'Something new.'));
    expect(what).toBe('Something new.');
    expect(why).toContain('later.code');
    expect(next).not.toContain('`');
  });

  test('what is not ours counts as internal, and a name from outside is no way into the catalogue', () => {
    expect(explain(new TypeError('x is undefined')).code).toBe('internal');
    expect(explain('a string').code).toBe('internal');
    expect(explain(new AppApiError('constructor', 'strange')).what).toBe('strange');
  });
});

describe('text()', () => {
  test('fills values in, and does not read them as placeholders', () => {
    expect(text('app.page.shortcut', { page: 'Peers', keys: '{{page}}' })).toBe('Peers ({{page}})');
    expect(text('app.page.shortcut', { page: '$t(app.name)', keys: '<b>' })).toBe('$t(app.name) (<b>)');
  });

  test('chooses the form by the count', () => {
    expect(text('app.waiting', { count: 1 })).toBe('1 request waits for your answer');
    expect(text('app.waiting', { count: 2 })).toBe('2 requests wait for your answer');
  });

  test('hasText tells of keys from elsewhere, plural forms included', () => {
    expect(hasText('app.name')).toBe(true);
    expect(hasText('app.waiting')).toBe(true);
    expect(hasText('app.nothing')).toBe(false);
    expect(hasText('__proto__')).toBe(false);
  });
});
