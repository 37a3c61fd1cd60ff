import type { AppApiClient } from '#shared/app-api/index.ts';
import { startAgents, type AgentPair } from './agents.ts';
import { addBridge } from './forwards-real.ts';
import { measureBulk, median } from './measure.ts';
import { processorSeconds, residentBytes } from './processes.ts';

const GIB = 2 ** 30;
const SIDES = ['near', 'far'] as const;

export type AgedBench = Readonly<{
  relay: Readonly<{ url: string; pid: number }>;
  serverPort: number;
  rounds: number;
  bulkBytes: number;
  /** GiB that the old agents carry before they rest. */
  carried: number;
  /** Minutes that they rest. */
  idle: number;
}>;

/** Agents that carried much and then rested, beside new ones: what bulk costs them, directly, and what memory they keep. */
export async function measureAged({ relay, serverPort, rounds, bulkBytes, carried, idle }: AgedBench): Promise<void> {
  const old = await MeasuredPair.start(relay.url, serverPort);
  const atStart = await old.memory();
  await old.carry(GIB / 4);
  const first = await old.cost(GIB);
  for (let done = 1; done < carried; done += 1) await old.carry(GIB);
  const last = await old.cost(GIB);
  const busy = await old.memory();
  console.log(`agents that carry ${carried} GiB and rest for ${idle} min, and new ones\n`);
  await rest(idle);
  const rested = await old.memory();
  const relayMemory = await residentBytes(relay.pid);
  const fresh = await MeasuredPair.start(relay.url, serverPort);
  for (const pair of [fresh, old]) await pair.carry(GIB / 4);
  const costs = { old: [] as number[], fresh: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    costs.fresh.push(await fresh.cost(bulkBytes));
    costs.old.push(await old.cost(bulkBytes));
  }
  const ratios = costs.old.map((cost, round) => cost / (costs.fresh[round] ?? NaN));
  console.log(`CPU of both ends, s/GiB: first ${first.toFixed(2)}, after ${carried} GiB ${last.toFixed(2)}`);
  console.log(`  after the rest ${median(costs.old).toFixed(2)}, new agents ${median(costs.fresh).toFixed(2)}`);
  console.log(`rested agents: ${median(ratios).toFixed(2)} × the CPU of new ones (goal at most 1.2)`);
  for (const [index, side] of SIDES.entries()) {
    const mib = [atStart, busy, rested].map((memory) => ((memory[index] ?? NaN) / 2 ** 20).toFixed(0));
    console.log(`memory, ${side}: at start ${mib[0]} MiB, after ${carried} GiB ${mib[1]}, rested ${mib[2]}`);
  }
  console.log(`memory, relay: ${(relayMemory / 2 ** 20).toFixed(0)} MiB`);
  for (const pair of [old, fresh]) await pair.close();
}

/** Two agents with a rule between them. */
class MeasuredPair {
  readonly #agents: AgentPair;
  readonly #port: number;

  static async start(relayUrl: string, serverPort: number): Promise<MeasuredPair> {
    const agents = await startAgents(relayUrl, 'direct-only');
    const api: AppApiClient = agents.near;
    return new MeasuredPair(agents, await addBridge(api, serverPort));
  }

  private constructor(agents: AgentPair, port: number) {
    this.#agents = agents;
    this.#port = port;
  }

  async carry(bytes: number): Promise<void> {
    await measureBulk(this.#port, 1, bytes);
  }

  /** CPU s/GiB of both ends together. */
  async cost(bytes: number): Promise<number> {
    const pids = [...this.#agents.pids.near, ...this.#agents.pids.far];
    const before = await processorSeconds(pids);
    await this.carry(bytes);
    return (((await processorSeconds(pids)) - before) / bytes) * GIB;
  }

  /** Resident bytes of each side. */
  memory(): Promise<readonly number[]> {
    return Promise.all(SIDES.map((side) => residentBytes(this.#agents.pids[side][0] ?? NaN)));
  }

  close(): Promise<void> {
    return this.#agents.close();
  }
}

function rest(minutes: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, minutes * 60_000);
  });
}
