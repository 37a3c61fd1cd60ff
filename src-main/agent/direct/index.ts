export { CandidateBudget } from './candidate-budget.ts';
export { isDialable, parseAddress } from './dialable.ts';
export { ownHost } from './own-addresses.ts';
export { raceAddresses, type RaceOptions, type RaceResult } from './race.ts';
export { DEFAULT_DIRECT_PORT, DirectTransport, type DirectTransportOptions } from './transport.ts';
export type { IncomingPath, PathDialer } from './types.ts';
