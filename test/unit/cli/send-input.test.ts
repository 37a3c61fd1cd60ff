import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, TransferView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createFakeHost, PEER_ID } from '#test/support/cli-host.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clawreach-spool-'));
  path = join(directory, 'spool');
});
afterEach(() => rmSync(directory, { recursive: true }));

const queued: TransferView = {
  id: 'a'.repeat(32),
  direction: 'out',
  peerId: PEER_ID,
  peerName: 'office',
  names: ['input'],
  top: 1,
  state: 'waiting',
  since: 1,
  startedAt: 1,
  code: null,
  waitsFor: null,
  entries: null,
  files: { done: 0, of: null },
  bytes: { done: 0, of: null },
  rate: null,
  left: null,
  changed: 0,
  renamed: 0,
  failed: 0,
  leftOut: 0,
  folder: null,
  there: null,
  agent: null,
};

function start(handlers: Partial<AppHandlers> = {}) {
  const host = createFakeHost({
    'transfers.spool': async () => {
      writeFileSync(path, '');
      return { path };
    },
    'transfers.send': async () => queued,
    ...handlers,
  });
  const exit = runCommandLine(['send', '-', 'office', '--detach', '--name', 'input'], host);
  return { host, exit };
}

it('sends standard input once it has ended, and leaves its file to the agent', async () => {
  const { host, exit } = start();
  host.stdin.write('first ');
  await vi.waitUntil(() => existsSync(path) && readFileSync(path, 'utf8') === 'first ');
  expect(host.calls.map(({ call }) => call)).not.toContain('transfers.send');
  host.stdin.end('last');
  expect(await exit).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('first last');
  expect(host.calls).toContainEqual({
    call: 'transfers.send',
    input: { peer: 'office', name: 'input', paths: [path] },
  });
});

it('reads none of it for a machine to which nothing can be sent', async () => {
  const { host, exit } = start({
    'transfers.spool': async () => await Promise.reject(new ClawReachError('peer.unknown', 'no such peer')),
  });
  expect(await exit).not.toBe(0);
  expect(host.calls).toContainEqual({ call: 'transfers.spool', input: { peer: 'office' } });
  expect(host.stdin.listenerCount('readable')).toBe(0);
});

it('removes the file if the transfer is not queued', async () => {
  const { host, exit } = start({
    'transfers.send': async () => await Promise.reject(new ClawReachError('file.full', 'too many')),
  });
  host.stdin.end('secret');
  expect(await exit).not.toBe(0);
  expect(existsSync(path)).toBe(false);
});

it('ends at once after Ctrl-C, and removes the file', async () => {
  const { host, exit } = start();
  host.stdin.write('secret');
  await vi.waitUntil(() => existsSync(path) && statSync(path).size > 0);
  host.interrupt();
  expect(await exit).toBe(130);
  expect(existsSync(path)).toBe(false);
  expect(host.calls.map(({ call }) => call)).not.toContain('transfers.send');
});

it.runIf(process.platform === 'linux')('fails if the disk takes a part of it only', { timeout: 60_000 }, async () => {
  writeFileSync(path, '');
  const program = `
    import { Readable } from 'node:stream';
    import { writeInput } from '#cli/commands/files/write-input.ts';
    // Otherwise the limit of the shell ends the process.
    process.on('SIGXFSZ', () => undefined);
    await writeInput(Readable.from([Buffer.alloc(100_000)]), process.argv[1], new AbortController().signal, () => undefined);
  `;
  const words = ['-c', 'ulimit -f 8; exec "$@"', '-', process.execPath, '--input-type=module', '-e', program, path];
  const ran = promisify(execFile)('bash', words, { cwd: process.cwd() });
  await expect(ran).rejects.toMatchObject({ stderr: expect.stringContaining('store.write') });
  expect(statSync(path).size).toBeLessThan(100_000);
});
