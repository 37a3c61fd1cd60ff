export { PlainRelayDialog } from './plain-relay-dialog.tsx';
export { PlainRelays } from './plain-relays.tsx';
export { PlainRelaysInUse } from './plain-relays-in-use.tsx';
export { RelayReadsChip } from './relay-reads-chip.tsx';
export { quotePlainRelay } from './relay-text.ts';
