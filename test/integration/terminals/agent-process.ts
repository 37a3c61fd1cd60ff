import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { OpenTerminalParams } from '#agent/terminals/index.ts';
import { listHostRecords } from '#agent/terminals/pty-host/host-record.ts';
import { silentLogger } from '#shared/logger.ts';
import type { TerminalListing } from '#shared/terminal/index.ts';
import { isRunning } from '#test/support/e2e/process-table.ts';
import { until } from '#test/support/e2e/until.ts';
import { ScreenProbe } from '#test/support/screen-probe.ts';
import type { AgentCall, AgentWord } from './agent-main.ts';
import { buildHost, SIZE } from './setup.ts';

const root = new URL('../../..', import.meta.url).pathname;

/** Builds the agent's entry beside that of the host. */
async function buildAgent(): Promise<Readonly<{ entry: string; remove(): void }>> {
  const folder = mkdtempSync(join(root, 'node_modules/.clawreach-agent-'));
  const entry = join(folder, 'agent.js');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/integration/terminals/agent-main.ts'],
    outfile: entry,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    alias: Object.fromEntries(
      Object.entries({ shared: 'src-shared', node: 'src-node', agent: 'src-main/agent', test: 'test' }).map(
        ([name, path]) => [`#${name}`, join(root, path)],
      ),
    ),
    logLevel: 'error',
  });
  return { entry, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Builds the entries of both. */
export async function buildPrograms(): Promise<Readonly<{ entries: Omit<AgentEntries, 'profile'>; remove(): void }>> {
  const [agent, host] = [await buildAgent(), await buildHost()];
  return {
    entries: { agent: agent.entry, host: host.entry },
    remove: () => {
      agent.remove();
      host.remove();
    },
  };
}

export type AgentEntries = Readonly<{ agent: string; host: string; profile: string }>;
type Call = AgentCall extends infer One ? (One extends AgentCall ? Omit<One, 'number'> : never) : never;

/** An agent in a process of its own: see `agent-main.ts`. */
export class AgentProcess {
  readonly child: ChildProcess;
  readonly log: string[] = [];
  readonly ready: Promise<void>;
  readonly #waiting = new Map<number, (word: Readonly<{ result?: unknown; errorCode?: string }>) => void>();
  readonly #viewers = new Map<number, AgentViewer>();
  #isReady: () => void = () => undefined;
  #number = 0;

  constructor({ agent, host, profile }: AgentEntries, rights: Readonly<Record<string, string>> = {}, software = '1') {
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
    this.child = fork(agent, [host, profile, software, JSON.stringify(rights)], {
      serialization: 'advanced',
      execArgv: [],
    });
    this.child.on('message', (word) => this.#hear(word as AgentWord));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async open(peer: string, params: Partial<OpenTerminalParams> = {}): Promise<AgentViewer> {
    const opened = await this.call({ call: 'open', peer, params: { ...SIZE, ...params } });
    const { viewer, terminal, hostPid } = opened as { viewer: number; terminal: string; hostPid: number };
    const made = this.#viewer(viewer);
    Object.assign(made, { terminal, hostPid });
    return made;
  }

  list(peer: string): Promise<readonly TerminalListing[]> {
    return this.call({ call: 'list', peer }) as Promise<readonly TerminalListing[]>;
  }

  write(viewer: number, text: string): Promise<unknown> {
    return this.call({ call: 'write', viewer, bytes: Buffer.from(text) });
  }

  call(call: Call): Promise<unknown> {
    this.#number += 1;
    const number = this.#number;
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(number, ({ result, errorCode }) => {
        if (errorCode === undefined) resolve(result);
        else reject(Object.assign(new Error(errorCode), { code: errorCode }));
      });
    });
    this.child.send({ ...call, number });
    return answer;
  }

  /** As an agent that ends in good order; how many terminals it has left. */
  async stop(mode: 'end' | 'keep'): Promise<number> {
    const kept = await this.call({ call: 'stop', mode });
    await this.kill();
    return kept as number;
  }

  /** `kill -9` */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  #hear(word: AgentWord): void {
    if ('ready' in word) this.#isReady();
    else if ('log' in word) this.log.push(word.log);
    else if ('viewer' in word) this.#viewer(word.viewer).take(word.bytes, word.end);
    else {
      this.#waiting.get(word.number)?.(word);
      this.#waiting.delete(word.number);
    }
  }

  #viewer(number: number): AgentViewer {
    const viewer = this.#viewers.get(number) ?? new AgentViewer(this, number);
    this.#viewers.set(number, viewer);
    return viewer;
  }
}

/** What one viewer has seen. */
export class AgentViewer {
  terminal = '';
  hostPid = 0;
  end: unknown;
  readonly #agent: AgentProcess;
  readonly #number: number;
  readonly #chunks: Uint8Array[] = [];

  constructor(agent: AgentProcess, number: number) {
    this.#agent = agent;
    this.#number = number;
  }

  take(bytes: Uint8Array | null, end: unknown): void {
    if (bytes === null) this.end = end;
    else this.#chunks.push(bytes);
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  async says(pattern: RegExp): Promise<RegExpExecArray> {
    return until(String(pattern), () => pattern.exec(this.text) ?? undefined, 20_000);
  }

  type(text: string): Promise<unknown> {
    return this.#agent.write(this.#number, text);
  }

  /** The lines a person sees, with those above the screen. */
  async lines(): Promise<readonly string[]> {
    const probe = new ScreenProbe();
    await probe.feed(Buffer.concat(this.#chunks));
    const lines = probe.lines();
    probe.dispose();
    return lines;
  }
}

/** Ends what hosts a profile has, by their process ids. */
export async function endHosts(profile: string): Promise<void> {
  const pids = listHostRecords(profile, silentLogger).map(({ pid }) => pid);
  for (const pid of pids.filter(isRunning)) {
    process.kill(pid, 'SIGCONT');
    process.kill(pid, 'SIGTERM');
  }
  await until('the hosts to end', () => (pids.some(isRunning) ? undefined : true));
}
