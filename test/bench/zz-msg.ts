import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startAgent } from './agents.ts';
import { startRelayProcess } from './paths.ts';
import { endAll, processorSeconds } from './processes.ts';
process.on('exit', endAll);
setInterval(() => undefined, 1000);
const relay = await startRelayProcess();
const profiles = ['near', 'far'].map((name) => mkdtempSync(join(tmpdir(), `clawreach-bench-${name}-`)));
const agents = await Promise.all(profiles.map(async (p, i) => await startAgent(p, i === 0 ? 'near' : 'far', relay.url)));
const [near, far] = agents.map(({ client }) => client) as any;
const invitation = await far.call('pairing.invite', { allow: ['message', 'terminal'] });
const [joined, invited] = await Promise.all([near.call('pairing.join', { codeOrLink: invitation.code, allow: ['message'] }), far.call('pairing.result', { pairing: invitation.pairing })]);
await far.call('pairing.confirm', { peer: invited.peer.peerId, words: joined.words });
await near.call('pairing.confirm', { peer: joined.peer.peerId, words: joined.words });
for (const [c, peer] of [[near, 'far'], [far, 'near']]) await c.call('peers.setPathMode', { peer, mode: 'relay-only' });
const PACE = Number(process.argv[2] ?? 1500), SEC = 2.5, BODY = 'x'.repeat(1024);
for (let r = 0; r < Number(process.argv[3] ?? 3); r++) {
  const c0 = [await processorSeconds(agents[0]!.pids), await processorSeconds(agents[1]!.pids), await processorSeconds([relay.pid])];
  const b = performance.now(); let given = 0; const open = new Set<Promise<unknown>>();
  while (performance.now() - b < SEC * 1000) {
    const due = (performance.now() - b) / 1000 * PACE;
    for (; given < due && open.size < 48; given++) { const s: Promise<unknown> = near.call('messages.send', { peer: 'far', agent: 'me', body: BODY }).finally(() => open.delete(s)); open.add(s); }
    await delay(4);
  }
  await Promise.all(open); await delay(300);
  const c1 = [await processorSeconds(agents[0]!.pids), await processorSeconds(agents[1]!.pids), await processorSeconds([relay.pid])];
  console.log(given, 'messages; ms each: near, far, relay', c1.map((x, i) => ((x - c0[i]!) / given * 1000).toFixed(3)).join(' '));
  let before: string | undefined; 
  for (;;) { const l = await far.call('messages.list', { direction: 'in', limit: 200, ...(before ? { before } : {}) }); if (l.length === 0) break; before = l.at(-1).id; const w = l.filter((x: any) => x.state === 'stored'); if (w.length === 0) break; for (const { id } of w) await far.call('messages.settle', { id, state: 'read' }); }
}
for (const c of [near, far]) await c.call('agent.stop', {}).catch(() => undefined);
await Promise.all([near.closed, far.closed]);
for (const p of profiles) rmSync(p, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
process.exit(0);
