export { PeerBook, type NewPeer, type PeerChange } from './book.ts';
export { PeerError } from './errors.ts';
export type { PeerRecord } from './record.ts';
