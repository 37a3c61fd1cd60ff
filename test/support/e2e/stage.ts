import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { compileCache } from '../compile-cache.ts';
import { CLAWREACH, NODE } from './commands.ts';
import { Device } from './device.ts';
import { HAS_PROCESS_TABLE, isRunning, processesMarked } from './process-table.ts';
import { StageRelay, type RelaySetup } from './relay.ts';
import { until } from './until.ts';

/** Files of a profile that exist only while its agent runs. */
const RUNNING_FILES = /\.(?:sock|lock|pid|tmp)$/;

const COMPLAINT = /"level":"(?:error|fatal)"|Warning: |^ +at \S+|Unhandled/;

/** A relay and machines on this computer, in a directory of their own, that leave nothing behind. */
export class Stage {
  readonly directory: string;
  /** What every process of the stage, and every program on its terminals, has in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #mark: string;
  readonly #relays: StageRelay[] = [];
  readonly #devices: Device[] = [];

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'clawreach-e2e-'));
    for (const name of ['home', 'tmp', 'bin']) mkdirSync(join(this.directory, name));
    // For people at a shell, who type the name.
    const bin = join(this.directory, 'bin');
    writeFileSync(join(bin, 'clawreach'), `#!/bin/sh\nexec '${NODE}' '${CLAWREACH}' "$@"\n`, { mode: 0o755 });
    for (const prompt of ['here', 'there']) writeFileSync(join(this.directory, `${prompt}.sh`), `PS1='${prompt}> '\n`);
    const stage = randomUUID();
    this.#mark = `E2E_STAGE=${stage}`;
    this.environment = {
      E2E_STAGE: stage,
      PATH: [bin, process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
      HOME: join(this.directory, 'home'),
      TMPDIR: join(this.directory, 'tmp'),
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      // No test speaks to the network that this computer is in.
      CLAWREACH_DISCOVERY: 'off',
      // What an interactive /bin/sh reads: the prompt tells where the person is.
      ENV: join(this.directory, 'there.sh'),
      ...compileCache(),
    };
  }

  async startRelay(setup: RelaySetup = {}): Promise<StageRelay> {
    const relay = await StageRelay.start(this.directory, this.environment, setup);
    this.#relays.push(relay);
    return relay;
  }

  /**
   * A machine that was never used before, also where another of that name is on the stage: a test that is tried once more begins with a new one.
   * @param on program and first words that run its agent in a network of its own
   */
  device(name: string, on?: readonly string[]): Device {
    const before = this.#devices.filter((device) => device.name === name).length;
    const profile = join(this.directory, before === 0 ? name : `${name}-${before + 1}`);
    const device = new Device(name, profile, this.environment, on);
    this.#devices.push(device);
    return device;
  }

  /**
   * "office", which serves terminals, and "laptop", paired with it, both online. They take no direct connections, so that whatever the network of
   * this computer is, they reach each other through the relay.
   */
  async pairedDevices(
    relay: Pick<StageRelay, 'options' | 'token'>,
    options: Readonly<{ allow?: readonly string[]; environment?: Readonly<Record<string, string>> }> = {},
  ): Promise<Readonly<{ office: Device; laptop: Device }>> {
    const office = this.device('office');
    const laptop = this.device('laptop');
    await office.runAgent(relay, { ...options, first: true });
    await laptop.runAgent(relay, { ...options, first: true });
    for (const device of [office, laptop]) {
      const client = await device.connect();
      await client.call('network.set', { listen: 'outbound-only' });
      client.close();
    }
    await office.pairWith(laptop, options.allow);
    return { office, laptop };
  }

  /**
   * For `afterEach`: whatever a test has left that failed half-way, its second try and the tests after it find the relay and the agents that the file
   * has started, and no command, window or terminal of before. Where nothing was left this takes some milliseconds.
   */
  async restore(): Promise<void> {
    // First, so that no command starts an agent meanwhile.
    for (const device of this.#devices) await device.leave();
    const relay = this.#relays.at(-1);
    if (relay?.process.isOver === true) await relay.restart();
    for (const device of this.#devices) await device.restore();
  }

  /** Processes of the stage that run now. */
  processes(): readonly Readonly<{ pid: number; command: string }>[] {
    return HAS_PROCESS_TABLE ? processesMarked(this.#mark) : [];
  }

  /** Ends everything in the way a person would. @throws when something stays behind */
  async close(): Promise<void> {
    try {
      await Promise.all(this.#devices.map((device) => device.stop()));
      for (const device of this.#devices) await device.agent?.ended;
      for (const relay of this.#relays) await relay.process.end('SIGTERM');
      const left = await this.#leftovers();
      if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
      const complaints = this.#complaints();
      if (complaints.length > 0) throw new Error(`said in a log:\n${complaints.join('\n')}`);
    } finally {
      for (const { pid } of this.processes()) process.kill(pid, 'SIGKILL');
      rmSync(this.directory, { recursive: true, force: true });
    }
  }

  /** Errors, warnings of Node, and stack traces in what agents and relays have said. */
  #complaints(): readonly string[] {
    const logs = [
      ...this.#relays.map((relay) => relay.process.stderr),
      ...this.#devices.map(({ agent }) => agent?.stderr ?? ''),
      ...this.#devices.map(({ profile }) => readIfThere(join(profile, 'agent.log'))),
    ];
    return logs.flatMap((log) => log.split('\n').filter((line) => COMPLAINT.test(line)));
  }

  /** What is still there after a moment for those that are just ending. */
  async #leftovers(): Promise<readonly string[]> {
    const files = [
      ...readdirSync(join(this.directory, 'tmp')),
      ...this.#devices.flatMap(({ profile }) => listFiles(profile).filter((name) => RUNNING_FILES.test(name))),
    ];
    const processes = await until('the processes to end', () => {
      return this.processes().some(({ pid }) => isRunning(pid)) ? undefined : [];
    }).catch(() => this.processes().map(({ pid, command }) => `${pid} ${command}`));
    return [...processes, ...files];
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // An agent in the foreground has no such file.
    return '';
  }
}

function listFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // A device that was never used has no profile.
    return [];
  }
}
