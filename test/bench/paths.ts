import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { built } from './build.ts';
import { startProcess } from './processes.ts';

/** What the launchers of the commands do at their start (src-node/memory). */
const FLAGS = ['--max-semi-space-size=1'] as const;

/** Where the far end runs, when not beside this process: the beginning of its command lines, and its address. */
export type Elsewhere = Readonly<{ on: readonly string[]; address: string }>;

/** A program of Node, here or elsewhere. */
export async function startNode(
  arguments_: readonly string[],
  elsewhere?: Elsewhere,
): Promise<{ child: ChildProcess; line: string }> {
  const [command = '', ...rest] = [...(elsewhere?.on ?? []), process.execPath, ...arguments_];
  return await startProcess(command, rest);
}

/** A relay in a process of its own, open to all, without TLS. */
export async function startRelayProcess(elsewhere?: Elsewhere): Promise<{ url: string; pid: number }> {
  const data = mkdtempSync(join(tmpdir(), 'clawreach-bench-relay-'));
  const host = elsewhere === undefined ? [] : [elsewhere.address];
  const { child, line } = await startNode([...FLAGS, built('relay'), data, ...host], elsewhere);
  if (child.pid === undefined) throw new Error('no relay');
  return { url: line, pid: child.pid };
}

/**
 * Two peers; `port` reaches the server through them, `interactive` does with the priority of a terminal, and each connection to `fresh` by a
 * session of its own.
 */
export type PeerPair = Readonly<{
  port: number;
  interactive: number;
  fresh: number;
  near: ChildProcess;
  far: ChildProcess;
}>;

/** Around a relay: near peer, relay, far peer. */
export async function startPeers(url: string, serverPort: number, elsewhere?: Elsewhere): Promise<PeerPair> {
  const secrets = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')] as const;
  const peer = built('peer');
  const near = await startNode([...FLAGS, peer, 'near', url, secrets[0], secrets[1]]);
  const [port, interactive, fresh, enrolment] = near.line.split(' ');
  if (enrolment === undefined) throw new Error('no port');
  const far = await startNode(
    [...FLAGS, peer, 'far', url, secrets[1], secrets[0], String(serverPort), enrolment],
    elsewhere,
  );
  return {
    port: Number(port),
    interactive: Number(interactive),
    fresh: Number(fresh),
    near: near.child,
    far: far.child,
  };
}

/** Directly, over UDP only on this machine: near peer, far peer. `between` gives the port to dial for the far peer's. */
export async function startDirectPeers(
  serverPort: number,
  elsewhere?: Elsewhere,
  between: (port: number) => Promise<number> = (port) => Promise.resolve(port),
  over: 'tcp' | 'udp' = 'tcp',
): Promise<PeerPair> {
  const secrets = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')] as const;
  const peer = built('direct-peer');
  const everywhere = elsewhere === undefined ? [] : ['all'];
  const far = await startNode(
    [...FLAGS, peer, 'far', secrets[1], secrets[0], String(serverPort), ...everywhere],
    elsewhere,
  );
  const address = `${elsewhere?.address ?? '127.0.0.1'}:${await between(Number(far.line))}`;
  const how = over === 'udp' ? ['udp'] : [];
  const near = await startNode([...FLAGS, peer, 'near', secrets[0], secrets[1], address, ...how]);
  const [port, interactive, fresh] = near.line.split(' ');
  return {
    port: Number(port),
    interactive: Number(interactive),
    fresh: Number(fresh),
    near: near.child,
    far: far.child,
  };
}
