export { createPageRelayDialer, type PageRelayDialerOptions } from './page-relay-dialer.ts';
