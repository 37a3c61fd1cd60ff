import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { LocalPrograms } from '#node/programs/index.ts';

const isRoot = process.getuid?.() === 0;
const programs = new LocalPrograms({
  clock: systemClock,
  home: homedir(),
  user: 'me',
  environment: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  privateFolders: [],
});

/** A folder of which only this user can change anything. */
function ownFolder(): string {
  const path = mkdtempSync(join(homedir(), '.clawreach-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function programAt(folder: string, name = 'tool'): string {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

describe.skipIf(process.platform === 'win32')('who can change a program', () => {
  test('is nobody but its owner, where no folder and no link on the way is open [S-NODE-5]', async () => {
    const found = await programs.findProgram(programAt(ownFolder()), '/');
    expect(found).toMatchObject({ isOpenToOthers: false, isOfSystem: false });
  });

  test.each<[string, (folder: string) => string]>([
    ['the file lets everyone write', (folder) => (chmodSync(programAt(folder), 0o777), join(folder, 'tool'))],
    ['a folder lets everyone write', (folder) => (programAt(folder), chmodSync(folder, 0o777), join(folder, 'tool'))],
    [
      'the folder that a link lies in lets everyone write',
      (folder) => {
        mkdirSync(join(folder, 'open'));
        symlinkSync(programAt(folder), join(folder, 'open', 'link'));
        chmodSync(join(folder, 'open'), 0o777);
        return join(folder, 'open', 'link');
      },
    ],
    [
      'a folder that is passed through as a link lies in one where everyone can write',
      (folder) => {
        mkdirSync(join(folder, 'open'));
        mkdirSync(join(folder, 'real'));
        programAt(join(folder, 'real'));
        symlinkSync(join(folder, 'real'), join(folder, 'open', 'linked'));
        chmodSync(join(folder, 'open'), 0o777);
        return join(folder, 'open', 'linked', 'tool');
      },
    ],
  ])('is everyone, where %s [S-NODE-5]', async (_what, make) => {
    expect(await programs.findProgram(make(ownFolder()), '/')).toMatchObject({ isOpenToOthers: true });
  });

  test.skipIf(!isRoot).each<[string, (path: string, folder: string) => void]>([
    ['the file', (path) => chownSync(path, 12_345, 0)],
    ['a folder', (_path, folder) => chownSync(folder, 12_345, 0)],
  ])('is another user, where %s belongs to that one [S-NODE-5]', async (_what, give) => {
    const folder = ownFolder();
    const path = programAt(folder);
    give(path, folder);
    expect(await programs.findProgram(path, '/')).toMatchObject({ isOpenToOthers: true });
  });

  test.skipIf(!isRoot)('is a group, where that may write [S-NODE-5]', async () => {
    const path = programAt(ownFolder());
    chownSync(path, 0, 12_345);
    chmodSync(path, 0o775);
    expect(await programs.findProgram(path, '/')).toMatchObject({ isOpenToOthers: true });
  });

  test('is the administrator alone of what lies in the system’s folders, also by a link there [S-NODE-5]', async () => {
    expect(await programs.findProgram('ls', '/')).toMatchObject({ isOfSystem: true });
    expect(await programs.findProgram('sh', '/')).toMatchObject({ isOfSystem: true });
    expect(await programs.findProgram('/bin/sh', '/')).toMatchObject({ isOfSystem: true });
  });

  test.skipIf(!isRoot).each<[string, number]>([
    ['lets a group write', 0o775],
    ['lets everyone write', 0o757],
  ])('is not the administrator alone, where a folder of the system %s [S-NODE-5]', async (_what, mode) => {
    const folder = mkdtempSync('/usr/local/bin/clawreach-test-');
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = programAt(folder);
    expect(await programs.findProgram(path, '/')).toMatchObject({ isOfSystem: true });
    chmodSync(folder, mode);
    expect(await programs.findProgram(path, '/')).toMatchObject({ isOfSystem: false });
  });

  test('is not the administrator alone, where the file or the way to it lies elsewhere, whomever it belongs to [S-NODE-5]', async () => {
    const folder = ownFolder();
    symlinkSync('/bin', join(folder, 'bin'));
    symlinkSync('/bin/ls', join(folder, 'ls'));
    for (const path of [programAt(folder), join(folder, 'bin/ls'), join(folder, 'ls'), '/usr/bin/../bin/ls'])
      expect([path, (await programs.findProgram(path, '/'))?.isOfSystem]).toEqual([path, false]);
  });
});
