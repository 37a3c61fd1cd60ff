import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#test/support/free-port.ts';

/** Undefined where it is not installed. */
export const TINYPROXY = ['/usr/bin/tinyproxy', '/usr/sbin/tinyproxy'].find((path) => existsSync(path));

export type Tinyproxy = Readonly<{ port: number; stop(): Promise<void> }>;

/**
 * A real proxy on a free port of loopback. What is asked of it for names below `.test` goes on to another proxy, as in a company; everything else
 * is filtered.
 */
export async function startTinyproxy(
  options: Readonly<{ upstream: number; login?: Readonly<{ user: string; password: string }> }>,
): Promise<Tinyproxy> {
  const directory = await mkdtemp(join(tmpdir(), 'clawreach-tinyproxy-'));
  const port = await freePort();
  const file = join(directory, 'tinyproxy.conf');
  const { login } = options;
  const lines = [
    `User ${userInfo().username}`,
    `Port ${port}`,
    'Listen 127.0.0.1',
    'Timeout 600',
    `LogFile "${join(directory, 'log')}"`,
    'MaxClients 50',
    'Allow 127.0.0.1',
    `Upstream http 127.0.0.1:${options.upstream} ".test"`,
    ...(login === undefined ? [] : [`BasicAuth ${login.user} ${login.password}`]),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = spawn(TINYPROXY ?? 'tinyproxy', ['-d', '-c', file], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await answers(port, ended);
  return {
    port,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Resolves when something listens there; rejects when the process has ended. */
async function answers(port: number, ended: Promise<void>): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (;;) {
    if (isOver) throw new Error('tinyproxy ended at once');
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => resolve(true)).on('error', () => setTimeout(() => resolve(false), 20));
      socket.on('connect', () => socket.destroy());
    });
    if (isUp) return;
  }
}
