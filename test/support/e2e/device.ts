import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppApiClient, RIGHTS, type AgentStatus, type Right } from '#shared/app-api/index.ts';
import { connectControlSocket, controlSocketPath } from '#node/control-socket/index.ts';
import { CLAWREACH, documents, NODE, runCommand, RunningCommand, type Ended, type StartOptions } from './commands.ts';
import { LocalTerminal, type LocalOptions } from './local-terminal.ts';
import type { StageRelay } from './relay.ts';
import { until } from './until.ts';

type Size = Pick<LocalOptions, 'cols' | 'rows'>;
type CommandOptions = Omit<StartOptions, 'environment'> & Readonly<{ environment?: Readonly<Record<string, string>> }>;

type RunOptions = Readonly<{ first?: boolean; environment?: Readonly<Record<string, string>> }>;

/** The back-off reaches 8 s in a test that lasts so long; and a machine may be busy. Milliseconds. */
const COMES_BACK = 40_000;
/** What a command may take to end after Ctrl-C, ms. */
const GIVES_UP = 15_000;

/** The test has compared the words, or knows the two machines. */
export const CONFIRMED = '--words-confirmed-elsewhere';

/** Environment of a command that brings a first device in: the token is no word of a command line. */
export function admittedBy({ token }: Pick<StageRelay, 'token'>): Readonly<Record<string, string>> {
  return { CLAWREACH_ADMISSION: token };
}

/** One machine of a test: a profile of its own, and the commands a person would run there. */
export class Device {
  readonly name: string;
  readonly profile: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #on: readonly string[];
  /** `clawreach run` in the foreground, where the test has started it. */
  agent: RunningCommand | undefined;
  /** Starts it again as it was started last. */
  #runAgain: (() => Promise<unknown>) | undefined;
  /** What was started here and may still run. */
  readonly #begun: (RunningCommand | LocalTerminal)[] = [];

  /** @param on program and first words that run its agent in a network of its own */
  constructor(
    name: string,
    profile: string,
    environment: Readonly<Record<string, string>>,
    on: readonly string[] = [],
  ) {
    this.name = name;
    this.#on = on;
    this.profile = profile;
    this.#environment = environment;
  }

  /** The words as a process would take them. */
  words(...words: readonly string[]): readonly string[] {
    const [command = '', ...others] = words;
    return [CLAWREACH, command, ...(command.startsWith('-') ? [] : [`--profile=${this.profile}`]), ...others];
  }

  /** Runs `clawreach …` here to its end. */
  run(words: readonly string[], options: CommandOptions = {}): Promise<Ended> {
    return runCommand(this.words(...words), this.#options(options));
  }

  start(words: readonly string[], options: CommandOptions = {}): RunningCommand {
    return this.#keep(new RunningCommand(this.words(...words), this.#options(options)));
  }

  /** Runs a command that has to succeed; what it printed. */
  async ok(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(words);
    if (code !== 0)
      throw new Error(`${this.name}: clawreach ${words.join(' ')} ended with ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** The last document of a command that has to succeed. */
  async json(...words: readonly string[]): Promise<unknown> {
    const [command = '', ...others] = words;
    return documents(await this.ok(command, '--json', ...others)).at(-1);
  }

  /** `clawreach run` in the foreground, online when this resolves; its terminals run a shell that reads no file. */
  async runAgent(relay: Pick<StageRelay, 'options' | 'token'>, options: RunOptions = {}): Promise<RunningCommand> {
    const { environment = {} } = options;
    const token: Readonly<Record<string, string>> = options.first === true ? admittedBy(relay) : {};
    const words = this.words('run', '--name', this.name, '--shell=/bin/sh', ...relay.options);
    const [program, ...rest] = [...this.#on, NODE];
    this.agent = new RunningCommand([...rest, ...words], {
      ...this.#options({ environment: { ...environment, ...token } }),
      program,
    });
    this.#runAgain = () => this.runAgent(relay, { environment });
    await this.agent.said(/: online/);
    return this.agent;
  }

  /** Ends the commands and windows that a test has left, but not the agent. */
  async leave(): Promise<void> {
    for (const one of this.#begun.splice(0)) {
      if (one instanceof LocalTerminal) one.close();
      else if (one === this.agent) this.#begun.push(one);
      else await giveUp(one);
    }
  }

  /** Ends the agent, as `stop` does; by the command where none answers, which ends the terminals that one has left. */
  async stop(): Promise<void> {
    if (!existsSync(this.profile)) return;
    const client = await this.connect().catch(() => undefined);
    if (client === undefined) {
      await this.run(['stop']);
      return;
    }
    // It may be gone before its answer arrives.
    await client.call('agent.stop', {}).catch(() => undefined);
    client.close();
    await until(`${this.name} to stop`, () => (existsSync(controlSocketPath(this.profile)) ? undefined : true));
  }

  /** The agent runs again and is online, where the test file has started one, and no terminal is open for a peer. */
  async restore(): Promise<void> {
    if (this.#runAgain !== undefined && !(await this.#serves())) {
      // One that runs in the background has another shell.
      await this.run(['stop']);
      await this.agent?.end('SIGKILL');
      await this.#runAgain();
    }
    await this.#comesBack();
  }

  /** Joins with a code or link, which comes through the standard input; the test compares the words. */
  join(codeOrLink: string, ...words: readonly string[]): Promise<Ended> {
    return this.run(['pair', '-', CONFIRMED, ...words], { input: `${codeOrLink}\n` });
  }

  /** The same, which has to succeed; what it printed. */
  async joined(codeOrLink: string, ...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.join(codeOrLink, ...words);
    if (code !== 0) throw new Error(`${this.name}: clawreach pair - ended with ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Both pair, and the words count as compared: as the window does it where both agents run, which starts no command, else by `pair` and `pair -`. */
  async pairWith(other: Device, allow: readonly string[] = ['--allow', 'terminal']): Promise<void> {
    const clients = await Promise.all([this, other].map((device) => device.connect().catch(() => undefined)));
    const rights = allow.flatMap((word) => RIGHTS.filter((right) => right === word));
    const [inviter, joiner] = clients;
    try {
      // The names of some rights are those of commands.
      if (inviter !== undefined && joiner !== undefined && rights.length * 2 === allow.length) {
        await pairByCalls(inviter, joiner, rights);
        return;
      }
    } finally {
      for (const client of clients) client?.close();
    }
    const inviting = this.start(['pair', CONFIRMED, ...allow]);
    const [code] = await inviting.said(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    await other.joined(code);
    const { code: exit, stderr } = await inviting.ended;
    if (exit !== 0) throw new Error(`pairing failed at the inviter: ${stderr}`);
  }

  /** A terminal window on which `clawreach …` runs. */
  window(words: readonly string[], size: Size = {}): LocalTerminal {
    return this.#keep(new LocalTerminal(NODE, this.words(...words), { environment: this.#environment, ...size }));
  }

  /** A terminal window with a shell, where a person types `clawreach …`. The prompt is `here> `. */
  shell(size: Size = {}): LocalTerminal {
    const ENV = join(dirname(this.profile), 'here.sh');
    const environment = { ...this.#environment, CLAWREACH_PROFILE: this.profile, ENV };
    return this.#keep(new LocalTerminal('/bin/sh', [], { environment, ...size }));
  }

  /** Facts of `clawreach status`, asked of the agent as the command does; rejects where none runs. */
  async status(): Promise<AgentStatus> {
    const client = await this.connect();
    try {
      return await client.call('status.get', {});
    } finally {
      client.close();
    }
  }

  /** Resolves when the agent has come back to its relay by itself. */
  async untilOnline(): Promise<void> {
    const look = async (): Promise<true | undefined> =>
      (await this.status()).relay.state === 'online' ? true : undefined;
    await until(`${this.name} to be online`, look, COMES_BACK);
  }

  /** A user interface of this device's agent. */
  async connect(): Promise<AppApiClient> {
    return new AppApiClient(await connectControlSocket(controlSocketPath(this.profile)));
  }

  #keep<Begun extends RunningCommand | LocalTerminal>(begun: Begun): Begun {
    this.#begun.push(begun);
    return begun;
  }

  /** Whether the agent that the test file has started runs and answers. */
  async #serves(): Promise<boolean> {
    const client = this.agent?.isOver === false ? await this.connect().catch(() => undefined) : undefined;
    client?.close();
    return client !== undefined;
  }

  async #comesBack(): Promise<void> {
    const client = await this.connect().catch(() => undefined);
    if (client === undefined) return;
    try {
      const online = async (): Promise<true | undefined> =>
        (await client.call('status.get', {})).relay.state === 'online' ? true : undefined;
      if (this.#runAgain !== undefined) await until(`${this.name} to be online`, online, COMES_BACK);
      const served = await client.call('terminal.served', {});
      for (const peer of new Set(served.map(({ peerId }) => peerId))) {
        const { decision, expiresAt } = (await client.call('peers.get', { peer })).rights.terminal;
        await client.call('rights.set', { peer, right: 'terminal', decision: 'deny', expiresAt: null });
        await client.call('rights.set', { peer, right: 'terminal', decision, expiresAt });
      }
      await until('the terminals to end', async () =>
        (await client.call('status.get', {})).terminals.serving === 0 ? true : undefined,
      );
    } finally {
      client.close();
    }
  }

  #options({ environment, ...options }: CommandOptions): StartOptions {
    return { ...options, environment: { ...this.#environment, ...environment } };
  }
}

async function pairByCalls(inviter: AppApiClient, joiner: AppApiClient, allow: Right[]): Promise<void> {
  const { code, pairing } = await inviter.call('pairing.invite', { allow });
  const [invited, joined] = await Promise.all([
    inviter.call('pairing.result', { pairing }),
    joiner.call('pairing.join', { codeOrLink: code ?? '', allow: [] }),
  ]);
  await Promise.all([
    inviter.call('pairing.confirm', { peer: invited.peer.peerId, words: invited.words }),
    joiner.call('pairing.confirm', { peer: joined.peer.peerId, words: joined.words }),
  ]);
}

/** Ctrl-C, so that it takes back what it has begun at the agent, such as an invitation. */
async function giveUp(command: RunningCommand): Promise<void> {
  const timer = setTimeout(() => command.child.kill('SIGKILL'), GIVES_UP);
  await command.end('SIGINT');
  clearTimeout(timer);
}
