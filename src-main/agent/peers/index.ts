export { createPeers, type PeersModule } from './module.ts';
export { PeerBook, type NewPeer } from './peer-book.ts';
export type { PeerChange } from './peer-records.ts';
export { endOfLife, untilEnd } from './browser-life.ts';
export { setAgentGrant } from './agent-grants.ts';
export { recordLife } from './handlers.ts';
export { forgottenError, PeerError, suspendedError } from './errors.ts';
export { isSuspended, isUncompared, type PairingRecord, type PeerRecord } from './peer-record.ts';
