import { mkdtempSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkFolder, FolderRule } from '#agent/forwards/folders/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { ForwardRule } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { linkSides, OFFICE, portOf, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';

let root: string;
let target: TargetSide;
let laptop: PeerId;
let sides: LinkedSides;
const clients: Socket[] = [];
const settings = () => ({ home: root, privateFolders: [join(root, 'profile')] });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clawreach-folder-'));
  for (const name of ['photos', 'profile']) mkdirSync(join(root, name));
  writeFileSync(join(root, 'photos', 'a.txt'), 'hello');
  writeFileSync(join(root, 'photos', 'big.bin'), Buffer.alloc(3_000_000, 'x'));
  target = new TargetSide({ clock: systemClock });
  laptop = target.addPeer('laptop');
  target.allow(laptop, 'listen 127.0.0.1:*');
  sides = linkSides(systemClock, target, laptop, undefined, {
    folder: (context) => new FolderRule(context, settings()),
  });
  void sides.rules.manager.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await sides.close();
  target.close();
  rmSync(root, { recursive: true, force: true });
});

async function until(probe: () => boolean): Promise<void> {
  await vi.waitUntil(probe, { timeout: 30_000, interval: 10 });
}

function share(path: string): ForwardRule {
  const listen = { host: '127.0.0.1', port: 0 };
  return { kind: 'folder', name: 'photos for office', enabled: true, peer: OFFICE, listen, path };
}

async function opened(path: string): Promise<Readonly<{ id: string; port: number }>> {
  const { manager } = sides.rules;
  const { id, state } = await manager.add({ rule: share(path) });
  // It says so only once the port there is open.
  expect(state).toBe('waiting');
  await until(() => manager.view(id).state === 'ready');
  return { id, port: portOf(manager.view(id)) };
}

describe('a folder that is shared with a machine', () => {
  it('is served on a port of that machine by one forward', async () => {
    const { id, port } = await opened(join(root, 'photos'));
    const { manager } = sides.rules;
    expect(manager.view(id)).toMatchObject({ peerName: 'office', url: null });
    expect(await (await fetch(`http://127.0.0.1:${port}/a.txt`)).text()).toBe('hello');
    expect((await (await fetch(`http://127.0.0.1:${port}/big.bin`)).arrayBuffer()).byteLength).toBe(3_000_000);
    expect(await (await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } })).text()).toContain(
      'a.txt',
    );
    expect(manager.view(id).bytesOut).toBeGreaterThan(3_000_000);
    // No port of this machine is open for it.
    expect(sides.rules.claimed.size).toBe(0);
    expect(manager.list()).toHaveLength(1);
  });

  it('is no longer served there once it is switched off, with its connections', async () => {
    const { id, port } = await opened(join(root, 'photos'));
    const client = connect({ host: '127.0.0.1', port });
    client.on('error', () => undefined);
    clients.push(client);
    client.write('GET /a.txt HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const { manager } = sides.rules;
    await until(() => manager.view(id).connections === 1);
    await until(() => client.bytesRead > 0);
    await manager.enable(id, false);
    await until(() => client.destroyed);
    expect(manager.view(id)).toMatchObject({ state: 'off', connections: 0 });
    await expect(fetch(`http://127.0.0.1:${port}/a.txt`)).rejects.toThrow('fetch failed');
    expect(sides.mine().statistics().streamsOpen).toBe(0);
  });

  it('fails, and opens no port, where there is no such folder', async () => {
    const view = await sides.rules.manager.add({ rule: share(join(root, 'nowhere')) });
    expect(view).toMatchObject({ state: 'failed', address: null, problem: { code: 'folder.missing' } });
  });

  it('is checked before it is saved', async () => {
    const codeOf = async (path: string) => (await checkFolder({ path }, settings())).problem?.code ?? null;
    expect(await codeOf(join(root, 'photos'))).toBeNull();
    expect(await codeOf('~/photos')).toBeNull();
    expect(await codeOf(join(root, 'nowhere'))).toBe('folder.missing');
    expect(await codeOf(join(root, 'photos', 'a.txt'))).toBe('folder.not-a-folder');
    expect(await codeOf(join(root, 'profile'))).toBe('folder.private');
    expect(await codeOf('photos')).toBe('folder.relative');
  });
});
