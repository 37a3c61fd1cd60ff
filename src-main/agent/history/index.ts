export { createHistory, type HistoryModule } from './module.ts';
export { ConnectionHistory } from './connection-history.ts';
export type { HistoryEnd, HistoryFacts } from './entry.ts';
export { PeerHistory, type HistoryOptions } from './history.ts';
export { MemoryLines } from './memory-lines.ts';
export { matchesQuery, type HistoryQuery } from './matches-query.ts';
