import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explain, explainCode, hasText, text } from '#renderer/locale/index.ts';
import { AppApiError } from '#shared/app-api/index.ts';
import { ERROR_TEXTS, englishDashboard, englishWindow } from '#shared/locales/index.ts';
import { ClawReachError } from '#shared/errors.ts';

const RENDERER = new URL('../../../../src-renderer/', import.meta.url).pathname;
/** Names the texts of what peers ask for, also for the notifications of the application. */
const ACTIONS = new URL('../../../../src-shared/locales/requested-action.ts', import.meta.url);
/** Writes a text into the page itself, for browsers that can't run its script. */
const PAGE_BUILD = new URL('../../../../vite.config.ts', import.meta.url);
const KEYS = Object.keys({ ...englishWindow().texts, ...englishDashboard().texts });

function sources(): readonly Readonly<{ path: string; content: string }>[] {
  return readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({ path: join(RENDERER, name), content: readFileSync(join(RENDERER, name), 'utf8') }));
}

/** Without plural forms and the place. */
function base(key: string): string {
  return key.replace(/(?:_browser)?(?:_(?:zero|one|two|few|many|other))?$/, '');
}

describe('the catalogue', () => {
  test('has nothing that no source names', () => {
    const elsewhere = [ACTIONS, PAGE_BUILD].map((file) => readFileSync(file, 'utf8'));
    const used = [...sources().map(({ content }) => content), ...elsewhere].join('\n');
    const beginnings = [...used.matchAll(/[`']([a-z][a-z0-9.-]*[.-])\$\{/g)].map(([, start]) => start ?? '');
    // All at once: to search for each key took as long as a hundred other tests.
    const quoted = new Set([...used.matchAll(/(['`])(?=([^'`\s]+)\1)/g)].map(([, , key]) => key));
    const unused = KEYS.map(base)
      .filter((key) => !quoted.has(key))
      .filter((key) => !beginnings.some((start) => key.startsWith(start)));
    expect(unused).toEqual([]);
  });

  test('is where every key that a source names is found', () => {
    const known = new Set(KEYS.map(base));
    const areas = new Set([...known].map((key) => key.split('.')[0]));
    const missing = sources().flatMap(({ path, content }) =>
      [...content.matchAll(/\btext\(\s*'([^']+)'/g)]
        .map(([, key]) => key ?? '')
        .filter((key) => areas.has(key.split('.')[0]) && !known.has(key))
        .map((key) => `${path}: ${key}`),
    );
    expect(missing).toEqual([]);
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

  test('what happened is described with the details of the error', () => {
    const error = new ClawReachError('peer.name-taken', 'taken', { details: { name: 'office' } });
    expect(explain(error)).toEqual({
      code: 'peer.name-taken',
      what: 'The name office is already in use.',
      why: 'Another machine or this one has it, or a name that looks the same.',
      next: 'Choose another name, or rename the other machine first.',
    });
  });

  test.each(Object.keys(ERROR_TEXTS))('%s: the place of a detail that is not there is never shown', (code) => {
    const { what, why, next } = explainCode(code, code);
    expect(`${what} ${why} ${next}`).not.toMatch(/\{\{\w+\}\}/);
  });

  test('a sentence whose details are not known is left out', () => {
    expect(explainCode('relay.connection-refused', 'refused').why).toBe('');
    expect(explainCode('relay.connection-refused', 'refused', { authority: 'relay.test:7474' }).why).toContain(
      'relay.test:7474',
    );
  });

  test('a code of a later version is shown with the message of the agent', () => {
    const { what, why, next } = explain(new AppApiError('later.code', 'Something new.'));
    expect(what).toBe('Something new.');
    expect(why).toContain('later.code');
    expect(next).not.toContain('`');
  });

  test('unknown errors count as internal, and a name from outside reaches no other entry of the catalogue', () => {
    expect(explain(new TypeError('x is undefined')).code).toBe('internal');
    expect(explain('a string').code).toBe('internal');
    expect(explain(new AppApiError('constructor', 'strange')).what).toBe('strange');
  });
});

describe('text()', () => {
  test('fills values in, and does not read them as placeholders', () => {
    expect(text('app.page.shortcut', { page: 'Machines', keys: '{{page}}' })).toBe('Machines ({{page}})');
    expect(text('app.page.shortcut', { page: '$t(app.name)', keys: '<b>' })).toBe('$t(app.name) (<b>)');
  });

  test('chooses the form by the count', () => {
    expect(text('app.waiting', { count: 1 })).toBe('1 request is waiting for you');
    expect(text('app.waiting', { count: 2 })).toBe('2 requests are waiting for you');
  });

  test('hasText finds keys from elsewhere, plural forms included', () => {
    expect(hasText('app.name')).toBe(true);
    expect(hasText('app.waiting')).toBe(true);
    expect(hasText('app.nothing')).toBe(false);
    expect(hasText('__proto__')).toBe(false);
  });
});
