import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { programPaths, findExecutable, isBareName } from '../../../../src-node/programs/which.ts';
import { temporaryDirectory } from '#test/support/directories.ts';

const WINDOWS = {
  platform: 'win32',
  path: String.raw`C:\Windows;relative;D:\tools`,
  extensions: '.COM;.EXE;.BAT',
} as const;
const LINUX = { platform: 'linux', path: '/usr/bin:relative::/opt/bin', extensions: undefined } as const;

describe('where a name is looked for on Windows', () => {
  it('is each folder of PATH with each extension of PATHEXT, in their order', () => {
    expect(programPaths('git', String.raw`C:\work`, WINDOWS)).toEqual([
      String.raw`C:\Windows\git.com`,
      String.raw`C:\Windows\git.exe`,
      String.raw`C:\Windows\git.bat`,
      String.raw`D:\tools\git.com`,
      String.raw`D:\tools\git.exe`,
      String.raw`D:\tools\git.bat`,
    ]);
  });

  it('is only the name itself where it ends with one of them, in any case', () => {
    const search = { ...WINDOWS, path: String.raw`C:\Windows` };
    expect(programPaths('Git.EXE', String.raw`C:\work`, search)).toEqual([String.raw`C:\Windows\Git.EXE`]);
    expect(programPaths('notes.txt', String.raw`C:\work`, { ...search, extensions: '.EXE' })).toEqual([
      String.raw`C:\Windows\notes.txt.exe`,
    ]);
  });

  it('is the folder that is named, from the one where it runs, with the extensions', () => {
    const search = { ...WINDOWS, extensions: '.EXE' };
    expect(programPaths(String.raw`sub\tool`, String.raw`C:\work`, search)).toEqual([String.raw`C:\work\sub\tool.exe`]);
    expect(programPaths('sub/tool', String.raw`C:\work`, search)).toEqual([String.raw`C:\work\sub\tool.exe`]);
    expect(programPaths(String.raw`D:\x\tool.exe`, String.raw`C:\work`, search)).toEqual([String.raw`D:\x\tool.exe`]);
  });

  it('takes the usual extensions without PATHEXT, and leaves out what is none', () => {
    const search = { ...WINDOWS, path: String.raw`C:\b` };
    expect(programPaths('a', 'C:', { ...search, extensions: undefined }).map((place) => place.slice(-4))).toEqual([
      '.com',
      '.exe',
      '.bat',
      '.cmd',
    ]);
    expect(programPaths('a', 'C:', { ...search, extensions: String.raw`;.EXE;\evil;..\x;.` })).toEqual([
      String.raw`C:\b\a.exe`,
    ]);
    expect(programPaths('a', 'C:', { ...search, path: undefined })).toEqual([]);
  });
});

describe('where a name is looked for elsewhere', () => {
  it('is each whole folder of PATH, as it is called', () => {
    expect(programPaths('git', '/work', LINUX)).toEqual(['/usr/bin/git', '/opt/bin/git']);
    expect(programPaths('./git', '/work', LINUX)).toEqual(['/work/git']);
    expect(programPaths('git', '/work', { ...LINUX, path: undefined })).toEqual([
      '/usr/local/bin/git',
      '/usr/bin/git',
      '/bin/git',
    ]);
  });

  it('is never a folder, and only what may be started', async () => {
    const directory = temporaryDirectory();
    const place = (name: string): string => join(directory, name);
    await mkdir(place('folder'));
    await writeFile(place('plain'), '');
    await writeFile(place('program'), '');
    await chmod(place('program'), 0o755);
    const found = await findExecutable(['none', 'folder', 'plain', 'program'].map(place));
    expect(found).toBe(place(process.platform === 'win32' ? 'plain' : 'program'));
    expect(await findExecutable([])).toBeUndefined();
  });

  it('is asked for by a bare name, and nothing else', () => {
    for (const name of ['git', 'g++', 'a.b', '[']) expect(isBareName(name)).toBe(true);
    for (const name of ['', '.', '..', 'a/b', String.raw`a\b`, 'c:x', 'a\nb', 'x'.repeat(256)])
      expect(isBareName(name)).toBe(false);
  });
});
