/** What a gateway and a slow reader can make grow here (docs/LIMITS.md). Characters are UTF-16 units, as the gateway counts; times in ms. */
export const GATEWAY_TERMINAL_LIMITS = {
  /** Output that waits for its reader. What comes beyond is left at the gateway and read from there again. */
  unread: 1_048_576,
  /** Output that came while it was not known yet whether it follows. */
  held: 262_144,
  /** Ends of terminals that came meanwhile: of any, as long as it is not known which one it is. */
  heldEnds: 256,
  /** Input that waits for the gateway, before a writer has to. */
  input: 65_536,
  /** Input of one request. */
  chunk: 8192,
  /** How long one is left running without a viewer, and how long a lost gateway is waited for: the gateway's own time for both. */
  left: 300_000,
  /** Between two attempts to read again what is missing. */
  again: 100,
  /** A connection that is to be there for a new one. */
  ready: 30_000,
} as const;
