/** Limits for gateways' terminals (docs/LIMITS.md). Characters are UTF-16 units, as the gateway counts them; times in ms. */
export const GATEWAY_TERMINAL_LIMITS = {
  /** Output waiting for its reader. More is left at the gateway and read from there later. */
  unread: 1_048_576,
  /** Output held until its offset is known. */
  held: 262_144,
  /** Events of ended terminals held until the terminal's ID is known. */
  heldEnds: 256,
  /** Input waiting for the gateway before a writer has to wait. */
  input: 65_536,
  /** Characters of input in one request. */
  chunk: 8192,
  /** Time that a terminal runs without a viewer, and that a lost gateway is waited for; the gateway's own limit for both. */
  left: 300_000,
  /** Interval between attempts to read missing output. */
  again: 100,
  /** Longest wait for the gateway's connection when opening a terminal. */
  ready: 30_000,
} as const;
