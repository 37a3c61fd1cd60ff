import type {
  ClosingMode,
  DetachedTerminal,
  LabelledDevice,
  Pty,
  PtyBackend,
  PtyEvents,
  PtyRequest,
  SnapshotPart,
  TakeTerminal,
} from '#agent/terminals/index.ts';

const NOBODY: PtyEvents = {
  data: () => undefined,
  snapshotBegin: () => undefined,
  snapshotEnd: () => undefined,
  peekBegin: () => undefined,
  peekData: () => undefined,
  peekEnd: () => undefined,
  title: () => undefined,
  inputTaken: () => undefined,
  exited: () => undefined,
  lost: () => undefined,
};

/** A terminal that does what the test says, and notes what it is told. */
export class FakePty implements Pty {
  readonly pid: number;
  readonly request: PtyRequest;
  events: PtyEvents;
  readonly told: string[] = [];
  acknowledged = 0;

  constructor(request: PtyRequest, events: PtyEvents = NOBODY, pid = 1) {
    this.pid = pid;
    this.request = request;
    this.events = events;
  }

  write(bytes: Uint8Array): void {
    this.told.push(`write ${Buffer.from(bytes).toString('latin1')}`);
  }

  resize(cols: number, rows: number): void {
    this.told.push(`resize ${cols}x${rows}`);
  }

  acknowledge(bytes: number): void {
    this.acknowledged += bytes;
  }

  setOwner(owner: LabelledDevice, granted: boolean): void {
    this.told.push(`hand over to ${owner.name} ${owner.peerId.slice(0, 1)} ${granted ? 'granted' : 'asked'}`);
  }

  setLeft(left: boolean): void {
    this.told.push(left ? 'left' : 'taken up');
  }

  mute(): void {
    this.told.push('mute');
  }

  snapshot(request: number, part: SnapshotPart): void {
    this.told.push(part === 'all' ? `snapshot ${request}` : `snapshot ${request} of the screen`);
  }

  peek(request: number): void {
    this.told.push(`peek ${request}`);
  }

  hangUp(): void {
    this.told.push('hang up');
  }
}

export class FakePtyBackend implements PtyBackend {
  readonly ptys: FakePty[] = [];
  closed = false;
  closedWith: ClosingMode | undefined;
  lasts = true;
  /** What an agent before has left, and what became of it. */
  readonly kept: DetachedTerminal[] = [];
  readonly taken: (FakePty | undefined)[] = [];
  /** While set, `open` waits for it. */
  gate: Promise<void> | undefined;
  /** What a terminal does before `open` has been answered. */
  atOnce: ((events: PtyEvents) => void) | undefined;

  async open(request: PtyRequest, events: PtyEvents): Promise<Pty> {
    await this.gate;
    const pty = new FakePty(request, events, this.ptys.length + 1);
    this.ptys.push(pty);
    this.atOnce?.(events);
    return pty;
  }

  takeOver(take: TakeTerminal): Promise<void> {
    for (const kept of this.kept) {
      const { cols, rows, ...label } = kept;
      const told: FakePty = new FakePty({ label, file: '', args: [], cwd: '/', environment: {}, cols, rows });
      const events = take(kept, told);
      if (events !== undefined) told.events = events;
      this.taken.push(events === undefined ? undefined : told);
    }
    return Promise.resolve();
  }

  close(mode: ClosingMode = 'end'): Promise<void> {
    this.closed = true;
    this.closedWith = mode;
    return Promise.resolve();
  }

  /** The one opened last. */
  get last(): FakePty {
    const pty = this.ptys.at(-1);
    if (pty === undefined) throw new Error('no terminal was opened');
    return pty;
  }
}
