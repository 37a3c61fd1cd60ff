import type {
  AgentView,
  ForwardRule,
  ForwardView,
  GatewayRequestView,
  MessageView,
  PeerView,
  TransferView,
} from '#shared/app-api/index.ts';
import { exampleRequest } from '#renderer/stories/examples/index.ts';

/** Complete views as an agent tells them, with nothing in them: a test says what it is about. */

const ASK = { decision: 'ask', expiresAt: null } as const;

/** A peer that is linked through the relay, and may do nothing without a question. */
export function plainPeer(given: Partial<PeerView> = {}): PeerView {
  return {
    peerId: '0'.repeat(56),
    name: 'office',
    shortId: '0000000',
    path: 'relay',
    online: true,
    linked: true,
    rtt: 1,
    address: null,
    link: null,
    pathMode: 'auto',
    pathVia: [],
    own: false,
    safetyNumber: '1',
    rights: {
      terminal: ASK,
      relay: ASK,
      forward: ASK,
      view: ASK,
      prompt: ASK,
      message: ASK,
      send: ASK,
      wake: ASK,
      files: { decision: 'deny', expiresAt: null },
      introduce: ASK,
    },
    pairedAt: 0,
    lastSeenAt: null,
    ...given,
  };
}

/** A rule that is ready and at rest. */
export function plainForward(rule: ForwardRule, given: Partial<Omit<ForwardView, 'rule'>> = {}): ForwardView {
  return {
    id: 'f1',
    rule,
    peerName: 'office',
    hasPassword: false,
    state: 'ready',
    problem: null,
    address: '127.0.0.1:1080',
    open: false,
    url: null,
    connections: 0,
    total: 0,
    bytesIn: 0,
    bytesOut: 0,
    rateIn: 0,
    rateOut: 0,
    hostKey: null,
    auto: null,
    handshakeAt: null,
    ...given,
  };
}

/** A request of a gateway that waits, and says nothing of what it is about. */
export function plainRequest(given: Partial<GatewayRequestView> = {}): GatewayRequestView {
  return exampleRequest({
    key: 'a.1',
    kind: 'exec',
    gateway: 'a'.repeat(16),
    gatewayName: 'home',
    requestId: '1',
    who: 'main',
    deviceId: null,
    platform: null,
    address: null,
    roles: [],
    requestedAt: 0,
    expiresAt: null,
    ...given,
  });
}

/** An agent of this machine, without messages. */
export function plainAgent(name: string, description = ''): AgentView {
  return {
    name,
    description,
    builtIn: name === 'me',
    waiting: 0,
    held: 0,
    http: false,
    tokenFile: null,
    files: null,
    intake: 'hold',
    openclaw: null,
    webhook: null,
    webhookSecret: null,
  };
}

/** Returns a transfer to office that waits. */
export function plainTransfer(): TransferView {
  return {
    id: 'a'.repeat(32),
    direction: 'out',
    peerId: '0'.repeat(56),
    peerName: 'office',
    names: ['report.pdf'],
    top: 1,
    state: 'waiting',
    since: 1_800_000_000_000,
    startedAt: 1_800_000_000_000,
    code: null,
    waitsFor: null,
    entries: 1,
    files: { done: 0, of: 1 },
    bytes: { done: 0, of: 10 },
    rate: null,
    left: null,
    changed: 0,
    renamed: 0,
    failed: 0,
    leftOut: 0,
    folder: '/home/mira/out',
    there: null,
    agent: null,
  };
}

/** Returns a message from the agent coder of office to the person here, that no one has taken. */
export function plainMessage(change: Partial<MessageView> = {}): MessageView {
  const time = 1_800_000_000_000;
  return {
    id: 'a'.repeat(32),
    direction: 'in',
    peerId: '0'.repeat(56),
    peerName: 'office',
    agent: 'me',
    other: 'coder',
    thread: 'a'.repeat(32),
    replyTo: null,
    media: 'text/plain',
    body: 'Hello',
    files: [],
    isCut: false,
    time,
    expires: time + 60_000,
    auto: false,
    verified: 'device',
    state: 'stored',
    since: time,
    code: null,
    waitsFor: null,
    ...change,
  };
}
