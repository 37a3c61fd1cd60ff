/** Bounds of the relay protocol, version 1, with the reason of each. Sizes are bytes, times milliseconds. */
export const RELAY_LIMITS = {
  /** JSON control message, bytes; `connect` with message 1 (base64url) is by far the largest, under 4 KiB. */
  controlMessage: 16 * 1024,
  /** Handshake message 1 or 2 before base64url: ephemeral, certificate, payload; 1 KiB is twice what version 1 needs. */
  handshakeMessage: 2048,
  /** Message of a pairing mailbox before base64url, bytes. */
  mailboxMessage: 4096,
  /** Messages of one side in one mailbox; pairing needs four. */
  mailboxMessages: 8,
  /** Life of a nameplate and its mailbox. */
  mailboxLife: 10 * 60_000,
  /** Records per side that travel over control before the data sockets are attached (PROTOCOL section 7). */
  earlyData: 16 * 1024,
  /** A ticket not shown by then is void. */
  ticketLife: 30_000,
  /** Time the target has to answer `connect` before it is refused as `timeout`, ms. */
  acceptTimeout: 30_000,
  /** Time a socket has to send a valid hello (control) or ticket (data), ms. */
  helloTimeout: 10_000,
  /** Both sides ping in this rhythm; two misses end the connection. Below the 60 s idle limit of common proxies. */
  pingInterval: 18_000,
  /** Buffered for one side of a joined pair before the other side's socket is paused. Small enough to stay in a core's cache. */
  pairBuffer: 256 * 1024,
  /** Open links of one device at one time. */
  linksPerDevice: 64,
} as const;

export type RelayLimits = typeof RELAY_LIMITS;
