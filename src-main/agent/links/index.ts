export type { RouteFailure, RouteStatus } from './hops/hop-dialer.ts';
export { HopError, parseHopStreamParams, type HopStreamParams } from './hops/hop-stream.ts';
export { HopTransport } from './hops/hop-transport.ts';
export { LinkManager } from './link-manager.ts';
export type {
  HandshakeReply,
  DirectPort,
  Hop,
  HopPort,
  HopView,
  LinkManagerOptions,
  LinkView,
  PeerRoute,
  PinnedPeer,
  RejectedHandshake,
  RouteStore,
  UdpPort,
} from './types.ts';
