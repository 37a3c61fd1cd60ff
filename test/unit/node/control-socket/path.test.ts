import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { controlSocketPath, learnedSocketPath, profileSocketPath } from '#node/control-socket/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';

it.skipIf(process.platform === 'win32')('is in the profile, or elsewhere if its path is too long for a socket', () => {
  const profile = temporaryDirectory();
  expect(controlSocketPath(profile)).toBe(join(profile, 'control.sock'));
  const link = join(temporaryDirectory(), 'link');
  symlinkSync(profile, link);
  expect(controlSocketPath(link)).toBe(join(profile, 'control.sock'));
  const long = join(profile, 'x'.repeat(100));
  mkdirSync(long);
  chmodSync(long, 0o700);
  const elsewhere = profileSocketPath(long, 'messages');
  expect(Buffer.byteLength(elsewhere)).toBeLessThan(100);
  expect(elsewhere).toMatch(/clawreach.*-messages\.sock$/);
});

it('of a pipe that programs learn from a file has another name each time, and reveals no profile', () => {
  const [one, other] = [1, 2].map(() => learnedSocketPath('C:\\Users\\mira\\ClawReach', 'messages', true));
  for (const path of [one, other]) expect(path).toMatch(/^\\\\\.\\pipe\\clawreach-messages-[0-9a-f]{32}$/);
  expect(one).not.toBe(other);
  // Windows' limit for the whole name.
  expect((one ?? '').length).toBeLessThan(256);
});

it.skipIf(process.platform === 'win32')('of a socket that programs learn from a file stays the same', () => {
  const profile = temporaryDirectory();
  expect(learnedSocketPath(profile, 'messages')).toBe(join(profile, 'messages.sock'));
});
