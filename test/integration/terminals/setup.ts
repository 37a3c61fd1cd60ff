import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import {
  createDetachedHosts,
  launchHost,
  PtyHostBackend,
  readForeground,
  TerminalService,
  TerminalSessions,
  openTerminal,
} from '#agent/terminals/index.ts';
import type { OpenTerminalParams, TerminalConnection, TerminalServiceOptions } from '#agent/terminals/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { concatBytes } from '#shared/bytes/index.ts';
import { FakeLink } from '#test/support/fake-link.ts';

const root = new URL('../../..', import.meta.url).pathname;

export const ALICE = { peerId: 'A'.repeat(56) as PeerId, name: 'alice' };
export const BOB = { peerId: 'B'.repeat(56) as PeerId, name: 'bob' };

/** Builds the host's entry into a folder of its own, so that no other build is needed or disturbed. */
export async function buildHost(): Promise<Readonly<{ entry: string; remove(): void }>> {
  const folder = mkdtempSync(join(root, 'node_modules/.clawreach-host-'));
  const entry = join(folder, 'pty-host.js');
  await build({
    absWorkingDir: root,
    entryPoints: ['src-main/agent/terminals/pty-host/pty-host-main.ts'],
    outfile: entry,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return {
    entry,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Bench = Readonly<{
  service: TerminalService;
  backend: PtyHostBackend;
  /** Alice's link; `link(BOB)` gives others. */
  alice: FakeLink;
  link(peer: typeof ALICE): FakeLink;
  home: string;
  /** Where its hosts can be found. */
  profile: string;
  /** Throws when the host has complained, or has left something behind. */
  close(): Promise<void>;
}>;

/** As in `HostRecord`. */
export const SOFTWARE = '0.0.0-test';

/** A service on a real host process, and links to it in memory. */
export function startBench(
  entry: string,
  options: Readonly<{ clock?: Clock; limits?: TerminalServiceOptions['limits'] }> = {},
): Bench {
  const home = mkdtempSync(join(tmpdir(), 'clawreach-terminals-'));
  const profile = mkdtempSync(join(tmpdir(), 'clawreach-hosts-'));
  let stderr = '';
  const clock = options.clock ?? systemClock;
  const backend = new PtyHostBackend({
    launch: () =>
      launchHost({
        executable: process.execPath,
        args: [entry],
        registration: { profile, software: SOFTWARE },
        environment: { PATH: process.env['PATH'] },
        onStderr: (text) => {
          stderr += text;
        },
      }),
    detached: createDetachedHosts(profile, SOFTWARE, silentLogger),
    clock: systemClock,
    logger: silentLogger,
  });
  const service = new TerminalService({
    backend,
    clock,
    logger: silentLogger,
    home: {
      platform: process.platform,
      environment: { PATH: process.env['PATH'], LANG: 'C.UTF-8', CLAWREACH_SECRET: 'x', NODE_OPTIONS: '--no-warnings' },
      shell: '/bin/sh',
      username: userInfo().username,
      home,
    },
    shell: { file: '/bin/sh', args: [] },
    decision: () => 'allow',
    isMyDevice: () => false,
    nameOf: () => undefined,
    createId: () => randomBytes(16).toString('hex'),
    foreground: readForeground,
    sessions: new TerminalSessions(clock),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const link = (peer: typeof ALICE): FakeLink => new FakeLink((stream) => void service.serve(stream, peer));
  return {
    service,
    backend,
    alice: link(ALICE),
    link,
    home,
    profile,
    close: async () => {
      await service.close();
      const left = readdirSync(profile);
      for (const folder of [home, profile]) rmSync(folder, { recursive: true, force: true });
      if (stderr !== '') throw new Error(`the host said: ${stderr}`);
      if (left.length > 0) throw new Error(`the host has left ${left.join(', ')}`);
    },
  };
}

export const SIZE = { cols: 80, rows: 24, term: 'xterm-256color' } as const;

export function open(
  bench: Bench,
  command?: readonly string[],
  more: Partial<OpenTerminalParams> = {},
): Promise<TerminalConnection> {
  return openTerminal(bench.alice.session, { ...SIZE, ...(command === undefined ? {} : { command }), ...more });
}

/** Everything until the end. */
export async function readAll(terminal: TerminalConnection): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await terminal.read(); chunk !== null; chunk = await terminal.read()) chunks.push(chunk);
  return concatBytes(...chunks);
}

/** Reads on until the text has come; gives everything read. */
export async function readUntil(terminal: TerminalConnection, text: string): Promise<string> {
  let heard = '';
  const decoder = new TextDecoder();
  while (!heard.includes(text)) {
    const chunk = await terminal.read();
    if (chunk === null) throw new Error(`the terminal ended before ${JSON.stringify(text)}: ${JSON.stringify(heard)}`);
    heard += decoder.decode(chunk, { stream: true });
  }
  return heard;
}

export const type = (text: string): Uint8Array => new TextEncoder().encode(text);
