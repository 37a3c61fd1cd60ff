import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppApiClient } from '#shared/app-api/index.ts';
import { connectControlSocket, controlSocketPath } from '#node/control-socket/index.ts';
import { startProcess } from './processes.ts';

const root = new URL('../..', import.meta.url).pathname;
const launcher = join(root, 'bin/clawreach.js');

/** Two agents of the product as a person runs them, paired, with the right to open terminals on `far`, and to reach what it reaches. */
export type AgentPair = Readonly<{
  near: AppApiClient;
  far: AppApiClient;
  nearProfile: string;
  /** Processes, by name. */
  pids: Readonly<{ near: readonly number[]; far: readonly number[] }>;
  close(): Promise<void>;
}>;

/** @param mode On one machine they would reach each other directly; what is measured is to go through the relay, unless said otherwise. */
export async function startAgents(
  relayUrl: string,
  mode: 'relay-only' | 'direct-only' = 'relay-only',
): Promise<AgentPair> {
  const profiles = ['near', 'far'].map((name) => mkdtempSync(join(tmpdir(), `clawreach-bench-${name}-`)));
  const [nearProfile, farProfile] = profiles;
  if (nearProfile === undefined || farProfile === undefined) throw new Error('no profile');
  const [nearAgent, farAgent] = [
    await startAgent(nearProfile, 'near', relayUrl),
    await startAgent(farProfile, 'far', relayUrl),
  ];
  const [near, far] = [nearAgent.client, farAgent.client];
  const invitation = await far.call('pairing.invite', { allow: ['terminal', 'forward'] });
  const [joined, invited] = await Promise.all([
    near.call('pairing.join', { codeOrLink: invitation.code ?? '', allow: [] }),
    far.call('pairing.result', { pairing: invitation.pairing }),
  ]);
  if (joined.peer.name !== 'far') throw new Error('paired with somebody else');
  await Promise.all([
    far.call('pairing.confirm', { peer: invited.peer.peerId, words: joined.words }),
    near.call('pairing.confirm', { peer: joined.peer.peerId, words: joined.words }),
  ]);
  // Directly once they know where: over the relay they tell each other.
  if (mode === 'direct-only') await untilDirect(near);
  await Promise.all([
    near.call('peers.setPathMode', { peer: 'far', mode }),
    far.call('peers.setPathMode', { peer: 'near', mode }),
  ]);
  return {
    near,
    far,
    nearProfile,
    pids: { near: nearAgent.pids, far: farAgent.pids },
    async close() {
      for (const client of [near, far]) await client.call('agent.stop', {}).catch(() => undefined);
      await Promise.all([near.closed, far.closed]);
      for (const profile of profiles) rmSync(profile, { recursive: true, force: true });
    },
  };
}

export async function startAgent(
  profile: string,
  name: string,
  relayUrl: string,
): Promise<Readonly<{ client: AppApiClient; pids: readonly number[] }>> {
  const { child } = await startProcess(process.execPath, [launcher, 'run', '--profile', profile, '--name', name]);
  const client = new AppApiClient(await connectControlSocket(controlSocketPath(profile)));
  await client.call('relay.configure', { url: relayUrl });
  await client.call('relay.ready', { timeout: 10_000 });
  return { client, pids: child.pid === undefined ? [] : [child.pid] };
}

async function untilDirect(near: AppApiClient): Promise<void> {
  const deadline = performance.now() + 60_000;
  // Begins the link.
  await near.call('peers.list', { measure: true });
  while ((await near.call('peers.get', { peer: 'far' })).path !== 'direct') {
    if (performance.now() > deadline) throw new Error('no direct path between two agents of one machine');
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

/** Microseconds, sorted, from a key typed to its echo by the kernel of the far machine. */
export async function measureKeystrokes(agents: AgentPair, count: number): Promise<readonly number[]> {
  const opened = await agents.near.call('terminal.open', {
    peer: 'far',
    cols: 80,
    rows: 24,
    term: 'xterm-256color',
    command: ['cat'],
  });
  const channel = agents.near.channel(opened.channel);
  const samples: number[] = [];
  for (let round = 0; round < count + 20; round += 1) {
    const started = performance.now();
    await channel.write(Uint8Array.of(0x61));
    await channel.read();
    if (round >= 20) samples.push((performance.now() - started) * 1000);
  }
  await agents.near.call('terminal.close', { channel: opened.channel, detach: false });
  return samples.sort((a, b) => a - b);
}

/** Milliseconds of a whole command from its start to its end, sorted; the link exists already. */
export async function measureCommand(run: () => Promise<void>, count: number): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let round = 0; round < count; round += 1) {
    const started = performance.now();
    await run();
    samples.push(performance.now() - started);
  }
  return samples.sort((a, b) => a - b);
}

/** Arguments of Node for `clawreach connect far -- true`. */
export function connectArguments(agents: AgentPair): readonly string[] {
  return [launcher, 'connect', '--profile', agents.nearProfile, 'far', '--', 'true'];
}
