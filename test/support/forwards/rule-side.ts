import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { DatagramRule, SocksAssociations } from '#agent/forwards/datagrams/index.ts';
import { ForwardManager, type RunnerRegistry } from '#agent/forwards/rules/index.ts';
import { HttpRule, LocalBridge, RemoteBridge, SocksRule } from '#agent/forwards/proxies/index.ts';
import { AwaitedConnections } from '#agent/streams/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { createSession, type LinkSession, type Session } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { attachMemoryPath, SESSION_ID } from '#test/support/link.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import type { TargetSide } from './target-side.ts';

/** The one peer that rules here know. */
export const OFFICE = 'F'.repeat(56) as PeerId;
export const SECRET = new Uint8Array(32).fill(7);

/** Without those that need more of an agent than its links. */
const RUNNERS: RunnerRegistry = {
  socks5: (context) => new SocksRule(context, new SocksAssociations(context, context.rule.peer)),
  'http-proxy': (context) => new HttpRule(context),
  'tcp-bridge': (context) =>
    context.rule.direction === 'local' ? new LocalBridge(context) : new RemoteBridge(context),
  udp: (context) => new DatagramRule(context),
  'wg-proxy': (context) => new DatagramRule(context),
};

export type RuleSideOptions = Readonly<{
  clock: Clock;
  session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
  /** Left out: nobody knows without asking. */
  current?(peerId: PeerId): Session | undefined;
  file?: MemoryDocumentFile;
  secret?: Uint8Array;
  runners?: RunnerRegistry;
}>;

/** A device with rules: the manager with everything that runs them, without network. */
export class RuleSide {
  readonly manager: ForwardManager;
  readonly awaited = new AwaitedConnections();
  readonly file: MemoryDocumentFile;
  readonly claimed = new Set<number>();
  /** How often a change was told. */
  changes = 0;
  knowsPeer = true;
  isReachable = true;

  constructor(options: RuleSideOptions) {
    this.file = options.file ?? new MemoryDocumentFile();
    this.manager = new ForwardManager({
      ...options,
      file: this.file,
      crypto,
      masterSecret: options.secret ?? SECRET,
      logger: silentLogger,
      peers: {
        nameOf: () => (this.knowsPeer ? 'office' : undefined),
        find: (reference) => {
          if (reference !== OFFICE) throw new ClawReachError('peer.unknown', 'no such peer');
          return { name: 'office' };
        },
      },
      current: options.current ?? (() => undefined),
      mayReach: () => this.isReachable,
      awaited: this.awaited,
      runners: options.runners ?? RUNNERS,
      claimPort: (port) => {
        this.claimed.add(port);
        return () => void this.claimed.delete(port);
      },
      onChange: () => {
        this.changes += 1;
      },
    });
  }

  /** Takes what the peer hands over on that session. */
  serve(session: Session): void {
    session.onStream = (stream) => {
      const { from } = stream.params as { from: { listener: number; address: string } };
      this.awaited.take(stream, from, session);
    };
  }
}

export type LinkedSides = Readonly<{
  rules: RuleSide;
  mine: () => LinkSession;
  /** The session ends for good; the next one is made when it is asked for. */
  loseSession(): Promise<void>;
  close(): Promise<void>;
}>;

/** Rules here and targets there, joined by sessions in memory; the peer knows this device as `laptop`. */
export function linkSides(
  clock: Clock,
  target: TargetSide,
  laptop: PeerId,
  file?: MemoryDocumentFile,
  runners?: RunnerRegistry,
): LinkedSides {
  let mine: LinkSession | undefined;
  const session = (): LinkSession => {
    if (mine !== undefined) return mine;
    const near = createSession({ role: 'initiator', id: SESSION_ID, clock });
    const far = createSession({ role: 'responder', id: SESSION_ID, clock });
    target.serve(far, laptop);
    rules.serve(near);
    attachMemoryPath(near, far);
    mine = near;
    return near;
  };
  const rules = new RuleSide({
    clock,
    session: async () => session(),
    current: () => (mine?.pathState === 'up' ? mine : undefined),
    ...(file === undefined ? {} : { file }),
    ...(runners === undefined ? {} : { runners }),
  });
  const loseSession = async (): Promise<void> => {
    const lost = mine;
    mine = undefined;
    await lost?.close('link.session-lost', 'test');
  };
  return {
    rules,
    mine: session,
    loseSession,
    close: async () => {
      await rules.manager.close();
      await loseSession();
    },
  };
}

/** Servers of a test. */
export class Servers {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  async listen(onConnection: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
      onConnection(socket);
    });
    this.#servers.push(server);
    server.listen(0, host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  get open(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

type Kind<Name extends ForwardRule['kind']> = Extract<ForwardRule, { kind: Name }>;
const COMMON = { name: 'rule', enabled: true, peer: OFFICE, listen: { host: '127.0.0.1', port: 0 } } as const;

export function socksRule(changes: Partial<Kind<'socks5'>> = {}): ForwardRule {
  return { kind: 'socks5', ...COMMON, user: null, ...changes };
}

export function httpRule(changes: Partial<Kind<'http-proxy'>> = {}): ForwardRule {
  return { kind: 'http-proxy', ...COMMON, user: null, ...changes };
}

export function bridgeRule(
  to: number | Kind<'tcp-bridge'>['to'],
  changes: Partial<Kind<'tcp-bridge'>> = {},
): ForwardRule {
  const target = typeof to === 'number' ? { host: '127.0.0.1', port: to } : to;
  return { kind: 'tcp-bridge', ...COMMON, direction: 'local', to: target, ...changes };
}

export function udpRule(to: number | Kind<'udp'>['to'], changes: Partial<Kind<'udp'>> = {}): ForwardRule {
  const target = typeof to === 'number' ? { host: '127.0.0.1', port: to } : to;
  return { kind: 'udp', ...COMMON, to: target, ...changes };
}

export function wireGuardRule(to: number, changes: Partial<Kind<'wg-proxy'>> = {}): ForwardRule {
  return { kind: 'wg-proxy', ...COMMON, to: { host: '127.0.0.1', port: to }, ...changes };
}

/** The port a rule listens at. */
export function portOf({ address, state, problem }: ForwardView): number {
  const port = /:(\d+)$/.exec(address ?? '')?.[1];
  if (port === undefined) throw new Error(`the rule does not listen: ${state} ${problem?.code ?? ''}`);
  return Number(port);
}
