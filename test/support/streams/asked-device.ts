import { PassThrough } from 'node:stream';
import type { ApprovalStore } from '#agent/core/approvals/index.ts';
import { ExecService, type OutputPipe } from '#agent/terminals/exec/index.ts';
import { PeerHistory } from '#agent/history/index.ts';
import { PromptService } from '#agent/openclaw/prompts/index.ts';
import { StreamGate } from '#agent/streams/index.ts';
import { openTerminal, TerminalService } from '#agent/terminals/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { ApprovalView, HistoryEntry, Right, RightDecision } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkSession, StreamKind } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { encodeLine } from '#shared/lines.ts';
import { REMOTE_PARAMS } from '#shared/openclaw/prompts/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakePtyBackend } from '#test/support/fake-pty.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';
import { linkInMemory } from '#test/support/link.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';

/** A stream that a peer opens; with `line` it says that afterwards. */
export type Wanted = Readonly<{ kind: StreamKind; params: unknown; line?: Readonly<Record<string, unknown>> }>;
/** Terminals of the peer itself, and of another one that shares them with it. */
export type Terminals = Readonly<{ own: readonly [string, string]; shared: readonly [string, string] }>;

const GATEWAYS = [
  { id: 'gateway-of-the-lab', name: 'Lab' },
  { id: 'gateway-at-home', name: 'Home' },
] as const;

/** A device whose gate, terminals, targets and gateways are the real ones; programs and gateways are not there. */
export class AskedDevice {
  readonly clock = new FakeClock();
  readonly side = new TargetSide({ clock: this.clock });
  readonly programs = new FakePtyBackend();
  readonly terminals: TerminalService;
  readonly execs: ExecService;
  readonly remote: PromptService;
  readonly #history = new PeerHistory({
    file: new MemoryLineFile(),
    clock: this.clock,
    logger: silentLogger,
    createId: () => toHex(crypto.randomBytes(8)),
  });
  readonly #gate: StreamGate;
  readonly laptop: PeerId;
  readonly office: PeerId;
  /** Another peer that may look on. */
  readonly tablet: PeerId;
  /** Peers that are marked as devices of one person. */
  readonly marked = new Set<PeerId>();
  readonly #session: LinkSession;

  constructor() {
    const { side, clock } = this;
    const { peers, rights, approvals, audit } = side;
    this.laptop = side.addPeer('laptop');
    this.office = side.addPeer('office');
    this.tablet = side.addPeer('tablet');
    const logger = silentLogger;
    const home = { platform: 'linux', environment: { PATH: '/bin' }, shell: '/bin/zsh', username: 'mira', home: '/' };
    const createId = (): string => toHex(crypto.randomBytes(16));
    this.execs = new ExecService({
      start: async () => ({
        pid: 4711,
        stdin: new PassThrough(),
        stdout: silentPipe(),
        stderr: silentPipe(),
        exited: new Promise(() => undefined),
        hasGroup: false,
        isGroupRunning: false,
        signal: () => undefined,
      }),
      clock,
      logger,
      home,
      decision: (peerId) => rights.decision(peerId, 'terminal'),
      hasRoomFor: () => true,
      createId,
      audit,
      history: this.#history,
    });
    this.terminals = new TerminalService({
      backend: this.programs,
      clock,
      logger,
      home,
      decision: (peerId) => rights.decision(peerId, 'terminal'),
      viewDecision: (peerId) => rights.decision(peerId, 'view'),
      isMyDevice: (peerId) => this.marked.has(peerId),
      nameOf: (peerId) => peers.get(peerId)?.name,
      createId,
      audit,
      history: this.#history,
    });
    this.remote = new PromptService({
      file: new MemoryDocumentFile(),
      gateways: {
        find: (wanted) => {
          const found = GATEWAYS.find(({ id, name }) => id === wanted || name === wanted);
          if (found === undefined) throw new Error('unknown');
          return found;
        },
        list: () => GATEWAYS,
        channel: () => undefined,
        ready: () => Promise.reject(new Error('not connected')),
        onChannel: () => () => undefined,
        onRemoved: () => () => undefined,
        view: () => {
          throw new Error('not connected');
        },
      },
      crypto,
      masterSecret: crypto.randomBytes(32),
      clock,
      logger,
      audit,
      peers: { nameOf: () => undefined, isReachable: () => false, session: () => Promise.reject(new Error('none')) },
      isWatched: () => false,
      broadcast: () => undefined,
    });
    this.remote.setWorkflows(
      ['water', 'harvest'].map((name) => ({
        name,
        description: '',
        gateway: null,
        action: { kind: 'prompt', template: `${name} {{what}}` },
      })),
    );
    this.#gate = new StreamGate({
      peers,
      policy: rights,
      approvals,
      audit,
      logger,
      terminals: this.terminals,
      execs: this.execs,
      facts: () => ({}),
      hops: {
        passOn: async (stream) => void stream.accept({}),
        receive: () => undefined,
        revoke: () => undefined,
      },
      forwards: side.server,
      ports: { serve: async (stream) => stream.refuse('rights.denied', '') },
    });
    this.#gate.servePrompts(this.remote.server);
    this.#session = this.#link(this.laptop);
  }

  get approvals(): ApprovalStore {
    return this.side.approvals;
  }

  get pending(): readonly ApprovalView[] {
    return this.approvals.list();
  }

  set(decision: RightDecision, ...rights: readonly Right[]): void {
    for (const right of rights) this.side.rights.set(this.laptop, right, decision);
  }

  /** Opens two terminals of the peer, and two of another one that are shared with it: approved one by one, where that is asked. */
  async openTerminals(): Promise<Terminals> {
    this.side.rights.set(this.office, 'terminal', 'allow');
    const office = this.#link(this.office);
    const ask = { cols: 80, rows: 24, term: 'xterm' };
    const open = async (session: LinkSession): Promise<string> => {
      const opened = openTerminal(session, ask);
      await settle(10);
      this.approve();
      return (await opened).terminal;
    };
    const own = [await open(this.#session), await open(this.#session)] as const;
    const shared = [await open(office), await open(office)] as const;
    for (const terminal of shared) this.terminals.sharing.share(terminal, this.laptop, undefined);
    return { own, shared };
  }

  /** Opens a stream as the peer. @returns what came of it: null while a person is asked */
  async open({ kind, params, line }: Wanted): Promise<{ outcome: string | null }> {
    const state: { outcome: string | null } = { outcome: null };
    const stream = this.#session.open(kind, params, { priority: 'normal' });
    const begin = async (): Promise<void> => {
      try {
        await stream.opened;
        if (line === undefined) state.outcome = 'accepted';
        else await stream.write(encodeLine(line));
      } catch (error) {
        state.outcome = error instanceof Error ? error.message : 'refused';
      }
    };
    void begin();
    await settle(20);
    return state;
  }

  /** Says yes to what waits, the newest first. */
  approve(): void {
    for (const { id } of this.pending) this.approvals.decide(id, 'approve');
  }

  async auditText(): Promise<string> {
    return JSON.stringify(await this.side.audit.list(1000));
  }

  history(): Promise<readonly HistoryEntry[]> {
    return this.#history.list();
  }

  close(): void {
    this.remote.close();
    this.#gate.close();
    this.side.close();
  }

  #link(peerId: PeerId): LinkSession {
    const { initiator, responder } = linkInMemory({ clock: this.clock });
    responder.onStream = (stream) => this.#gate.accept(stream, peerId, responder);
    return initiator;
  }
}

function silentPipe(): OutputPipe {
  return { start: () => new PassThrough(), destroy: () => undefined };
}

/** One request for the gateways of the device. */
export function remote(type: string, data?: unknown): Wanted {
  const line = { type, request_id: 'r1', ...(data === undefined ? {} : { data }) };
  return { kind: 'rpc', params: REMOTE_PARAMS, line };
}
