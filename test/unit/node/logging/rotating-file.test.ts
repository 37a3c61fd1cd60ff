import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '#node/logging/index.ts';
import { RotatingFile } from '#node/logging/rotating-file.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotating-'));
  path = join(folder, 'logs', 'agent.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a log of any length takes the room of its files, and the newest lines are there [S-RELAY-3]', () => {
  const file = new RotatingFile(path, { maxBytes: 1000, olderFiles: 2 });
  for (let number = 0; number < 10_000; number += 1) file.write(`line ${number}\n`);
  file.close();
  const names = readdirSync(join(folder, 'logs')).toSorted();
  expect(names).toEqual(['agent.log', 'agent.log.1', 'agent.log.2']);
  const sizes = names.map((name) => statSync(join(folder, 'logs', name)).size);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
  const text = ['.2', '.1', ''].map((end) => readFileSync(`${path}${end}`, 'utf8')).join('');
  const lines = text.trimEnd().split('\n');
  expect(lines.at(-1)).toBe('line 9999');
  // Nothing is missing between the oldest line that is kept and the newest.
  expect(lines).toEqual(Array.from(lines, (_, index) => `line ${10_000 - lines.length + index}`));
});

test('goes on with a file that is there, and with one that is too long already', () => {
  new RotatingFile(path, { maxBytes: 100, olderFiles: 1 }).write('first\n');
  appendFileSync(path, `${'x'.repeat(200)}\n`);
  const file = new RotatingFile(path, { maxBytes: 100, olderFiles: 1 });
  file.write('next\n');
  file.close();
  expect(readFileSync(path, 'utf8')).toBe('next\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toMatch(/^first\nx{200}\n$/);
});

test('whoever else appends to the file, as the standard error of a process, goes on doing so', () => {
  const file = new RotatingFile(path, { maxBytes: 50, olderFiles: 1 });
  file.write('a line that is rather long, of the log\n');
  const other = openSync(path, 'a');
  file.write('and one more, for which there is no room\n');
  writeSync(other, 'a crash\n');
  closeSync(other);
  file.close();
  expect(readFileSync(path, 'utf8')).toBe('and one more, for which there is no room\na crash\n');
});

test('a file that cannot be opened costs the lines, and nothing else', () => {
  const file = new RotatingFile(join(folder, 'logs', '\0'), { maxBytes: 50, olderFiles: 1 });
  expect(() => file.write('lost\n')).not.toThrow();
  const blocked = new RotatingFile(folder, { maxBytes: 50, olderFiles: 1 });
  expect(() => blocked.write('lost\n')).not.toThrow();
});

test('is what the log writes to where it writes a file', () => {
  const logger = createLogger({
    name: 'test',
    level: 'info',
    destination: { file: path, rotation: { maxBytes: 2000, olderFiles: 1 } },
  });
  for (let number = 0; number < 1000; number += 1) logger.info('a line', { number });
  expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThanOrEqual(4000);
  expect(readFileSync(path, 'utf8')).toContain('"number":999');
  expect(statSync(path).mode & 0o077).toBe(0);
});
