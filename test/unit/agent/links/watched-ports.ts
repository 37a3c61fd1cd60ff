import type { LinkManager, PeerRoute, HopPort } from '#agent/links/index.ts';
import type { IncomingPath } from '#agent/direct/index.ts';
import type { IncomingConnection, RelayPort } from '#agent/relay/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { ByteChannel, Session } from '#shared/link/index.ts';
import type { FakeDirect } from './network.ts';

/** Bytes that are about to leave a device. `through`: the hop next to the peer, as the writer knows it. */
export type Leaving = Readonly<{
  from: PeerId;
  to: PeerId;
  kind: 'relay' | 'direct' | 'via';
  dialed: boolean;
  through: PeerId | undefined;
  /** Message 1 or 2, or what follows them. */
  part: 'handshake' | 'records';
}>;

type Watch = (leaving: Leaving) => void;
type Ports = Readonly<{ relay: RelayPort; direct: FakeDirect | undefined; hops: HopPort | undefined }>;

type WatchOptions = Readonly<{
  watch: Watch;
  ownerOf(address: string): PeerId;
  /** Who has sent which message 1, in hexadecimal: through a hop it does not say so before it is read. */
  dialers: Map<string, PeerId>;
  links(): LinkManager;
}>;

/** Whether the choice of the device that writes lets these bytes leave; of hop sessions, whether a chain of its person needs them. */
export function isAllowed(routes: ReadonlyMap<PeerId, PeerRoute>, { to, kind, dialed, through }: Leaving): boolean {
  const { mode, hops }: Pick<PeerRoute, 'mode' | 'hops'> = routes.get(to) ?? { mode: 'auto', hops: [] };
  if (kind === 'via' && dialed && isHop(routes, through, to)) return true;
  if (hops.length > 0) return kind === 'via' && through === hops.at(-1) && (dialed || hops.length === 1);
  return mode === 'auto' || mode === `${kind}-only`;
}

function isHop(routes: ReadonlyMap<PeerId, PeerRoute>, through: PeerId | undefined, to: PeerId): boolean {
  return [...routes.values()].some(({ hops }) => hops.some((hop, index) => hop === through && hops[index + 1] === to));
}

/** The ports of a device, with `watch` told of everything that leaves by them before it does. */
export function watchPorts(
  from: PeerId,
  { relay, direct, hops }: Ports,
  { watch, ownerOf, dialers, links }: WatchOptions,
): Ports {
  const telling =
    (to: PeerId, kind: Leaving['kind'], dialed: boolean, through?: PeerId) =>
    (part: Leaving['part']): void => {
      rememberSessions();
      watch({ from, to, kind, dialed, through, part });
    };
  // A dial goes on with a session that another has replaced meanwhile.
  const peersOfSessions = new WeakMap<object, PeerId>();
  const rememberSessions = (): void => {
    for (const peerId of links().linkedPeers) {
      const session = links().current(peerId);
      if (session !== undefined) peersOfSessions.set(session, peerId);
    }
  };
  const hopOf = (session: Pick<Session, 'open'>): PeerId | undefined => {
    if ('peerId' in session) return session.peerId as PeerId;
    rememberSessions();
    return peersOfSessions.get(session);
  };
  const dialer = (message1: Uint8Array): PeerId => {
    const peerId = dialers.get(toHex(message1));
    if (peerId === undefined) throw new Error('nobody has sent that message 1');
    return peerId;
  };
  return {
    relay: watched(relay, {
      connect: async (to: PeerId, message1: Uint8Array, signal?: AbortSignal) => {
        const tell = telling(to, 'relay', true);
        tell('handshake');
        const { message2, channel } = await relay.connect(to, message1, signal);
        return { message2, channel: watchChannel(channel, tell) };
      },
      listener: (listener: (incoming: IncomingConnection) => void) => (incoming: IncomingConnection) => {
        const tell = telling(incoming.from, 'relay', false);
        listener({ ...incoming, accept: (message2) => watchAccept(tell, () => incoming.accept(message2)) });
      },
    }),
    direct:
      direct &&
      watched(direct, {
        dial: async (address: string, message1: Uint8Array, signal: AbortSignal) => {
          const tell = telling(ownerOf(address), 'direct', true);
          tell('handshake');
          const { message2, channel } = await direct.dial(address, message1, signal);
          return { message2, channel: watchChannel(channel, tell) };
        },
        listener: (listener: (incoming: IncomingPath) => void) => (incoming: IncomingPath) => {
          const tell = telling(ownerOf(incoming.address), 'direct', false);
          listener({ ...incoming, accept: (message2) => watchAccept(tell, () => incoming.accept(message2)) });
        },
      }),
    hops:
      hops &&
      watched(hops, {
        dial: async (...[session, to, message1, signal, options]: Parameters<HopPort['dial']>) => {
          const tell = telling(to, 'via', true, hopOf(session));
          dialers.set(toHex(message1), from);
          const opening = watched(session, {
            // Nothing leaves by a session that has ended: its `open` throws.
            open: (...parameters: Parameters<Session['open']>) => {
              const stream = session.open(...parameters);
              tell('handshake');
              return stream;
            },
          });
          const { message2, channel } = await hops.dial(opening, to, message1, signal, options);
          return { message2, channel: watchChannel(channel, tell) };
        },
        listener: (listener: (incoming: IncomingPath) => void) => (incoming: IncomingPath) => {
          const tell = telling(dialer(incoming.message1), 'via', false, incoming.address as PeerId);
          listener({ ...incoming, accept: (message2) => watchAccept(tell, () => incoming.accept(message2)) });
        },
      }),
  };
}

function watchAccept(tell: (part: Leaving['part']) => void, accept: () => ByteChannel): ByteChannel {
  tell('handshake');
  return watchChannel(accept(), tell);
}

/** What is written after the end goes nowhere. */
function watchChannel(channel: ByteChannel, tell: (part: Leaving['part']) => void): ByteChannel {
  let isOver = false;
  return watched(channel, {
    write: (pieces: readonly Uint8Array[]) => {
      if (!isOver) tell('records');
      return channel.write(pieces);
    },
    close: (deadline?: number) => {
      isOver = true;
      channel.close(deadline);
    },
    destroy: (error?: Error) => {
      isOver = true;
      channel.destroy(error);
    },
  });
}

/** The same object with some methods replaced; `listener` wraps what is set as `onIncoming`. */
function watched<T extends object>(
  target: T,
  { listener, ...own }: Readonly<Record<string, unknown>> & Readonly<{ listener?: (set: never) => unknown }>,
): T {
  return new Proxy(target, {
    get: (_, key) => {
      if (typeof key === 'string' && key in own) return own[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (_, key, value: unknown) => {
      const wraps = key === 'onIncoming' && listener !== undefined && value !== undefined;
      return Reflect.set(target, key, wraps ? listener(value as never) : value, target);
    },
  });
}
