import { describe, expect, test } from 'vitest';
import { commandErrorText, createTexts, errorText, Texts } from '#shared/locales/index.ts';

const ERRORS = {
  unknown: { what: '{{message}}', why: 'Its code is {{code}}.', next: 'Try again.' },
  'a.code': { what: '{{peer}} is {{state}}.', why: 'It says: {{message}}.', next: 'First {{one}}. Then wait.' },
};

function createSample(): ReturnType<typeof createTexts> {
  const texts = createTexts({
    texts: {
      both: '{{first}} and {{second}}',
      peers_one: '{{count}} peer',
      peers_other: '{{count}} peers',
      plain: 'Plain',
    },
    errors: ERRORS,
  });
  texts.add('de', {
    texts: { both: '{{first}} und {{second}}' },
    errors: { 'a.code': { what: '{{peer}} ist {{state}}.', why: '{{message}}', next: 'Warten Sie.' } },
  });
  return texts;
}

describe('values of others', () => {
  test.each([
    '{{second}}',
    '{{- second}}',
    '$t(plain)',
    '$t(both, {"first":"x"})',
    '<b>&amp;',
    '$&',
    '%s',
    '{second}',
    '__proto__',
  ])('such as %s mean nothing in a text, wherever they stand', (value) => {
    const { text } = bound();
    expect(text('both', { first: value, second: 'two' })).toBe(`${value} and two`);
    expect(text('both', { first: 'one', second: value })).toBe(`one and ${value}`);
    expect(text('both', { first: value, second: value })).toBe(`${value} and ${value}`);
  });

  test.each(['{{state}}', '{state}', '$t(plain)', 'Really? {{nothing}}'])(
    'such as %s mean nothing in an error',
    (value) => {
      const error = createSample().error('a.code', value, { peer: value, state: 'off' });
      expect(error.what).toBe(`${value} is off.`);
      expect(error.why).toBe(`It says: ${value}.`);
    },
  );

  test.each([
    'lng',
    'ns',
    'defaultValue',
    'context',
    'count',
    'replace',
    'returnObjects',
    'interpolation',
    'nest',
    'postProcess',
  ])('under the name %s are no options of the library', (name) => {
    const values = { peer: 'office', state: 'off', [name]: 'de' };
    expect(createSample().error('a.code', 'no', values).what).toBe('office is off.');
    const { text } = bound();
    expect(text('both', { first: 'one', second: 'two', [name]: 'de' })).toBe('one and two');
  });
});

describe('an error', () => {
  test('leaves out a sentence whose details are missing; without any, the message says what happened', () => {
    expect(createSample().error('a.code', 'It broke', { one: 'knock' })).toEqual({
      what: 'It broke',
      why: 'It says: It broke.',
      next: 'First knock. Then wait.',
    });
    expect(createSample().error('a.code', 'x').next).toBe('Then wait.');
  });

  test.each([
    ['no', 'It says: no.'],
    ['Set gateway.bind=lan.', 'It says: Set gateway.bind=lan.'],
    ['Is it so?', 'It says: Is it so?'],
    ['wait …', 'It says: wait ….'],
  ])('that ends with what somebody else says, such as “%s”, ends once', (message, why) => {
    expect(createSample().error('a.code', message).why).toBe(why);
  });

  test.each(['later.code', 'constructor', '__proto__', 'toString'])(
    'of the code %s, which has no words, says its code',
    (code) => {
      expect(createSample().error(code, 'Something new')).toEqual({
        what: 'Something new',
        why: `Its code is ${code}.`,
        next: 'Try again.',
      });
    },
  );

  test('is told with buttons in general, and with commands on the command line', () => {
    expect(errorText('control.not-running', '', { path: '/p' }).next).not.toContain('`');
    expect(commandErrorText('control.not-running', '', { path: '/p' }).next).toContain('`clawreach run`');
    expect(commandErrorText('later.code', 'x').next).toContain('`clawreach status`');
  });
});

test('another language is used after it is chosen, and English stands in for what it lacks', () => {
  const texts = createSample();
  const { text } = bound(texts);
  texts.use('de');
  expect(text('both', { first: '1', second: '2' })).toBe('1 und 2');
  expect(text('plain', {})).toBe('Plain');
  expect(texts.error('a.code', 'Nein', { peer: 'nas', state: 'aus' })).toEqual({
    what: 'nas ist aus.',
    why: 'Nein',
    next: 'Warten Sie.',
  });
  expect(texts.error('later.code', 'x').why).toBe('Its code is later.code.');
  texts.use('en');
  expect(text('both', { first: '1', second: '2' })).toBe('1 and 2');
});

test('the count chooses the form of a plural, and fills it', () => {
  const { text } = bound();
  expect(text('peers', { count: 1 })).toBe('1 peer');
  expect(text('peers', { count: 2 })).toBe('2 peers');
});

test('keys from elsewhere are found with and without plural forms', () => {
  const texts = createSample();
  expect(['plain', 'peers', 'nothing', '__proto__', 'constructor'].map((key) => texts.has(key))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

/** Keys of the sample aren't those of the product, so the compiler knows no values for them. */
function bound(
  texts = createSample(),
): Readonly<{ text: (key: string, values: Readonly<Record<string, string | number>>) => string }> {
  const text = texts.text.bind(texts) as (key: string, values: Readonly<Record<string, string | number>>) => string;
  return { text };
}

test('a key from outside has a text in the language in use, also where no English is loaded', () => {
  const texts = new Texts<'reason.ended'>({ texts: {}, errors: {} });
  texts.add('de', { texts: { 'reason.ended': 'beendet', peers_other: '{{count}} Rechner' }, errors: {} });
  texts.use('de');
  expect(['reason.ended', 'peers', 'reason.unknown'].map((key) => texts.has(key))).toEqual([true, true, false]);
});

test('where the machine is a browser, texts and errors of browsers replace the others', () => {
  const error = { what: 'This machine was removed.', why: '', next: '' };
  const texts = createTexts({
    texts: {
      'peers.forgot.news': '{{name}} removed this machine',
      'peers.forgot.news_browser': '{{name}} removed this browser',
      left: 'Left',
    },
    errors: { removed: error, removed_browser: { ...error, what: 'This browser was removed.' } },
  });
  const shown = (): readonly string[] => [
    texts.text('peers.forgot.news', { name: 'office' }),
    texts.text('left'),
    texts.error('removed', '').what,
  ];
  expect(shown()).toEqual(['office removed this machine', 'Left', 'This machine was removed.']);
  texts.setInBrowser(true);
  expect(shown()).toEqual(['office removed this browser', 'Left', 'This browser was removed.']);
  texts.setInBrowser(false);
  expect(shown()[0]).toBe('office removed this machine');
});
