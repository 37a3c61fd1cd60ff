export { createPeers, type PeersModule } from './module.ts';
export { PeerBook, type NewPeer, type PeerChange } from './peer-book.ts';
export { endOfLife, untilEnd } from './browser-life.ts';
export { recordLife } from './handlers.ts';
export { PeerError, suspendedError } from './errors.ts';
export { isSuspended, isUncompared, type PairingRecord, type PeerRecord } from './peer-record.ts';
