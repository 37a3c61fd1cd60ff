import { Terminal } from '@xterm/xterm';
import { AgentTabs } from '#browser/tabs/index.ts';
import { openWorkerAgent } from '#browser/worker-agent/index.ts';
import { AppApiClient, type AppTransport, type AppTransportHandlers } from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { drawInSight } from '../../../src-renderer/features/terminals/screen/draw-in-sight.ts';

/** What the benchmark asks of its page. All times are in milliseconds. */
export type BenchPage = Readonly<{
  /** Makes the page a machine of its own. */
  machine(relay: Readonly<{ url: string; ticket: Readonly<{ id: string; secret: string }> }>): Promise<void>;
  /** Makes the page the window of an agent at that address. */
  window(url: string): Promise<void>;
  call(name: string, input: unknown): Promise<unknown>;
  /** Opens a terminal, on the screen or with its output only counted. @returns its number here */
  open(peer: string, isDrawn: boolean): Promise<number>;
  /** Fetches output, and draws it in a terminal that nothing else feeds. @returns time of the drawing */
  bare(url: string): Promise<number>;
  type(terminal: number, text: string): Promise<void>;
  /** Types a command and waits until the screen has a text. @returns time and bytes until then */
  until(terminal: number, command: string, end: string): Promise<Readonly<{ time: number; bytes: number }>>;
  /** Types single keys, and measures until the screen has each of them. */
  echoes(terminal: number, count: number): Promise<readonly number[]>;
  /** Times between frames during that time. */
  frames(time: number): Promise<readonly number[]>;
}>;

type Opened = {
  write(bytes: Uint8Array): Promise<void>;
  tail: string;
  bytes: number;
  seen: () => void;
};

/** Bytes that a terminal has not parsed yet. */
const MOST_WAITING = 256 * 1024;

const opened: Opened[] = [];
/** Script of the agent's worker, which the benchmark adds. */
declare const workerScript: string;

let api: AppApiClient | undefined;

function client(): AppApiClient {
  if (api === undefined) throw new Error('nothing is connected');
  return api;
}

/** Connection to the agent of a window, as `clawreach ui` has it. */
class SocketTransport implements AppTransport {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    this.#socket.send(message as Uint8Array<ArrayBuffer>);
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) =>
      handlers.message(new Uint8Array(data)),
    );
    this.#socket.addEventListener('close', () => handlers.closed());
  }

  close(): void {
    this.#socket.close();
  }
}

const decoder = new TextDecoder();

/** Takes output, and tells when it has been parsed. */
type Screen = (bytes: Uint8Array, parsed: () => void) => void;

/** @param isBare draws as xterm.js does alone, not as the page's terminals do */
function openScreen(isBare = false): Screen {
  const element = document.createElement('div');
  document.body.append(element);
  const terminal = new Terminal({ cols: 80, rows: 24, scrollback: 5000 });
  terminal.open(element);
  if (!isBare) drawInSight(terminal, () => true);
  return (bytes, parsed) => terminal.write(bytes, parsed);
}

function at(number: number): Opened {
  const found = opened[number];
  if (found === undefined) throw new Error('no such terminal');
  return found;
}

const page: BenchPage = {
  async machine({ url, ticket }) {
    const tabs = new AgentTabs({
      name: 'clawreach',
      account: 'ada',
      logger: silentLogger,
      open: async () => {
        return await openWorkerAgent({
          logger: silentLogger,
          createWorker: () => new Worker(URL.createObjectURL(new Blob([workerScript], { type: 'text/javascript' }))),
          version: '0.0.0',
          account: 'ada',
          deviceName: 'a browser',
          loopback: true,
          relayUrl: url,
        });
      },
    });
    api = new AppApiClient(await tabs.connect());
    await api.call('device.enrol', { ticket: ticket.id, secret: ticket.secret });
  },
  async window(url) {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    api = new AppApiClient(new SocketTransport(socket));
  },
  call: async (name, input) => await client().call(name as 'status.get', input as Record<string, never>),
  async open(peer, isDrawn) {
    const screen: Screen = isDrawn ? openScreen() : (_bytes, parsed) => parsed();
    const answer = await client().call('terminal.open', { peer, cols: 80, rows: 24, term: 'xterm-256color' });
    const channel = client().channel(answer.channel);
    const one: Opened = { write: (bytes) => channel.write(bytes), tail: '', bytes: 0, seen: () => undefined };
    const queue = { bytes: 0 };
    let room: (() => void) | undefined;
    void (async () => {
      for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read()) {
        const text = decoder.decode(bytes.subarray(-200));
        const { length } = bytes;
        queue.bytes += length;
        screen(bytes.slice(), () => {
          queue.bytes -= length;
          one.bytes += length;
          one.tail = (one.tail + text).slice(-400);
          one.seen();
          room?.();
        });
        // As the window does: the terminal parses a part while the next ones come.
        while (queue.bytes > MOST_WAITING)
          await new Promise<void>((resolve) => {
            room = resolve;
          });
      }
    })().catch(() => undefined);
    return opened.push(one) - 1;
  },
  async bare(url) {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    const screen = openScreen(true);
    const started = performance.now();
    let waiting: Promise<void> = Promise.resolve();
    for (let offset = 0; offset < bytes.length; offset += MOST_WAITING / 2) {
      const part = bytes.slice(offset, offset + MOST_WAITING / 2);
      const parsed = new Promise<void>((resolve) => screen(part, resolve));
      await waiting;
      waiting = parsed;
    }
    await waiting;
    return performance.now() - started;
  },
  type: async (terminal, text) => await at(terminal).write(toUtf8(text)),
  async until(terminal, command, end) {
    const one = at(terminal);
    const [started, bytes] = [performance.now(), one.bytes];
    one.tail = '';
    const done = new Promise<void>((resolve) => {
      one.seen = () => {
        if (one.tail.includes(end)) resolve();
      };
    });
    await one.write(toUtf8(command));
    await done;
    return { time: performance.now() - started, bytes: one.bytes - bytes };
  },
  async echoes(terminal, count) {
    const one = at(terminal);
    const times: number[] = [];
    for (let key = 0; key < count; key += 1) {
      await new Promise((resolve) => setTimeout(resolve, 40 + (key % 7) * 3));
      const before = one.bytes;
      const started = performance.now();
      const done = new Promise<void>((resolve) => {
        one.seen = () => {
          if (one.bytes > before) resolve();
        };
      });
      await one.write(toUtf8('a'));
      await done;
      times.push(performance.now() - started);
    }
    return times;
  },
  async frames(time) {
    const times: number[] = [];
    const begun = performance.now();
    let last = begun;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        const now = performance.now();
        times.push(now - last);
        last = now;
        if (now - begun > time) resolve();
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    return times;
  },
};

Object.assign(globalThis, { page });
