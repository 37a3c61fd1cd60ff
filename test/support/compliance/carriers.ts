import { DirectTransport, type IncomingPath } from '#agent/direct/index.ts';
import { HopTransport } from '#agent/links/hops/hop-transport.ts';
import { systemClock } from '#node/clock/index.ts';
import { createDirectSockets } from '#node/sockets/index.ts';
import { createSession, type LinkSession, type PathKind } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { attachMemoryPath, SESSION_ID } from '#test/support/link.ts';
import { openChannelMaker } from '#test/support/relay-channels.ts';
import { newIdentity, runRelay } from '#test/support/relay-clients.ts';
import type { ChannelPair } from './byte-channel.ts';
import { realTurn } from './channel-ends.ts';
import { cuttingProxy } from './proxy.ts';
import { UdpPair, udpProblem } from './udp-carrier.ts';

/** What carries a path between devices; memory, which only tests know, has unit tests of its own. */
export type Carrier = Readonly<{
  name: string;
  kind: PathKind;
  /** Why this machine has none. */
  problem?: () => Promise<string | undefined>;
  open(): Promise<OpenCarrier>;
}>;
export type OpenCarrier = Readonly<{ make(): Promise<ChannelPair>; close(): Promise<void> }>;

const MESSAGE = Uint8Array.from({ length: 300 }, (_, index) => index);
const signal = new AbortController().signal;

export const CARRIERS: readonly Carrier[] = [
  { name: 'a relay', kind: 'relay', open: () => openRelay('raw') },
  { name: 'a relay, by WebSocket', kind: 'relay', open: () => openRelay('websocket') },
  { name: 'a direct connection', kind: 'direct', open: openDirect },
  { name: 'another peer', kind: 'via', open: openVia },
  { name: 'a data channel over UDP', kind: 'udp', problem: udpProblem, open: openUdp },
];

async function openRelay(form: 'raw' | 'websocket'): Promise<OpenCarrier> {
  const { relay, dispose } = await runRelay();
  const channels = await openChannelMaker(relay, form);
  return {
    async make() {
      const [left, right] = await channels.make();
      return { left, right, turn: realTurn };
    },
    async close() {
      await channels.close();
      await dispose();
    },
  };
}

/** Two devices on this machine, with something in between that can break the connection. */
async function openDirect(): Promise<OpenCarrier> {
  const options = { sockets: createDirectSockets({ clock: systemClock }), interfaces: () => [], logger: silentLogger };
  const [near, far] = [0, 1].map(() => new DirectTransport({ ...options, loopback: true }));
  if (near === undefined || far === undefined) throw new Error('two transports were expected');
  const proxy = await cuttingProxy(await far.listen(0));
  return {
    async make() {
      const incoming = next(far);
      const dialed = near.dial(`127.0.0.1:${proxy.port}`, MESSAGE, signal);
      const right = (await incoming).accept(MESSAGE);
      return { left: (await dialed).channel, right, turn: realTurn, cut: proxy.latest() };
    },
    async close() {
      await far.close();
      proxy.close();
    },
  };
}

/** Two devices on this machine, and a session between them by which they find each other. */
async function openUdp(): Promise<OpenCarrier> {
  const pair = new UdpPair();
  return {
    async make() {
      const { dialed, incoming } = await pair.connect();
      const right = incoming.accept(MESSAGE);
      return { left: (await dialed).channel, right, turn: realTurn };
    },
    close: () => pair.close(),
  };
}

/** Three devices: the left one knows the hop, that one knows the right one. */
async function openVia(): Promise<OpenCarrier> {
  const [toHop, atHop] = link();
  const [toRight, atRight] = link();
  const [leftId, hopId, rightId] = [newIdentity().peerId, newIdentity().peerId, newIdentity().peerId];
  const shared = { clock: systemClock, logger: silentLogger, session: async (): Promise<LinkSession> => toRight };
  const left = new HopTransport({ ...shared, ownId: leftId });
  const hop = new HopTransport({ ...shared, ownId: hopId });
  const right = new HopTransport({ ...shared, ownId: rightId });
  atHop.onStream = (stream) => void hop.passOn(stream, leftId);
  atRight.onStream = (stream) => right.receive(stream, hopId);
  return {
    async make() {
      const incoming = next(right);
      const dialed = left.dial(toHop, rightId, MESSAGE, signal);
      const accepted = (await incoming).accept(MESSAGE);
      return { left: (await dialed).channel, right: accepted, turn: realTurn, cut: () => hop.revoke(leftId) };
    },
    async close() {
      await Promise.all([toHop, atRight].map((session) => session.close('test', 'over')));
    },
  };
}

function link(): [LinkSession, LinkSession] {
  const initiator = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock });
  const responder = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock });
  attachMemoryPath(initiator, responder);
  return [initiator, responder];
}

function next(transport: { onIncoming: ((incoming: IncomingPath) => void) | undefined }): Promise<IncomingPath> {
  return new Promise((resolve) => {
    transport.onIncoming = resolve;
  });
}
