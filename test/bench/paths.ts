import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { built } from './build.ts';
import { startProcess } from './processes.ts';

/** What the launchers of the commands do at their start (src-node/memory). */
const FLAGS = ['--max-semi-space-size=1'] as const;

/** A relay in a process of its own, open to all, on loopback without TLS. */
export async function startRelayProcess(): Promise<{ url: string; pid: number }> {
  const data = mkdtempSync(join(tmpdir(), 'clawreach-bench-relay-'));
  const { child, line } = await startProcess(process.execPath, [...FLAGS, built('relay'), data]);
  if (child.pid === undefined) throw new Error('no relay');
  return { url: line, pid: child.pid };
}

/** Two peers around a relay; gives a local port that reaches `serverPort` through near peer, relay and far peer. */
export async function startPeers(
  url: string,
  serverPort: number,
): Promise<{ port: number; near: ChildProcess; far: ChildProcess }> {
  const secrets = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')] as const;
  const peer = built('peer');
  const near = await startProcess(process.execPath, [...FLAGS, peer, 'near', url, secrets[0], secrets[1]]);
  const [port, enrolment] = near.line.split(' ');
  if (port === undefined || enrolment === undefined) throw new Error('no port');
  const far = await startProcess(process.execPath, [
    ...FLAGS,
    peer,
    'far',
    url,
    secrets[1],
    secrets[0],
    String(serverPort),
    enrolment,
  ]);
  return { port: Number(port), near: near.child, far: far.child };
}
