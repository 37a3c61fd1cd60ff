export { PlainRelayBook, type PlainRelayRecord } from './book.ts';
