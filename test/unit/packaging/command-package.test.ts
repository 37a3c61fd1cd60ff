import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { createRelayPackages } from '#node/releases/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { createReleaseKey, ReleaseServer } from '#test/support/releases.ts';
import { packCommand } from '../../../scripts/package/command-package.ts';

type Metadata = { version: string; files: { url: string; sha512: string; size: number }[] };

const VERSION = '1.2.3';
const NAME = `ClawReach-Command-${VERSION}-linux-x64.tar.gz`;

/** A folder of the installed command, with a program that says how it was called. */
function commandFolder(): string {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'app/dist'), { recursive: true });
  writeFileSync(join(folder, 'clawreach'), '#!/bin/sh\nbasename "$0"\n');
  chmodSync(join(folder, 'clawreach'), 0o755);
  writeFileSync(join(folder, 'app/dist/clawreach.js'), '// program\n');
  return folder;
}

function pack(more: Partial<Parameters<typeof packCommand>[0]> = {}): string {
  const artifacts = temporaryDirectory();
  packCommand({ command: commandFolder(), artifacts, version: VERSION, arch: 'x64', writesMetadata: true, ...more });
  return artifacts;
}

const metadataIn = (folder: string, name = 'latest-linux.yml'): Metadata =>
  load(readFileSync(join(folder, name), 'utf8')) as Metadata;

describe('the package with the commands', () => {
  it('has both commands, which run from wherever it is unpacked', () => {
    const artifacts = pack();
    const place = temporaryDirectory();
    execFileSync('tar', ['-xzf', join(artifacts, NAME), '-C', place]);
    expect(execFileSync(join(place, 'clawreach'), { encoding: 'utf8' })).toBe('clawreach\n');
    expect(execFileSync(join(place, 'clawreach-relay'), { encoding: 'utf8' })).toBe('clawreach-relay\n');
    expect(existsSync(join(place, 'app/dist/clawreach.js'))).toBe(true);
  });

  it('is the same for the same files, whenever it is made', () => {
    const command = commandFolder();
    const [one, other] = [0, 1].map((time) => {
      utimesSync(join(command, 'clawreach'), time, time);
      return readFileSync(join(pack({ command }), NAME));
    });
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
  });

  it('is listed with its hash beside the files of electron-builder, in each channel', () => {
    const artifacts = temporaryDirectory();
    const image = { url: 'ClawReach-1.2.3-x86_64.AppImage', sha512: 'AAAA', size: 4 };
    for (const name of ['latest-linux.yml', 'beta-linux.yml'])
      writeFileSync(
        join(artifacts, name),
        dump({ version: VERSION, files: [image], path: image.url, releaseDate: '2026-01-01T00:00:00.000Z' }),
      );
    packCommand({ command: commandFolder(), artifacts, version: VERSION, arch: 'x64' });
    const bytes = readFileSync(join(artifacts, NAME));
    const own = { url: NAME, sha512: createHash('sha512').update(bytes).digest('base64'), size: bytes.length };
    for (const name of ['latest-linux.yml', 'beta-linux.yml'])
      expect(metadataIn(artifacts, name)).toMatchObject({ version: VERSION, files: [image, own] });
    // Made again, it takes its own place.
    packCommand({ command: commandFolder(), artifacts, version: VERSION, arch: 'x64' });
    expect(metadataIn(artifacts).files).toHaveLength(2);
  });

  it('is in the file of its architecture, and a test version in that of testers only', () => {
    expect(metadataIn(pack({ arch: 'arm64' }), 'latest-linux-arm64.yml').files[0]?.url).toContain(
      '-linux-arm64.tar.gz',
    );
    const early = pack({ version: '2.0.0-beta.1' });
    expect(existsSync(join(early, 'latest-linux.yml'))).toBe(false);
    expect(metadataIn(early, 'beta-linux.yml').files[0]?.url).toContain('2.0.0-beta.1');
  });

  it('fails beside metadata of another version, and makes none where electron-builder makes them', () => {
    const artifacts = temporaryDirectory();
    packCommand({ command: commandFolder(), artifacts, version: VERSION, arch: 'x64' });
    expect(existsSync(join(artifacts, 'latest-linux.yml'))).toBe(false);
    writeFileSync(join(artifacts, 'latest-linux.yml'), dump({ version: '1.2.2', files: [], releaseDate: '' }));
    expect(() => packCommand({ command: commandFolder(), artifacts, version: VERSION, arch: 'x64' })).toThrow('1.2.2');
  });

  it('is what a relay is set up with at a server of another kind, once it is signed [S-DEPLOY-2]', async () => {
    const artifacts = pack({ arch: 'arm64' });
    const name = NAME.replace('x64', 'arm64');
    const server = await ReleaseServer.start();
    try {
      const key = createReleaseKey();
      server.files.set(name, readFileSync(join(artifacts, name)));
      const written = readFileSync(join(artifacts, 'latest-linux-arm64.yml'), 'utf8');
      server.publish('latest-linux-arm64.yml', written, [key], { now: new Date() });
      const source = { feeds: { stable: server.url, beta: server.url }, keys: [key.public] };
      const packages = createRelayPackages({
        version: VERSION,
        commandFolder: undefined,
        checkout: undefined,
        arch: 'x64',
        source,
      });
      expect(packages.find('arm64')).toBe('release');
      const parcel = await packages.open('arm64', new AbortController().signal);
      expect(readFileSync(parcel.path).equals(readFileSync(join(artifacts, name)))).toBe(true);
      await parcel.release();
      server.files.set(name, Buffer.alloc(parcel.size));
      await expect(packages.open('arm64', new AbortController().signal)).rejects.toMatchObject({
        code: 'update.checksum',
      });
    } finally {
      await server.close();
    }
  });
});
