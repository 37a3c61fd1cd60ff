import { isDeepStrictEqual } from 'node:util';
import { Terminal, Unicode11Addon } from '#agent/terminals/screen/xterm.ts';
import { SerializeAddon } from '../serialize-addon.ts';
import { spawnPty, type PtyProcess } from '#agent/terminals/pty-host/pty-process.ts';
import { systemClock } from '#node/clock/index.ts';
import { until } from './until.ts';

export type LocalOptions = Readonly<{
  environment: Readonly<Record<string, string>>;
  cwd?: string;
  cols?: number;
  rows?: number;
}>;

/** Output that the screen has not drawn yet before the program has to wait, bytes. */
const MOST_UNDRAWN = 1024 * 1024;
/** For what takes some seconds at most, on a machine that does many other things. Milliseconds. */
const TIMEOUT = 60_000;

/** A person's terminal window: a program on a PTY of this machine, drawn by a real terminal emulator that also answers its questions. */
export class LocalTerminal {
  readonly #screen: InstanceType<typeof Terminal>;
  readonly #serializer = new SerializeAddon();
  readonly #pty: PtyProcess;
  readonly #watchers = new Set<() => void>();
  #received = 0;
  #undrawn = 0;
  #paused = false;
  #closed = false;
  #exit: Readonly<{ code: number; signal: number }> | undefined;

  constructor(file: string, args: readonly string[], options: LocalOptions) {
    const { environment, cwd = '/', cols = 80, rows = 24 } = options;
    this.#screen = new Terminal({ cols, rows, scrollback: 2000, allowProposedApi: true, logLevel: 'off' });
    this.#screen.loadAddon(new Unicode11Addon());
    this.#screen.unicode.activeVersion = '11';
    this.#screen.loadAddon(this.#serializer);
    this.#pty = spawnPty(
      { file, args, cwd, environment, cols, rows },
      {
        data: (bytes) => this.#draw(bytes),
        inputTaken: () => undefined,
        exited: (code, signal) => {
          // After what has come before it.
          this.#screen.write('', () => {
            this.#exit = { code, signal };
            this.#tell();
          });
        },
      },
      systemClock,
    );
    this.#screen.onData((answer) => this.#pty.write(Buffer.from(answer)));
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Bytes of output so far. */
  get received(): number {
    return this.#received;
  }

  type(text: string): void {
    this.#pty.write(Buffer.from(text));
  }

  resize(cols: number, rows: number): void {
    this.#screen.resize(cols, rows);
    this.#pty.resize(cols, rows);
  }

  /** Lines of screen and scrollback, without what is empty at the end. */
  lines(): readonly string[] {
    const { active } = this.#screen.buffer;
    const lines = Array.from(
      { length: active.length },
      (_line, index) => active.getLine(index)?.translateToString(true).trimEnd() ?? '',
    );
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  text(): string {
    return this.lines().join('\n');
  }

  /** Lines of screen and scrollback with their attributes. */
  content(): readonly string[] {
    return this.#serializer.serialize().split('\r\n');
  }

  /** All that can be seen: text, attributes, scrollback, cursor, modes. */
  shown(): unknown {
    const { active } = this.#screen.buffer;
    return {
      content: this.#serializer.serialize(),
      cursor: [active.cursorX, active.cursorY],
      modes: { ...this.#screen.modes },
      buffer: active.type,
    };
  }

  /** Resolves when the predicate holds after some output; `text` for the predicate is everything shown. */
  async until(what: string, predicate: (text: string) => boolean, timeout = TIMEOUT): Promise<void> {
    await this.#when(what, () => predicate(this.text()), timeout);
  }

  /** Resolves when this shows what the other one shows. @throws {Error} with both when it does not come to that */
  async untilSameAs(other: LocalTerminal): Promise<void> {
    const same = (): true | undefined => (isDeepStrictEqual(this.shown(), other.shown()) ? true : undefined);
    await until('the same screen', same).catch(() => {
      const [one, two] = [this, other].map((terminal) => JSON.stringify(terminal.shown(), undefined, 1));
      throw new Error(`not the same screen:\n${one}\n${two}`);
    });
  }

  /** Resolves when so many more bytes have come. */
  async untilReceived(bytes: number, timeout = TIMEOUT): Promise<void> {
    const goal = this.#received + bytes;
    await this.#when(`${bytes} bytes`, () => this.#received >= goal, timeout);
  }

  /** Exit code and signal of the program, once all it wrote is drawn. */
  async ended(timeout = TIMEOUT): Promise<Readonly<{ code: number; signal: number }>> {
    await this.#when('the end', () => this.#exit !== undefined, timeout);
    return this.#exit ?? { code: -1, signal: 0 };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#exit === undefined) this.#pty.signal('SIGKILL');
    this.#screen.dispose();
  }

  #when(what: string, holds: () => boolean, timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (result: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        result();
      };
      const timer = setTimeout(() => {
        finish(() => reject(new Error(`timed out waiting for ${what}; the terminal shows:\n${this.#tail()}`)));
      }, timeout);
      const look = (): void => {
        if (holds()) finish(resolve);
        else if (this.#exit !== undefined)
          finish(() => reject(new Error(`the program ended before ${what}; the terminal shows:\n${this.#tail()}`)));
      };
      this.#watchers.add(look);
      look();
    });
  }

  #draw(bytes: Uint8Array): void {
    this.#received += bytes.length;
    this.#undrawn += bytes.length;
    if (this.#undrawn > MOST_UNDRAWN && !this.#paused) {
      this.#paused = true;
      this.#pty.pause();
    }
    this.#screen.write(bytes, () => {
      this.#undrawn -= bytes.length;
      if (this.#paused && this.#undrawn === 0) {
        this.#paused = false;
        this.#pty.resume();
      }
      this.#tell();
    });
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #tail(): string {
    return this.lines().slice(-40).join('\n');
  }
}
