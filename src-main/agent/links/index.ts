export type { PassageFailure, PassageView } from './passages.ts';
export { LinkManager } from './link-manager.ts';
export type {
  Answered,
  DirectPort,
  Hop,
  HopView,
  LinkManagerOptions,
  LinkView,
  PeerRoute,
  PinnedPeer,
  RefusedLink,
  Routes,
  UdpPort,
  ViaPort,
} from './types.ts';
