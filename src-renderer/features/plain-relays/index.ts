export { PlainRelays } from './plain-relays.tsx';
export { RelayReadsChip } from './relay-reads-chip.tsx';
