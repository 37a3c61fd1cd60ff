export { createPeers, type PeersModule } from './module.ts';
export { PeerBook, type NewPeer, type PeerChange } from './peer-book.ts';
export { PeerError, suspendedError } from './errors.ts';
export { isUncompared, type PairingRecord, type PeerRecord } from './peer-record.ts';
