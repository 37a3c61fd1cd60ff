export type { PassageFailure, RouteStatus } from './hops/hop-dialer.ts';
export { LinkManager } from './link-manager.ts';
export type {
  HandshakeReply,
  DirectPort,
  Hop,
  HopView,
  LinkManagerOptions,
  LinkView,
  PeerRoute,
  PinnedPeer,
  RejectedHandshake,
  RouteStore,
  UdpPort,
  HopPort,
} from './types.ts';
