export { PagePeers, webRtcProblem } from './page-peers.ts';
export type { PeerRequest } from './messages.ts';
export { createWorkerWebRtc } from './worker-sockets.ts';
