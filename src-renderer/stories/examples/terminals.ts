import type { SharedTerminalView } from '#shared/app-api/index.ts';

/** Path by which the terminals of a story are reached. */
export const EXAMPLE_PATH = { path: 'relay', address: 'relay.example.net:7474', rtt: 24 } as const;

/** Returns a terminal that a peer shares with this device, for stories. */
export function exampleShared(peerId: string, given: Partial<SharedTerminalView> = {}): SharedTerminalView {
  return {
    peerId,
    terminal: 'a'.repeat(32),
    title: 'npm run deploy',
    startedAt: 1_795_000_000_000,
    cols: 60,
    rows: 12,
    holder: 'lena-tablet',
    ...given,
  };
}
