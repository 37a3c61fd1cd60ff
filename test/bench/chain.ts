import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { startAgent } from './agents.ts';

/** Agents whose links to one peer lead through others. */
export type Chains = Readonly<{
  /** Goes through one peer, and through two, one inside the other. */
  one: AppApiClient;
  two: AppApiClient;
  pids: Readonly<{ near: readonly number[]; hops: readonly number[]; far: readonly number[] }>;
  close(): Promise<void>;
}>;

const NAMES = ['one', 'two', 'a', 'b', 'far'] as const;
type Name = (typeof NAMES)[number];

/** Who is invited by whom, and what for. */
const PAIRS: readonly (readonly [inviter: Name, joiner: Name, allow: ('relay' | 'forward')[]])[] = [
  ['far', 'one', ['forward']],
  ['far', 'two', ['forward']],
  ['a', 'one', ['relay']],
  ['a', 'two', ['relay']],
  ['b', 'two', ['relay']],
  ['b', 'a', ['relay']],
  ['far', 'a', []],
  ['far', 'b', []],
];

/** Five agents on this machine. Hops reach each other directly, as those of `ssh -J a,b` do. */
export async function startChains(relayUrl: string): Promise<Chains> {
  const profiles: string[] = [];
  const clients = new Map<Name, AppApiClient>();
  const pids = new Map<Name, readonly number[]>();
  for (const name of NAMES) {
    const profile = mkdtempSync(join(tmpdir(), `clawreach-bench-chain-${name}-`));
    profiles.push(profile);
    const agent = await startAgent(profile, name, relayUrl);
    clients.set(name, agent.client);
    pids.set(name, agent.pids);
  }
  const client = (name: Name): AppApiClient => {
    const found = clients.get(name);
    if (found === undefined) throw new Error(`no agent ${name}`);
    return found;
  };
  const pidsOf = (...names: readonly Name[]): readonly number[] => names.flatMap((name) => pids.get(name) ?? []);
  for (const [inviter, joiner, allow] of PAIRS) {
    const invitation = await client(inviter).call('pairing.invite', { allow });
    const [joined, invited] = await Promise.all([
      client(joiner).call('pairing.join', { codeOrLink: invitation.code ?? '', allow: [] }),
      client(inviter).call('pairing.result', { pairing: invitation.pairing }),
    ]);
    await client(inviter).call('pairing.confirm', { peer: invited.peer.peerId, words: joined.words });
  }
  await lead(client('one'), ['a']);
  await lead(client('two'), ['a', 'b']);
  return {
    one: client('one'),
    two: client('two'),
    pids: { near: pidsOf('one', 'two'), hops: pidsOf('a', 'b'), far: pidsOf('far') },
    async close() {
      for (const name of NAMES)
        await client(name)
          .call('agent.stop', {})
          .catch(() => undefined);
      await Promise.all(NAMES.map((name) => client(name).closed));
      for (const profile of profiles) rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Sends the link to `far` through these, and waits until it goes there. */
async function lead(near: AppApiClient, via: string[]): Promise<void> {
  await near.call('peers.setPathMode', { peer: 'far', mode: 'auto', via });
  const deadline = performance.now() + 60_000;
  for (;;) {
    await near.call('peers.ping', { peer: 'far' }).catch(() => undefined);
    const { link } = await near.call('peers.get', { peer: 'far' });
    if (link?.via === via.join(' → ')) return;
    if (performance.now() > deadline) throw new Error(`no way to far through ${via.join(' and ')}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}
