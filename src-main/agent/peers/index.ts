export { PeerBook, PeerError, type NewPeer, type PeerChange } from './book.ts';
export type { PeerRecord } from './record.ts';
