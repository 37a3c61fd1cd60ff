/** Limits of the relay protocol, used by the relay and its clients. Sizes are bytes, times ms. */
export const RELAY_LIMITS = {
  /** JSON message on the control connection. The largest by far is `connect` with message 1 in base64url, under 4 KiB. */
  controlMessage: 16 * 1024,
  /** Body of a `message` before base64url. */
  messageBody: 64 * 1024,
  /** JSON message of type `message`, with its body in base64url. */
  messageWithBody: 96 * 1024,
  /** Handshake message 1 or 2 before base64url; version 1 needs less than half. */
  handshakeMessage: 2048,
  /** Message in a pairing mailbox before base64url. */
  mailboxMessage: 4096,
  /** Number of messages that one side may send in one mailbox. Pairing needs four. */
  mailboxMessages: 8,
  /** Mailboxes of one connection, opened or claimed: a code and a link. One before version 5 of the protocol. */
  mailboxesPerDevice: 2,
  /** Lifetime of a mailbox and its nameplate. */
  mailboxLife: 10 * 60_000,
  /** Bytes per side that may travel over the control connection before the data connections are attached (PROTOCOL section 7). */
  earlyData: 16 * 1024,
  /** Lifetime of an unused ticket. */
  ticketLife: 30_000,
  /** Time within which the called device must answer `connect`; then the relay refuses it with `timeout`. */
  acceptTimeout: 30_000,
  /** Time within which a new connection must send a valid hello (control connection) or ticket (data connection). */
  helloTimeout: 10_000,
  /** Interval of pings from both sides. Two missed answers end the connection. Below the idle limit of common proxies, 60 s. */
  pingInterval: 18_000,
  /** Bytes buffered for one side before the relay pauses the other side's connection. Small enough for a core's cache. */
  pairBuffer: 256 * 1024,
  /** Number of simultaneous data connections of one device. */
  linksPerDevice: 64,
} as const;

export type RelayLimits = typeof RELAY_LIMITS;
