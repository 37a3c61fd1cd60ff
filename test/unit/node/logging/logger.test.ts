import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createLogger } from '#node/logging/index.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { redact } from '#shared/redact.ts';
import { LineBudget } from '#node/logging/line-budget.ts';
import { AuthenticationError } from '#shared/errors.ts';

function capture(level: 'debug' | 'info' | 'silent') {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    name: 'test',
    level,
    destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  return { logger, lines };
}

test('a line is JSON with time, level, name, message and fields', () => {
  const { logger, lines } = capture('info');
  logger.child({ part: 'hub' }).warn('careful', { peer: 'ABCDEFG', count: 3 });
  expect(lines).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      level: 'warn',
      name: 'test',
      part: 'hub',
      msg: 'careful',
      peer: 'ABCDEFG',
      count: 3,
    },
  ]);
});

test('what is below the level is not written', () => {
  const info = capture('info');
  info.logger.debug('no');
  info.logger.info('yes');
  expect(info.lines.map(({ msg }) => msg)).toEqual(['yes']);
  const silent = capture('silent');
  silent.logger.error('no');
  expect(silent.lines).toEqual([]);
});

test('secrets are replaced wherever they stand, and in children [S-PAIR-6]', () => {
  const { logger, lines } = capture('debug');
  logger.child({ admissionToken: 'hunter2' }).info('x', {
    ticket: 'hunter2',
    nested: { Signature: 'hunter2', list: [{ psk: 'hunter2' }] },
    message1: 'hunter2',
    body: 'hunter2',
    bytes: new Uint8Array([104, 117]),
    port: 7474,
  });
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(lines[0]).toMatchObject({ port: 7474, bytes: '[2 bytes]', admissionToken: '[redacted]' });
});

test('what drives a terminal, and JSON leaves as it is, is not written [S-NAME-5]', () => {
  const { logger, lines } = capture('debug');
  logger.info('x', { reason: '\u009b31mred\u0085\u007f \u202eback', error: new Error('\u009d0;title\u009c') });
  expect(JSON.stringify(lines)).not.toMatch(/[\u007f-\u009f\u202e]/);
  expect(lines[0]).toMatchObject({ reason: '\u{fffd}31mred\u{fffd}\u{fffd} \u{fffd}back' });
});

test('errors, circles and endless values are cut to what can be written', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  expect(
    redact({ error: new AuthenticationError('certificate.signature', 'no'), circle, long: 'x'.repeat(9999) }),
  ).toEqual({
    error: { name: 'AuthenticationError', message: 'no', errorCode: 'certificate.signature' },
    circle: { self: { self: { self: { self: '[deep]' } } } },
    long: `${'x'.repeat(500)}…`,
  });
});

test('an error code is written, a pairing code is not', () => {
  // A text for a browser belongs to the code before the underscore.
  const codes = Object.keys(ERROR_TEXTS).map((key) => key.replace(/_browser$/, ''));
  expect(codes.filter((code) => redact({ code })['code'] !== code)).toEqual([]);
  for (const code of ['7QKM-2XDR-9PZT', '4-lemon', '123456', 'eyJhbGciOi.J9.e30', 'peer.offline '])
    expect(redact({ code })).toEqual({ code: '[redacted]' });
});

test('lines beyond the budget are counted and left out', () => {
  const lines: string[] = [];
  const logger = createLogger({
    name: 'test',
    level: 'info',
    destination: { write: (line) => lines.push(line) },
    budget: { burst: 3, perSecond: 0.000_001 },
  });
  const child = logger.child({ part: 'links' });
  for (let count = 0; count < 100; count += 1) child.info('a link was refused');
  logger.debug('not written, and costs nothing');
  expect(lines).toHaveLength(3);
});

test('a budget fills up again, and then tells how much was left out', () => {
  let now = 0;
  const budget = new LineBudget({ burst: 2, perSecond: 1 }, () => now);
  expect([budget.take(), budget.take(), budget.take(), budget.take()]).toEqual([0, 0, undefined, undefined]);
  now = 1000;
  expect([budget.take(), budget.take()]).toEqual([2, undefined]);
  now = 1_000_000;
  expect([budget.take(), budget.take(), budget.take()]).toEqual([1, 0, undefined]);
});

// Only some systems have a file that is always full.
test.runIf(existsSync('/dev/full'))('a disk that is full costs lines, and not the program', async () => {
  const logger = createLogger({ name: 'test', level: 'info', destination: { file: '/dev/full' } });
  const failures: unknown[] = [];
  const listen = (error: unknown): void => void failures.push(error);
  process.on('uncaughtException', listen);
  logger.warn('one');
  logger.warn('two');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('uncaughtException', listen);
  expect(failures).toEqual([]);
});
