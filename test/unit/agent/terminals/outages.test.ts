import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTerminal, TerminalService, type TerminalConnection } from '#agent/terminals/index.ts';
import { ScreenModel } from '#agent/terminals/screen/screen-model.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { FakePtyBackend, type FakePty } from '#test/support/fake-pty.ts';
import { ScreenProbe } from '#test/support/screen-probe.ts';

const ALICE = { peerId: 'A'.repeat(56) as PeerId, name: 'alice' };
const FIRST = { cols: 40, rows: 12 };

type Size = Readonly<{ cols: number; rows: number }>;

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A terminal of the target with a real screen, and a program that draws like htop: whole at a change of size, else what has changed. */
class Host {
  readonly pty: FakePty;
  readonly probe: ScreenProbe;
  readonly #screen: ScreenModel;
  #size: Size = FIRST;
  /** The size that the program knows of. */
  #known: Size = FIRST;
  #isFull = false;
  #beat = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(pty: FakePty) {
    this.pty = pty;
    this.probe = new ScreenProbe(FIRST.cols, FIRST.rows);
    this.#screen = new ScreenModel({ ...FIRST, onTitle: () => undefined, onParsed: () => undefined });
    pty.resize = (cols, rows) => void (this.#work = this.#work.then(() => this.#resized({ cols, rows })));
    pty.snapshot = (request, part) =>
      void (this.#work = this.#work.then(async () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#screen.whenParsed(resolve);
        await promise;
        pty.events.snapshotBegin(request, this.#size.cols, this.#size.rows);
        const bytes = this.#screen.serialize(part);
        if (bytes.length > 0) pty.events.data(bytes);
        pty.events.snapshotEnd();
      }));
  }

  get work(): Promise<void> {
    return this.#work;
  }

  /** Enters the alternate screen and fills it, or leaves it. */
  toggle(): void {
    this.#isFull = !this.#isFull;
    this.#say(this.#isFull ? `\u001b[?1049h${this.#whole()}` : '\u001b[?1049l');
  }

  /** A full-screen program changes one line, as far as it knows its screen; a shell prints one. */
  beat(): void {
    this.#beat += 1;
    const row = (this.#beat % this.#size.rows) + 1;
    this.#say(
      this.#isFull
        ? `\u001b[${row};1H${this.#line(row)}`
        : `${`line ${this.#beat}`.padEnd(this.#size.cols - 3, '.')}end\r\n`,
    );
  }

  /** A shell prints something at the right edge. */
  edge(): void {
    this.#say(`line\u001b[${this.#size.cols - 3}Gend\r\n`);
  }

  /** The screen that the program believes in. */
  async believed(): Promise<ScreenProbe | undefined> {
    if (!this.#isFull) return undefined;
    const probe = new ScreenProbe(this.#size.cols, this.#size.rows);
    const lines = Array.from(
      { length: this.#size.rows },
      (_, row) => `\u001b[${row + 1};1H${this.#lines.get(row + 1)}`,
    );
    await probe.feed(utf8(`\u001b[?1049h\u001b[2J${lines.join('')}`));
    return probe;
  }

  readonly #lines = new Map<number, string>();

  #line(row: number): string {
    const text = `row ${row} at ${this.#beat}`.padEnd(this.#size.cols - 1, '.').slice(0, this.#size.cols - 1);
    this.#lines.set(row, text);
    return text;
  }

  #whole(): string {
    return `${Array.from({ length: this.#size.rows }, (_, row) => `\u001b[${row + 1};1H${this.#line(row + 1)}\u001b[K`).join('')}\u001b[J`;
  }

  #say(text: string): void {
    this.#work = this.#work.then(() => this.#show(text));
  }

  async #show(text: string): Promise<void> {
    const bytes = utf8(text);
    this.#screen.feed(bytes);
    await this.probe.feed(bytes);
    this.pty.events.data(bytes);
  }

  async #resized(size: Size): Promise<void> {
    this.#size = size;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#screen.whenParsed(resolve);
    await promise;
    this.#screen.resize(size.cols, size.rows);
    this.probe.resize(size.cols, size.rows);
    // As a signal comes: once for sizes that follow each other at once, and the program looks at the last one.
    this.#work = this.#work.then(() => this.#look());
  }

  async #look(): Promise<void> {
    const isSame = this.#known.cols === this.#size.cols && this.#known.rows === this.#size.rows;
    this.#known = this.#size;
    if (this.#isFull && !isSame) await this.#show(this.#whole());
  }
}

/** The window of the viewer: what comes is drawn, in the size that it has at that moment. */
class Window {
  readonly probe: ScreenProbe;
  readonly #terminal: TerminalConnection;
  size: Size;

  constructor(terminal: TerminalConnection, size: Size = FIRST) {
    this.#terminal = terminal;
    this.size = size;
    this.probe = new ScreenProbe(size.cols, size.rows);
    terminal.onRedraw = () => void this.probe.feed(utf8('\u001bc'));
    void this.#read();
  }

  resize(size: Size): void {
    if (size.cols === this.size.cols && size.rows === this.size.rows) return;
    this.size = size;
    this.probe.resize(size.cols, size.rows);
    this.#terminal.resize(size.cols, size.rows);
  }

  async #read(): Promise<void> {
    for (let bytes = await this.#terminal.read(); bytes !== null; bytes = await this.#terminal.read())
      await this.probe.feed(bytes);
  }
}

type Step =
  | Readonly<{ do: 'freeze' | 'resume' | 'reattach' | 'toggle' | 'beat' | 'edge' }>
  | (Readonly<{ do: 'resize' }> & Size);

async function play(steps: readonly Step[]): Promise<Readonly<{ host: Host; window: Window }>> {
  const clock = new FakeClock();
  const backend = new FakePtyBackend();
  const service = new TerminalService({
    backend,
    clock,
    logger: silentLogger,
    home: { platform: 'linux', environment: { PATH: '/bin' }, shell: '/bin/sh', username: 'me', home: '/home/me' },
    decision: () => 'allow',
    isMyDevice: () => false,
    nameOf: () => undefined,
    createId: () => '1'.padStart(32, '0'),
    limits: { perPeer: 3, total: 5 },
  });
  const link = new FakeLink((stream) => void service.serve(stream, ALICE));
  const opened = await openTerminal(link.session, { ...FIRST, term: 'xterm' });
  const host = new Host(backend.last);
  let window = new Window(opened);
  /** Another window of the same size, instead of the first. */
  const reattach = async (): Promise<void> => {
    link.resume();
    await rest();
    const { size } = window;
    const again = await openTerminal(link.session, { ...size, term: 'xterm', terminal: opened.terminal });
    window = new Window(again, size);
  };
  const rest = async (): Promise<void> => {
    for (let round = 0; round < 4; round += 1) {
      await settle();
      await host.work;
      await clock.advance(20);
    }
  };
  for (const step of steps) {
    if (step.do === 'resize') window.resize(step);
    else if (step.do === 'freeze') link.freeze();
    else if (step.do === 'resume') link.resume();
    else if (step.do === 'reattach') await reattach();
    else host[step.do]();
    await rest();
  }
  link.resume();
  // A ping that was lost is sent again after a moment of real time.
  for (let round = 0; round < 300; round += 1) {
    await rest();
    if (round > 2 && JSON.stringify(window.probe.seen()) === JSON.stringify(host.probe.seen())) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { host, window };
}

describe('a terminal whose window was resized during an outage', () => {
  it('shows a full-screen program whole when the height went and came back', async () => {
    const { host, window } = await play([
      { do: 'toggle' },
      { do: 'freeze' },
      { do: 'resize', cols: 40, rows: 6 },
      { do: 'beat' },
      { do: 'resize', ...FIRST },
    ]);
    const believed = await host.believed();
    const lines = believed?.lines() ?? [];
    expect(lines).toHaveLength(FIRST.rows);
    expect(host.probe.lines()).toEqual(lines);
    expect(window.probe.lines()).toEqual(lines);
  });

  it('shows what a shell printed for the former width as the host has it', async () => {
    const { host, window } = await play([
      { do: 'freeze' },
      { do: 'resize', cols: 20, rows: 12 },
      { do: 'edge' },
      { do: 'edge' },
    ]);
    expect(host.probe.lines()).not.toEqual([]);
    expect(window.probe.seen()).toEqual(host.probe.seen());
  });

  it('shows a narrowed full-screen program to one that attaches again', async () => {
    const { host, window } = await play([{ do: 'toggle' }, { do: 'resize', cols: 20, rows: 12 }, { do: 'reattach' }]);
    const believed = await host.believed();
    expect(believed?.rows()).toHaveLength(12);
    expect(window.probe.rows()).toEqual(believed?.rows());
  });

  it('shows the screen of the host after any resizes, programs, outages and attachments', async () => {
    const size = fc.record({
      do: fc.constant('resize' as const),
      cols: fc.integer({ min: 10, max: 60 }),
      rows: fc.integer({ min: 3, max: 20 }),
    });
    const back = fc.constant({ do: 'resize' as const, ...FIRST });
    const other = fc.record({
      do: fc.constantFrom(...(['freeze', 'resume', 'reattach', 'toggle', 'beat'] as const)),
    });
    const steps = fc.array(fc.oneof(other, other, size, back), { minLength: 2, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(steps, size, async (run, last) => {
        const { host, window } = await play([
          { do: 'toggle' },
          { do: 'beat' },
          ...run,
          { do: 'freeze' },
          last,
          { do: 'beat' },
          { do: 'reattach' },
        ]);
        expect(window.probe.seen()).toEqual(host.probe.seen());
        const believed = await host.believed();
        expect(window.probe.rows()).toEqual((believed ?? window.probe).rows());
      }),
      { numRuns: 40 },
    );
  });
});
