/** URL paths of the relay. */
export const RELAY_PATHS = {
  control: '/v1/agent',
  link: '/v1/link',
  health: '/healthz',
  readiness: '/readyz',
  metrics: '/metrics',
} as const;

/** `Upgrade:` token of the raw form of a data connection; the WebSocket form uses `websocket` on the same path. */
export const LINK_UPGRADE_PROTOCOL = 'clawreach-link';

/** The first bytes of a data connection, in either form: the ticket, and nothing else before the answer. */
export const LINK_TICKET_BYTES = 32;

/** Byte the relay sends once both sides are attached; every later byte is the other side's. Any other byte is an error. */
export const LINK_READY = 0x01;
