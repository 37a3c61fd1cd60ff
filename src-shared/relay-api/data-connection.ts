/**
 * URL paths of the relay's HTTP server. `control`: control connections of agents. `link`: data connections. The constants in this file are common to
 * the relay and the agent's dialers.
 */
export const RELAY_PATHS = {
  control: '/v1/agent',
  link: '/v1/link',
  health: '/healthz',
  readiness: '/readyz',
  metrics: '/metrics',
} as const;

/** Value of the `Upgrade:` header for a raw data connection. A data connection as a WebSocket uses `websocket` on the same path. */
export const LINK_UPGRADE_PROTOCOL = 'clawreach-link';

/** Length of the ticket, bytes. A client begins every data connection with its ticket, and sends nothing else before the relay's answer. */
export const LINK_TICKET_BYTES = 32;

/** Byte that the relay sends when both sides have attached; all later bytes come from the other side. Any other first byte is an error. */
export const LINK_READY = 0x01;
