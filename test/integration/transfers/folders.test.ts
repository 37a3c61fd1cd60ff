import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createIncomingDisk } from '#node/transfers/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import type { CallInput, TransferView } from '#shared/app-api/index.ts';
import { isOver } from '#shared/files/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { codeOf, DeviceDisk, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { transferFiles } from '#test/support/transfers/transfer-files.ts';

/** Far beyond what it takes, ms. */
const LIMIT = 30_000;
const MIB = 1_048_576;

let directory: string;
let relay: RunningRelay;
let office: TestDevice;
let laptop: TestDevice;
const disks = { office: new DeviceDisk(), laptop: new DeviceDisk() };
const books = { office: new MemoryDocumentFile(), laptop: new MemoryDocumentFile() };
let number = 0;

shareAmongTests(async (defer) => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-folders-')));
  defer(() => rm(directory, { recursive: true, force: true }));
  relay = await startRelay({
    dataDirectory: join(directory, 'relay'),
    listen: { host: '127.0.0.1', port: 0 },
    tls: { mode: 'off' },
    admission: 'open',
    drainTimeout: 0,
  });
  defer(() => relay.close({ drain: 0 }));
  office = await create('office');
  defer(() => office.close());
  laptop = await create('laptop');
  defer(() => laptop.close());
  office.agent.start();
  laptop.agent.start();
  await office.configure(relay.url);
  await laptop.configure(relay.url);
  await pairDevices(office, laptop, { allow: [] });
  await office.api.call('rights.set', { peer: 'laptop', right: 'send', decision: 'deny', expiresAt: null });
  await laptop.api.call('rights.set', { peer: 'office', right: 'send', decision: 'deny', expiresAt: null });
});

async function create(name: 'office' | 'laptop'): Promise<TestDevice> {
  const profile = join(directory, name);
  await mkdir(profile, { recursive: true });
  return await TestDevice.create({
    name,
    dialer: createRelayDialer({ clock: systemClock }),
    disk: disks[name],
    transfers: transferFiles(profile, {
      book: books[name],
      disk: createIncomingDisk([profile]),
      privateFolders: [profile],
    }),
  });
}

async function restart(name: 'office' | 'laptop'): Promise<void> {
  await (name === 'office' ? office : laptop).close();
  const again = await create(name);
  if (name === 'office') office = again;
  else laptop = again;
  await again.start();
}

/** A new folder of the machine office that is shared with the machine laptop, and its name there. */
async function shared(mode: 'read' | 'write' = 'read'): Promise<{ path: string; folder: string }> {
  number += 1;
  const folder = `share-${number}`;
  const path = join(directory, 'shares', folder);
  await mkdir(path, { recursive: true });
  await office.api.call('folders.share', { peer: 'laptop', path, mode });
  return { path, folder };
}

/** A new folder of the machine laptop. */
async function local(): Promise<string> {
  number += 1;
  const path = join(directory, `local-${number}`);
  await mkdir(path);
  return path;
}

const at = (folder: string, ...path: string[]) => ({ peer: 'office', folder, path });

async function names(folder: string, ...path: string[]): Promise<readonly string[]> {
  const { entries } = await laptop.api.call('folders.list', at(folder, ...path));
  return entries.map(({ name, kind }) => (kind === 'folder' ? `${name}/` : name));
}

async function ended(id: string): Promise<TransferView> {
  return await until(
    'the end',
    async () => {
      const { transfer } = await laptop.api.call('transfers.get', { id });
      return isOver(transfer.state) ? transfer : undefined;
    },
    LIMIT,
  );
}

async function get(input: Omit<CallInput<'folders.get'>, 'peer'>): Promise<TransferView> {
  return await ended((await laptop.api.call('folders.get', { peer: 'office', ...input })).id);
}

async function put(input: Omit<CallInput<'folders.put'>, 'peer'>): Promise<TransferView> {
  return await ended((await laptop.api.call('folders.put', { peer: 'office', ...input })).id);
}

describe('a shared folder', { timeout: LIMIT }, () => {
  it('is the only thing that is there, and is read as it is [S-FILE-12]', async () => {
    expect(await laptop.api.call('folders.roots', { peer: 'office' }).catch((error: unknown) => error)).toMatchObject({
      code: 'rights.denied',
    });
    const { path, folder } = await shared();
    await mkdir(join(path, 'sub'));
    await writeFile(join(path, 'a.txt'), 'hello');
    await writeFile(join(path, '.hidden'), 'secret');
    await symlink('/etc', join(path, 'etc'));
    await symlink('a.txt', join(path, 'link'));
    await symlink('..', join(path, 'sub', 'up'));
    expect(await laptop.api.call('folders.roots', { peer: 'office' })).toEqual([{ name: folder, mode: 'read' }]);
    expect(await names(folder)).toEqual(['a.txt', 'sub/']);
    expect(await names(folder, 'sub')).toEqual([]);
    expect(await laptop.api.call('folders.stat', at(folder, 'a.txt'))).toMatchObject({ kind: 'file', size: 5 });
    expect((await laptop.api.call('folders.hash', at(folder, 'a.txt'))).sha256).toMatch(/^2cf24dba/);
  });

  it('gives nothing outside of it, whatever is asked for [S-FILE-12]', async () => {
    const { path, folder } = await shared('write');
    await writeFile(join(path, '..', 'secret'), 'secret');
    await writeFile(join(path, '.hidden'), 'secret');
    await mkdir(join(path, '.ssh'));
    await writeFile(join(path, '.ssh', 'key'), 'secret');
    await symlink('/etc', join(path, 'etc'));
    await mkdir(join(path, 'sub'));
    await writeFile(join(path, 'sub', 'a'), 'a');
    await link(join(directory, 'office', 'lists').replace(/lists$/, 'key'), join(path, 'key')).catch(() => undefined);
    const outside: readonly (readonly string[])[] = [
      ['..', 'secret'],
      ['sub', '..', '..', 'secret'],
      ['.'],
      ['../secret'],
      ['sub/../../secret'],
      ['/etc/passwd'],
      ['etc', 'passwd'],
      ['etc'],
      ['.hidden'],
      ['.ssh', 'key'],
      ['..\\secret'],
      ['nul\0'],
      ['a'.repeat(255)],
    ];
    for (const names of outside) {
      const place = at(folder, ...names);
      for (const call of ['folders.stat', 'folders.hash', 'folders.list', 'folders.remove'] as const)
        expect([names, await codeOf(laptop.api.call(call, place))]).toEqual([names, 'file.missing']);
      expect(await codeOf(laptop.api.call('folders.rename', { ...place, to: ['x'] }))).toBe('file.missing');
      expect(await get({ folder, path: [...names], into: await local() })).toMatchObject({
        state: 'failed',
        code: 'file.missing',
      });
    }
    for (const to of [['..', 'x'], ['.x'], ['etc', 'x'], ['a/b'], ['x\0'], ['sub', '..', 'x']]) {
      const move = { ...at(folder, 'sub', 'a'), to };
      expect([to, await codeOf(laptop.api.call('folders.rename', move))]).toEqual([
        to,
        expect.stringMatching(/^file\.(missing|name)$/),
      ]);
      expect(await codeOf(laptop.api.call('folders.makeFolder', at(folder, ...to)))).toMatch(/^file\.(missing|name)$/);
    }
    const source = await local();
    await writeFile(join(source, 'x'), 'x');
    for (const path of [['..'], ['.ssh'], ['etc'], ['sub', '..', '..']])
      expect(await put({ folder, path, paths: [join(source, 'x')], mode: 'replace' })).toMatchObject({
        state: expect.stringMatching(/failed|refused/),
      });
    expect(await readFile(join(path, '..', 'secret'), 'utf8')).toBe('secret');
    expect(existsSync('/etc/x')).toBe(false);
    expect(existsSync(join(path, '..', 'x'))).toBe(false);
    expect((await readdir(path)).toSorted()).toEqual(['.hidden', '.ssh', 'etc', 'sub']);
  });

  it('never holds the keys of this machine, by whatever name [S-FILE-12]', async () => {
    const profile = join(directory, 'office');
    await writeFile(join(profile, 'secret'), 'key');
    expect(await codeOf(office.api.call('folders.share', { peer: 'laptop', path: profile, mode: 'read' }))).toBe(
      'folder.private',
    );
    expect(
      await codeOf(office.api.call('folders.share', { peer: 'laptop', path: join(profile, 'lists'), mode: 'read' })),
    ).toMatch(/^folder\.(private|missing)$/);
    await office.api.call('folders.share', { peer: 'laptop', path: directory, mode: 'write', name: 'all' });
    const { path, folder } = await shared();
    await link(join(profile, 'secret'), join(path, 'innocent'));
    await writeFile(join(profile, 'settings'), 'mine');
    for (const call of ['folders.list', 'folders.stat'] as const)
      expect(await codeOf(laptop.api.call(call, at('all', 'office')))).toBe('file.missing');
    expect(await codeOf(laptop.api.call('folders.hash', at('all', 'office', 'settings')))).toBe('file.missing');
    expect(await names('all')).not.toContain('office/');
    expect(await names('all')).toContain('laptop/');
    for (const [name, ...names] of [
      ['all', 'office'],
      ['all', 'office', 'secret'],
      [folder, 'innocent'],
    ])
      expect([names, await codeOf(laptop.api.call('folders.hash', at(name ?? '', ...names)))]).toEqual([
        names,
        'file.missing',
      ]);
    expect(await codeOf(laptop.api.call('folders.rename', { ...at('all', 'office'), to: ['moved'] }))).toBe(
      'file.missing',
    );
    expect(await codeOf(laptop.api.call('folders.remove', at('all', 'office')))).toBe('file.missing');
    await office.api.call('folders.unshare', { peer: 'laptop', folder: 'all' });
    expect(await codeOf(laptop.api.call('folders.list', at('all')))).toBe('file.not-shared');
  });

  it('takes nothing for the profile below it, also not by merging folders [S-FILE-12]', async () => {
    const profile = join(directory, 'office');
    await mkdir(join(profile, 'keys'), { recursive: true });
    await writeFile(join(profile, 'keys', 'secret'), 'key');
    await office.api.call('folders.share', { peer: 'laptop', path: directory, mode: 'write', name: 'all' });
    const source = await local();
    await mkdir(join(source, 'office', 'keys'), { recursive: true });
    await writeFile(join(source, 'office', 'keys', 'secret'), 'bad');
    await writeFile(join(source, 'office', 'planted'), 'bad');
    for (const mode of ['replace', 'skip-same', 'new'] as const)
      expect([
        mode,
        (await put({ folder: 'all', path: [], paths: [join(source, 'office')], mode })).state,
        await readFile(join(profile, 'keys', 'secret'), 'utf8'),
        existsSync(join(profile, 'planted')),
      ]).toEqual([mode, 'failed', 'key', false]);
    // Nothing is told of what is there, either.
    const secret = await lstat(join(profile, 'keys', 'secret'));
    await writeFile(join(source, 'office', 'keys', 'secret'), 'key');
    await utimes(join(source, 'office', 'keys', 'secret'), secret.atime, secret.mtime);
    const paths = [join(source, 'office', 'keys')];
    expect((await put({ folder: 'all', path: ['office'], paths, mode: 'skip-same' })).state).toBe('failed');
    await office.api.call('folders.unshare', { peer: 'laptop', folder: 'all' });
    await rm(join(profile, 'keys'), { recursive: true });
  });

  it('is read from the folder that was shared, not from a link in its place [S-FILE-12]', async () => {
    const { path, folder } = await shared('write');
    await rename(path, `${path}-moved`);
    await symlink('/etc', path);
    expect(await codeOf(laptop.api.call('folders.list', at(folder)))).toBe('file.missing');
    const source = await local();
    await writeFile(join(source, 'x'), 'x');
    expect((await put({ folder, path: [], paths: [join(source, 'x')], mode: 'new' })).state).toBe('failed');
    expect(existsSync('/etc/x')).toBe(false);
  });

  it('gives nothing else while links take the place of its folders again and again [S-FILE-12]', async () => {
    const { path, folder } = await shared();
    await mkdir(join(path, 'sub'));
    await writeFile(join(path, 'sub', 'passwd'), 'mine');
    const over = new AbortController();
    const swapping = (async () => {
      while (!over.signal.aborted) {
        await rename(join(path, 'sub'), join(path, '.kept'));
        await symlink('/etc', join(path, 'sub'));
        await rm(join(path, 'sub'));
        await rename(join(path, '.kept'), join(path, 'sub'));
      }
    })();
    const sizes = new Set<number>();
    let read = 0;
    for (let turn = 0; turn < 400; turn += 1) {
      const facts = await laptop.api.call('folders.stat', at(folder, 'sub', 'passwd')).catch(() => undefined);
      if (facts === undefined) continue;
      read += 1;
      sizes.add(facts.size);
    }
    over.abort();
    await swapping;
    expect([...sizes]).toEqual([4]);
    expect(read).toBeGreaterThan(0);
  });

  it('is listed in parts, whole and in order', async () => {
    const { path, folder } = await shared();
    const all = Array.from({ length: 2345 }, (_, index) => `file ${String(index).padStart(5, '0')} ${'ü'.repeat(40)}`);
    for (const name of all) await writeFile(join(path, name), '');
    const found: string[] = [];
    let parts = 0;
    for (let after: string | undefined, more = true; more; parts += 1) {
      const page = await laptop.api.call('folders.list', { ...at(folder), ...(after === undefined ? {} : { after }) });
      found.push(...page.entries.map(({ name }) => name));
      after = found.at(-1);
      more = page.more;
    }
    expect(found).toEqual(all);
    expect(parts).toBe(3);
  });

  it('is changed if it may be written to, and only then [S-FILE-13]', async () => {
    const { path, folder } = await shared('read');
    await writeFile(join(path, 'a'), 'a');
    const source = await local();
    await writeFile(join(source, 'x'), 'x');
    expect(await codeOf(laptop.api.call('folders.makeFolder', at(folder, 'new')))).toBe('file.read-only');
    expect(await codeOf(laptop.api.call('folders.rename', { ...at(folder, 'a'), to: ['b'] }))).toBe('file.read-only');
    expect(await codeOf(laptop.api.call('folders.remove', at(folder, 'a')))).toBe('file.read-only');
    expect(await put({ folder, path: [], paths: [join(source, 'x')], mode: 'new' })).toMatchObject({
      code: 'file.read-only',
    });
    expect(await readdir(path)).toEqual(['a']);
    await office.api.call('folders.share', { peer: 'laptop', path, mode: 'write' });
    await laptop.api.call('folders.makeFolder', at(folder, 'new'));
    expect(await codeOf(laptop.api.call('folders.makeFolder', at(folder, 'new')))).toBe('file.exists');
    await laptop.api.call('folders.rename', { ...at(folder, 'a'), to: ['new', 'b'] });
    await writeFile(join(path, 'a'), 'other');
    expect(await codeOf(laptop.api.call('folders.rename', { ...at(folder, 'a'), to: ['new', 'b'] }))).toBe(
      'file.exists',
    );
    expect(await readFile(join(path, 'new', 'b'), 'utf8')).toBe('a');
    await laptop.api.call('folders.remove', at(folder, 'new'));
    expect(await names(folder)).toEqual(['a']);
    const [trashed = ''] = await readdir(join(path, '.clawreach-trash'));
    expect(await readFile(join(path, '.clawreach-trash', trashed, 'new', 'b'), 'utf8')).toBe('a');
    const audit = await office.api.call('audit.list', { limit: 50 });
    expect(audit.map(({ event }) => event)).toEqual(expect.arrayContaining(['folders.changed', 'folder.changed']));
  });
});

it(
  'is asked about if a person has said so, for as long as the answer holds [S-FILE-14]',
  { timeout: LIMIT },
  async () => {
    await shared('read');
    const { path, folder } = await shared('write');
    await writeFile(join(path, 'a'), 'a');
    const source = await local();
    await writeFile(join(source, 'x'), 'x');
    await office.api.call('rights.set', { peer: 'laptop', right: 'files', decision: 'ask', expiresAt: null });
    const question = async (detail: RegExp) =>
      await until('the question', async () => {
        const [asked] = await office.api.call('approvals.list', {});
        return asked !== undefined && detail.test(asked.detail) ? asked : undefined;
      });
    const listing = names(folder);
    const first = await question(/^open and change shared folders: .*share-/);
    expect(first).toMatchObject({
      right: 'files',
      facts: [{ fact: 'read-only', value: expect.stringMatching(/share-/) }],
    });
    await office.api.call('approvals.decide', { id: first.id, decision: 'approve' });
    expect(await listing).toEqual(['a']);
    const { id } = await laptop.api.call('folders.put', { ...at(folder), paths: [join(source, 'x')], mode: 'new' });
    const second = await question(/^put x/);
    expect(existsSync(join(path, 'x'))).toBe(false);
    await office.api.call('approvals.decide', { id: second.id, decision: 'approve' });
    expect(await ended(id)).toMatchObject({ state: 'done' });
    const again = await laptop.api.call('folders.put', {
      ...at(folder),
      paths: [join(source, 'x')],
      mode: 'replace',
    });
    const third = await question(/^replace by x/);
    await office.api.call('approvals.decide', { id: third.id, decision: 'approve' });
    expect(await ended(again.id)).toMatchObject({ state: 'done' });
    // Nothing is replaced if both are kept.
    const both = await laptop.api.call('folders.put', {
      ...at(folder),
      paths: [join(source, 'x')],
      mode: 'keep-both',
    });
    const fourth = await question(/^put x/);
    await office.api.call('approvals.decide', { id: fourth.id, decision: 'approve' });
    expect(await ended(both.id)).toMatchObject({ state: 'done' });
    await office.api.call('rights.set', { peer: 'laptop', right: 'files', decision: 'deny', expiresAt: null });
    expect(await codeOf(laptop.api.call('folders.list', at(folder)))).toBe('rights.denied');
    await office.api.call('rights.set', { peer: 'laptop', right: 'files', decision: 'allow', expiresAt: null });
  },
);

describe('a copy out of a shared folder', { timeout: LIMIT }, () => {
  it('is the same to the byte, without the right to send, and leaves out what is hidden', async () => {
    const { path, folder } = await shared();
    const tree = join(path, 'tree');
    await mkdir(join(tree, 'deep'), { recursive: true });
    const large = randomBytes(5 * MIB + 17);
    await writeFile(join(tree, 'large'), large);
    await writeFile(join(tree, 'deep', 'small'), 'small');
    await writeFile(join(tree, '.hidden'), 'secret');
    await symlink('/etc/passwd', join(tree, 'passwd'));
    const into = await local();
    const end = await get({ folder, path: ['tree'], into });
    expect(end).toMatchObject({ state: 'done', files: { done: 2 }, direction: 'in' });
    expect((await readFile(join(into, 'tree', 'large'))).equals(large)).toBe(true);
    expect((await readdir(join(into, 'tree'), { recursive: true })).toSorted()).toEqual([
      'deep',
      'deep/small',
      'large',
    ]);
    expect(await get({ folder, path: ['tree', 'large'], into, name: 'copy' })).toMatchObject({ state: 'done' });
    expect((await readFile(join(into, 'copy'))).equals(large)).toBe(true);
    // Nothing here is replaced.
    await get({ folder, path: ['tree', 'deep', 'small'], into, name: 'copy' });
    expect((await readFile(join(into, 'copy'))).equals(large)).toBe(true);
    expect(await readFile(join(into, 'copy (2)'), 'utf8')).toBe('small');
  });

  it.each(['office', 'laptop'] as const)('goes on after a restart of %s', async (name) => {
    const { path, folder } = await shared();
    const large = randomBytes(96 * MIB);
    await writeFile(join(path, 'large'), large);
    const into = await local();
    const { id } = await laptop.api.call('folders.get', { peer: 'office', folder, path: ['large'], into });
    await until(
      'some bytes',
      async () => {
        const { transfer } = await laptop.api.call('transfers.get', { id });
        return transfer.bytes.done > 0 ? true : undefined;
      },
      LIMIT,
    );
    await restart(name);
    expect(await ended(id)).toMatchObject({ state: 'done' });
    expect((await readFile(join(into, 'large'))).equals(large)).toBe(true);
  });

  it('ends within a second when the right is taken away, and so do requests [S-FILE-14]', async () => {
    const { path, folder } = await shared();
    await writeFile(join(path, 'large'), randomBytes(256 * MIB));
    const into = await local();
    const { id } = await laptop.api.call('folders.get', { peer: 'office', folder, path: ['large'], into });
    await until(
      'some bytes',
      async () => {
        const { transfer } = await laptop.api.call('transfers.get', { id });
        return transfer.state === 'running' ? true : undefined;
      },
      LIMIT,
    );
    const before = performance.now();
    await office.api.call('rights.set', { peer: 'laptop', right: 'files', decision: 'deny', expiresAt: null });
    expect(await ended(id)).toMatchObject({ state: 'refused', code: 'rights.denied' });
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await codeOf(laptop.api.call('folders.list', at(folder)))).toBe('rights.denied');
    expect(existsSync(join(into, 'large'))).toBe(false);
    await office.api.call('rights.set', { peer: 'laptop', right: 'files', decision: 'allow', expiresAt: null });
    expect(await names(folder)).toEqual(['large']);
    await office.api.call('folders.unshare', { peer: 'laptop', folder });
    expect(await codeOf(laptop.api.call('folders.list', at(folder)))).toBe('file.not-shared');
  });

  it('is sent to no one who has not asked for it, also while something else was [S-FILE-6]', async () => {
    const source = join(directory, 'unasked');
    await writeFile(source, 'x');
    const send = async (): Promise<TransferView> => {
      const { id } = await office.api.call('transfers.send', { peer: 'laptop', paths: [source] });
      return await until('the end', async () => {
        const { transfer } = await office.api.call('transfers.get', { id });
        return isOver(transfer.state) ? transfer : undefined;
      });
    };
    expect(await send()).toMatchObject({ state: 'refused', code: 'rights.denied' });
    const { path, folder } = await shared();
    await writeFile(join(path, 'large'), randomBytes(64 * MIB));
    const into = await local();
    const { id } = await laptop.api.call('folders.get', { peer: 'office', folder, path: ['large'], into });
    await laptop.api.call('transfers.pause', { id });
    expect(await send()).toMatchObject({ state: 'refused', code: 'rights.denied' });
    await laptop.api.call('transfers.go', { id });
    expect(await ended(id)).toMatchObject({ state: 'done' });
  });
});

describe('files that are put into a shared folder', { timeout: LIMIT }, () => {
  it('are the same to the byte, and replace what is there only if that was said', async () => {
    const { path, folder } = await shared('write');
    const source = await local();
    const large = randomBytes(3 * MIB + 5);
    await mkdir(join(source, 'tree', 'sub'), { recursive: true });
    await writeFile(join(source, 'tree', 'large'), large);
    await writeFile(join(source, 'tree', 'sub', 'a'), 'new');
    await writeFile(join(source, 'tree', '.bashrc'), 'x');
    await mkdir(join(path, 'there'));
    const tree = join(source, 'tree');
    expect(await put({ folder, path: ['there'], paths: [tree], mode: 'new' })).toMatchObject({
      state: 'done',
      renamed: 1,
    });
    const there = join(path, 'there', 'tree');
    expect((await readFile(join(there, 'large'))).equals(large)).toBe(true);
    expect((await readdir(there)).toSorted()).toEqual(['_bashrc', 'large', 'sub']);
    // No parts are left soon after.
    await until('the end of its parts', async () => {
      return (await readdir(join(path, 'there'))).join('/') === 'tree' ? true : undefined;
    });
    expect(await put({ folder, path: ['there'], paths: [tree], mode: 'new' })).toMatchObject({
      state: 'failed',
      code: 'file.exists',
    });
    await writeFile(join(there, 'sub', 'b'), 'kept');
    await writeFile(join(there, 'sub', 'a'), 'old');
    const outside = join(directory, 'outside.txt');
    await writeFile(outside, 'mine');
    await rm(join(there, 'large'));
    await symlink(outside, join(there, 'large'));
    expect(await put({ folder, path: ['there'], paths: [tree], mode: 'replace' })).toMatchObject({ state: 'done' });
    expect(await readFile(join(there, 'sub', 'a'), 'utf8')).toBe('new');
    expect(await readFile(join(there, 'sub', 'b'), 'utf8')).toBe('kept');
    expect((await readFile(join(there, 'large'))).equals(large)).toBe(true);
    expect(await readFile(outside, 'utf8')).toBe('mine');
  });

  it('get numbers if both are kept, and nothing is replaced', async () => {
    const { path, folder } = await shared('write');
    const source = await local();
    await mkdir(join(source, 'tree'));
    await writeFile(join(source, 'tree', 'a'), 'new');
    await writeFile(join(source, 'b.txt'), 'new');
    const paths = [join(source, 'tree'), join(source, 'b.txt')];
    for (let time = 0; time < 2; time += 1)
      expect(await put({ folder, path: [], paths, mode: 'keep-both' })).toMatchObject({ state: 'done' });
    await writeFile(join(source, 'b.txt'), 'newest');
    expect(await put({ folder, path: [], paths, mode: 'keep-both' })).toMatchObject({ state: 'done' });
    const there = ['tree', 'tree (2)', 'tree (3)', 'b.txt', 'b (2).txt', 'b (3).txt'];
    await expect.poll(async () => (await readdir(path)).toSorted()).toEqual(there.toSorted());
    expect(await readFile(join(path, 'b.txt'), 'utf8')).toBe('new');
    expect(await readFile(join(path, 'b (3).txt'), 'utf8')).toBe('newest');
  });

  it('are not sent if they are there already, the same', async () => {
    const { path, folder } = await shared('write');
    const source = await local();
    await writeFile(join(source, 'a'), randomBytes(2 * MIB));
    await writeFile(join(source, 'b'), 'one');
    const paths = [join(source, 'a'), join(source, 'b')];
    expect(await put({ folder, path: [], paths, mode: 'skip-same' })).toMatchObject({
      state: 'done',
      files: { done: 2 },
    });
    const before = (await lstat(join(path, 'a'))).ino;
    await writeFile(join(source, 'b'), 'two');
    await utimes(join(source, 'b'), new Date(2026, 1), new Date(2026, 1));
    expect(await put({ folder, path: [], paths, mode: 'skip-same' })).toMatchObject({
      state: 'done',
      files: { done: 2 },
    });
    expect((await lstat(join(path, 'a'))).ino).toBe(before);
    expect(await readFile(join(path, 'b'), 'utf8')).toBe('two');
  });

  it.each(['office', 'laptop'] as const)('go on after a restart of %s', async (name) => {
    const { path, folder } = await shared('write');
    const source = await local();
    const large = randomBytes(96 * MIB);
    await writeFile(join(source, 'large'), large);
    const { id } = await laptop.api.call('folders.put', {
      ...at(folder),
      paths: [join(source, 'large')],
      mode: 'replace',
    });
    await until(
      'some bytes',
      async () => {
        const { transfer } = await laptop.api.call('transfers.get', { id });
        return transfer.bytes.done > 0 ? true : undefined;
      },
      LIMIT,
    );
    await restart(name);
    expect(await ended(id)).toMatchObject({ state: 'done' });
    expect((await readFile(join(path, 'large'))).equals(large)).toBe(true);
  });

  it('end within a second when the folder may only be read from now on [S-FILE-14]', async () => {
    const { path, folder } = await shared('write');
    const source = await local();
    await writeFile(join(source, 'large'), randomBytes(256 * MIB));
    const { id } = await laptop.api.call('folders.put', { ...at(folder), paths: [join(source, 'large')], mode: 'new' });
    await until(
      'some bytes',
      async () => {
        const { transfer } = await laptop.api.call('transfers.get', { id });
        return transfer.state === 'running' ? true : undefined;
      },
      LIMIT,
    );
    const before = performance.now();
    await office.api.call('folders.share', { peer: 'laptop', path, mode: 'read' });
    expect(await ended(id)).toMatchObject({ state: 'refused', code: 'rights.denied' });
    expect(performance.now() - before).toBeLessThan(1000);
    expect(existsSync(join(path, 'large'))).toBe(false);
  });
});
