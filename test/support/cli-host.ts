import { PassThrough, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { COMMAND_GROUPS } from '#cli/commands/index.ts';
import type { BackgroundOptions, Host, TerminalInput } from '#cli/host/index.ts';
import type { ToolResult } from '#node/service/index.ts';
import { InterruptedError, UsageError, type EndingSignal } from '#cli/errors.ts';
import type { HeadlessOptions } from '#cli/headless-options.ts';
import type { WindowOptions } from '#cli/window-options.ts';
import {
  AppApiClient,
  AppApiServer,
  type AgentStatus,
  type AppCall,
  type AppHandlers,
  type NetworkProxyView,
  type NetworkView,
  type PeerView,
} from '#shared/app-api/index.ts';
import { createHandlers } from './app-handlers.ts';
import { createTransportPair } from './app-transport.ts';
import { plainPeer } from './app-views.ts';
import { FakeClock } from './fake-clock.ts';

// What a command line loads as it goes is there already: tests count turns of the event loop, which reading files takes any number of.
await Promise.all(COMMAND_GROUPS.flatMap(([, commands]) => commands.map(({ load }) => load())));
await import('#cli/report.ts');

/** A terminal's output that keeps everything; `block` makes every write wait for `release`. */
export class CapturedOutput extends Writable {
  isTTY = false;
  columns = 80;
  rows = 24;
  text = '';
  #waiting: (() => void)[] | undefined;

  constructor() {
    super({ highWaterMark: 1024, decodeStrings: true });
  }

  block(): void {
    this.#waiting ??= [];
  }

  release(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const go of waiting) go();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    if (this.#waiting === undefined) done();
    else this.#waiting.push(done);
  }
}

/** A keyboard or pipe that remembers the modes it was put in. */
export class FakeInput extends PassThrough {
  isTTY = false;
  raw = false;
  readonly modes: boolean[] = [];
  /** How often the terminal was told to leave output alone. */
  outputModes = 0;

  setRawMode(raw: boolean): this {
    this.raw = raw;
    this.modes.push(raw);
    return this;
  }
}

export type FakeHost = Host &
  Readonly<{
    stdin: FakeInput & TerminalInput;
    stdout: CapturedOutput;
    stderr: CapturedOutput;
    clock: FakeClock;
    server: AppApiServer;
    calls: { readonly call: AppCall; readonly input: unknown }[];
    started: BackgroundOptions[];
    headless: HeadlessOptions[];
    /** Windows that were served, and the links the browser was sent to. */
    windows: { readonly options: WindowOptions; closed: boolean }[];
    opened: string[];
    browser: { display: boolean; damagedSettings: string | undefined };
    prepared: string[];
    /** Profiles whose disk was checked. */
    checked: string[];
    files: Set<string>;
    /** What is in files. */
    texts: Map<string, string>;
    /** Ctrl-C, or a signal from outside. */
    interrupt(signal?: EndingSignal): void;
    /** What a signal handler, a crash or the end of the process runs. */
    exit(): void;
    continue(): void;
    exitListeners: Set<() => void>;
    /** Whether an agent answers; a started one does. Terminals that wait for one. Idle agents that are open. */
    agent: {
      running: boolean;
      hasProfile: boolean;
      startFails: boolean;
      leftTerminals: number;
      idle: number;
      storageProblem?: Error;
    };
    /** What programs of the system answer; how this program ends that was run again. */
    tools: { answer(program: string, words: readonly string[]): ToolResult; again(words: readonly string[]): number };
  }>;

/** A machine in memory whose agent answers with the given handlers. */
export function createFakeHost(
  given: Partial<AppHandlers> = {},
  options: Readonly<{ running?: boolean; terminal?: boolean; variables?: Record<string, string> }> = {},
): FakeHost {
  const server = new AppApiServer();
  const calls: { call: AppCall; input: unknown }[] = [];
  const handlers = createHandlers(
    {
      'status.get': async () => createStatus(),
      'network.get': async () => createNetwork(),
      'network.proxy.get': async () => createNetworkProxy(),
      'agent.stop': async () => ({}),
      ...given,
    },
    (call, input) => void calls.push({ call, input }),
  );
  const agent: FakeHost['agent'] = {
    running: options.running ?? true,
    hasProfile: true,
    startFails: false,
    leftTerminals: 0,
    idle: 0,
  };
  const controller = new AbortController();
  let taker: ((signal: EndingSignal) => void) | undefined;
  const exitListeners = new Set<() => void>();
  const continueListeners = new Set<() => void>();
  const started: BackgroundOptions[] = [];
  const headless: HeadlessOptions[] = [];
  const prepared: string[] = [];
  const checked: string[] = [];
  const windows: FakeHost['windows'] = [];
  const opened: string[] = [];
  const files = new Set<string>();
  const texts = new Map<string, string>();
  const stdin = new FakeInput();
  const stdout = new CapturedOutput();
  const stderr = new CapturedOutput();
  for (const stream of [stdin, stdout, stderr]) stream.isTTY = options.terminal === true;
  const add = (listeners: Set<() => void>, listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const tools: FakeHost['tools'] = {
    answer: () => ({ code: 1, stdout: '', stderr: 'not part of this test' }),
    again: () => 1,
  };
  const browser: FakeHost['browser'] = { display: true, damagedSettings: undefined };
  return {
    version: '1.2.3',
    platform: 'linux',
    variables: options.variables ?? {},
    home: '/home/ada',
    workingDirectory: '/work',
    stdin,
    closeInput: () => void stdin.destroy(),
    stdout,
    stderr,
    clock: new FakeClock(),
    server,
    calls,
    started,
    headless,
    prepared,
    checked,
    files,
    texts,
    agent,
    exitListeners,
    interrupted: controller.signal,
    startCommand: { program: '/usr/bin/node', arguments: ['/opt/clawreach/bin/clawreach.js'], environment: {} },
    account: { user: 'ada', uid: 1000 },
    runTool: async (program, words) => tools.answer(program, words),
    runAgain: async (words) => tools.again(words),
    tools,
    interrupt: (signal = 'SIGINT') => {
      if (taker === undefined) controller.abort(new InterruptedError(signal));
      else taker(signal);
    },
    takeSignals: (listener) => {
      taker = listener;
      return () => (taker = undefined);
    },
    exit: () => {
      for (const listener of exitListeners) listener();
    },
    continue: () => {
      for (const listener of continueListeners) listener();
    },
    connect: async () => {
      if (!agent.running) return undefined;
      const [here, there] = createTransportPair();
      server.serveConnection(there, handlers);
      return new AppApiClient(here);
    },
    startAgent: async (background) => {
      started.push(background);
      if (agent.startFails) return { pid: 42, logFile: '/log', exited: Promise.resolve(1) };
      agent.running = true;
      return { pid: 42, logFile: '/log', exited: new Promise(() => undefined) };
    },
    hasProfile: async () => agent.hasProfile,
    prepareProfile: async (profile) => void prepared.push(profile),
    checkStorage: async (profile) => {
      checked.push(profile);
      if (agent.storageProblem !== undefined) throw agent.storageProblem;
    },
    isFile: async (path) => files.has(path),
    readText: async (path) => {
      const text = texts.get(path);
      if (text === undefined)
        throw new UsageError('usage.file', 'no such file', { details: { path, reason: 'ENOENT' } });
      return text;
    },
    writeText: async (path, text) => void texts.set(path, text),
    runHeadless: async (headlessOptions) => {
      headless.push(headlessOptions);
      agent.running = true;
      headlessOptions.onReady(createStatus());
      await new Promise<void>((resolve) => {
        headlessOptions.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    endTerminals: async () => agent.leftTerminals,
    createIdleAgent: async () => {
      const [here, there] = createTransportPair();
      server.serveConnection(there, handlers);
      agent.idle += 1;
      return { client: new AppApiClient(here), close: async () => void (agent.idle -= 1) };
    },
    passOutputThrough: () => void (stdin.outputModes += 1),
    onExit: (listener) => add(exitListeners, listener),
    onContinue: (listener) => add(continueListeners, listener),
    windows,
    opened,
    browser,
    serveWindow: async (windowOptions) => {
      const window = { options: windowOptions, closed: false };
      windows.push(window);
      let links = 0;
      return {
        port: 4711,
        damagedSettings: browser.damagedSettings,
        newLink: () => `http://127.0.0.1:4711/#link-${(links += 1)}`,
        close: async () => void (window.closed = true),
      };
    },
    openBrowser: async (url) => {
      if (browser.display) opened.push(url);
      return browser.display;
    },
  };
}

/**
 * Types text once a question has been shown, since what is typed before one is no answer. Types nothing if the command ends without asking. It may go on
 * while later tests run, so it doesn't wait by the runner's means, which would move their fake timers.
 */
export async function typeAnswer(host: FakeHost, text: string, question = '[y/N]'): Promise<void> {
  for (let look = 0; look < 1000; look += 1) {
    if (host.stderr.text.includes(question)) {
      host.stdin.write(text);
      return;
    }
    await delay(5, undefined, { ref: false });
  }
}

export const PEER_ID = '0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQ';

export function createStatus(change: Partial<AgentStatus> = {}): AgentStatus {
  return {
    version: '1.2.3',
    pid: 4711,
    startedAt: 1_800_000_000_000 - 90_000,
    profile: '/home/ada/.config/clawreach',
    device: { name: 'laptop', peerId: PEER_ID, shortId: PEER_ID.slice(0, 7), generation: 1 },
    relay: createRelay(),
    secretStore: 'file',
    peers: { known: 2, online: 1, linked: 0 },
    terminals: { serving: 0, using: 0 },
    approvalsPending: 0,
    ...change,
  };
}

export function createRelay(change: Partial<AgentStatus['relay']> = {}): AgentStatus['relay'] {
  return {
    url: 'wss://relay.example:7474',
    state: 'online',
    problem: null,
    retryAt: null,
    secure: true,
    keyId: 'key',
    ...change,
  };
}

export function createNetworkProxy(change: Partial<NetworkProxyView> = {}): NetworkProxyView {
  return { mode: 'system', address: null, user: null, password: false, inUse: null, authorities: [], ...change };
}

export function createNetwork(change: Partial<NetworkView> = {}): NetworkView {
  return {
    listen: 'on',
    port: 7473,
    listening: 7473,
    problem: null,
    addresses: ['192.168.4.17:7473'],
    ...change,
  };
}

export function createPeer(change: Partial<PeerView> = {}): PeerView {
  return plainPeer({
    peerId: PEER_ID,
    shortId: PEER_ID.slice(0, 7),
    rtt: 47.2,
    address: '203.0.113.5:7474',
    safetyNumber: '12345 67890 12345 67890 12345 67890 12345 67890 12345 67890 12345 67890',
    pairedAt: 1_799_000_000_000,
    ...change,
  });
}
