import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UserSshConfig } from '#node/ssh-config/index.ts';

let folder: string;
let config: string;
let file: string;
let files: UserSshConfig;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawreach-ssh-config-'));
  config = join(folder, '.ssh', 'config');
  file = join(folder, 'my profile', 'ssh_config');
  mkdirSync(join(file, '..'));
  files = new UserSshConfig(config, file);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const OWN = 'Host *\n  User ada\n\nHost lab\n  HostName lab.example\n';

it('creates a configuration that others can neither read nor write, and empties it again', async () => {
  await files.write('Host office.claw\n  User ada\n');
  await files.include();
  expect([statSync(join(folder, '.ssh')).mode & 0o777, statSync(config).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(await files.isIncluded()).toBe(true);
  await files.remove();
  expect(readFileSync(config, 'utf8')).toBe('');
  expect(existsSync(file)).toBe(false);
});

it('keeps what the person has, its mode, and a link to it', async () => {
  mkdirSync(join(folder, '.ssh'));
  const real = join(folder, 'dotfiles');
  writeFileSync(real, OWN, { mode: 0o640 });
  symlinkSync(real, config);
  await files.include();
  await files.include();
  const text = readFileSync(config, 'utf8');
  expect(text.endsWith(`\n\n${OWN}`)).toBe(true);
  expect(text.match(/^Include /gm)).toHaveLength(1);
  expect([lstatSync(config).isSymbolicLink(), statSync(real).mode & 0o777]).toEqual([true, 0o640]);
  await files.remove();
  expect(readFileSync(config, 'utf8')).toBe(OWN);
});

it('keeps every byte of the person, in any encoding', async () => {
  mkdirSync(join(folder, '.ssh'));
  const own = Buffer.concat([
    Buffer.from('IdentityFile "/home/u/Schl'),
    Buffer.from([0xfc, 0xff]),
    Buffer.from('ssel"\r\n'),
  ]);
  writeFileSync(config, own);
  const named = new UserSshConfig(config, join(folder, 'Büro', 'ssh_config'));
  await named.include();
  expect(await named.isIncluded()).toBe(true);
  expect(readFileSync(config, 'utf8')).toContain('Büro');
  await named.remove();
  expect(readFileSync(config).equals(own)).toBe(true);
});

it('leaves the line of another profile', async () => {
  const other = new UserSshConfig(config, join(folder, 'other', 'ssh_config'));
  await files.include();
  await other.include();
  await files.remove();
  expect([await files.isIncluded(), await other.isIncluded()]).toEqual([false, true]);
  expect(readFileSync(config, 'utf8').match(/^#/gm)).toHaveLength(1);
});

it.skipIf(!existsSync('/usr/bin/ssh'))('is what ssh reads, before the lines of the person', async () => {
  mkdirSync(join(folder, '.ssh'));
  writeFileSync(config, OWN);
  await files.write('Host office.claw\n  User bob\n  HostKeyAlias clawreach-x\n');
  await files.include();
  const read = execFileSync('ssh', ['-G', '-F', config, 'office.claw'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(read).toMatch(/^user bob$/m);
  expect(read).toMatch(/^hostkeyalias clawreach-x$/m);
});

it('writes nothing into a configuration that it cannot read', async () => {
  mkdirSync(config, { recursive: true });
  await expect(files.include()).rejects.toMatchObject({ code: 'store.unreadable' });
});
