import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';

/** A script of deb and rpm as electron-builder fills it in, for a machine that is a folder. */
function script(name: string, machine: string): string {
  const template = readFileSync(new URL(`../../../build/linux/${name}.tpl`, import.meta.url), 'utf8');
  return template
    .replaceAll('${sanitizedProductName}', 'ClawReach')
    .replaceAll('${executable}', 'clawreach-desktop')
    .replaceAll(/(?<![\w$])\/(opt|usr\/bin|usr\/share|etc)(?=\/)/g, `${machine}/$1`);
}

function run(text: string, ...words: readonly string[]): void {
  expect(saidBy(text, ...words)).toBe('');
}

/** What the package manager shows of a script that went well. */
function saidBy(text: string, ...words: readonly string[]): string {
  const { status, stderr } = spawnSync('sh', ['-eu', '-s', ...words], {
    input: text.replace(/^#!.*\n/, ''),
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  });
  expect(status).toBe(0);
  return stderr;
}

function machine(): string {
  const folder = temporaryDirectory();
  for (const path of ['opt/ClawReach/resources/command', 'usr/bin', 'usr/share', 'etc/apparmor.d']) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  for (const path of ['clawreach-desktop', 'chrome-sandbox', 'resources/command/clawreach']) {
    writeFileSync(join(folder, 'opt/ClawReach', path), '', { mode: 0o755 });
  }
  return folder;
}

describe('the scripts of deb and rpm', () => {
  it('link the command and the application to where terminals and menus look, also over older links of theirs', () => {
    const folder = machine();
    symlinkSync(join(folder, 'opt/ClawReach/an/older/place'), join(folder, 'usr/bin/clawreach'));
    run(script('after-install', folder), 'configure');
    expect(readlinkSync(join(folder, 'usr/bin/clawreach'))).toBe(
      join(folder, 'opt/ClawReach/resources/command/clawreach'),
    );
    expect(readlinkSync(join(folder, 'usr/bin/clawreach-desktop'))).toBe(
      join(folder, 'opt/ClawReach/clawreach-desktop'),
    );
    // With namespaces of users or without.
    expect([0o755, 0o4755]).toContain(statSync(join(folder, 'opt/ClawReach/chrome-sandbox')).mode & 0o7777);
  });

  it('take their links away with the package, and leave what is not theirs and what an update has just made', () => {
    const folder = machine();
    run(script('after-install', folder), 'configure');
    for (const words of ['upgrade', '1']) {
      run(script('after-remove', folder), words);
      expect(existsSync(join(folder, 'usr/bin/clawreach'))).toBe(true);
    }
    symlinkSync('/somewhere/else', join(folder, 'usr/bin/other'));
    writeFileSync(join(folder, 'usr/bin/kept'), '');
    run(script('after-remove', folder), 'remove');
    for (const name of ['clawreach', 'clawreach-relay', 'clawreach-desktop']) {
      expect(() => readlinkSync(join(folder, 'usr/bin', name))).toThrow('ENOENT');
    }
    expect(existsSync(join(folder, 'usr/bin/kept'))).toBe(true);
  });

  it('never take the place of a program, a link or a profile of somebody else, and take none of them away [S-UPD-5]', () => {
    const folder = machine();
    const command = join(folder, 'usr/bin/clawreach');
    const relay = join(folder, 'usr/bin/clawreach-relay');
    const profile = join(folder, 'etc/apparmor.d/clawreach-desktop');
    writeFileSync(command, 'a program of somebody else');
    symlinkSync('/somewhere/else', relay);
    writeFileSync(profile, 'profile "other" "/usr/local/bin/clawreach-desktop" {}');
    const said = saidBy(script('after-install', folder), 'configure');
    expect(said).toContain(`${command} is not of ClawReach and stays as it is`);
    expect(said).toContain(`${relay} is not of ClawReach and stays as it is`);
    expect(said).toContain(`${profile} is not of ClawReach and stays as it is`);
    run(script('after-remove', folder), 'remove');
    expect(readFileSync(command, 'utf8')).toBe('a program of somebody else');
    expect(readlinkSync(relay)).toBe('/somewhere/else');
    expect(readFileSync(profile, 'utf8')).toContain('profile "other"');
    expect(existsSync(join(folder, 'usr/bin/clawreach-desktop'))).toBe(false);
  });
});
