import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkSocketDirectory } from '#node/control-socket/path.ts';
import { ensurePrivateDirectory } from '#node/files/index.ts';
import { codeOf } from '#test/support/rejections.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'clawreach-folder-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

it('a profile that is a file is said to be one', async () => {
  const file = join(folder(), 'profile');
  writeFileSync(file, '');
  expect(await codeOf(() => checkSocketDirectory(join(file, 'agent.sock')))).toBe('control.no-folder');
  expect(await codeOf(() => checkSocketDirectory(join(file, 'deep', 'agent.sock')))).toBe('control.no-folder');
});

it('a profile that cannot be created is said not to be, with the reason of the system', () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  expect(() => ensurePrivateDirectory(join(file, 'deep', 'profile'))).toThrow(
    expect.objectContaining({ code: 'store.folder', details: expect.objectContaining({ reason: 'ENOTDIR' }) }),
  );
  const path = folder();
  ensurePrivateDirectory(join(path, 'deep', 'profile'));
  expect(existsSync(join(path, 'deep', 'profile'))).toBe(true);
});
