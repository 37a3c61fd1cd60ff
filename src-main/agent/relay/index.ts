export { tryEnrolment } from './hello.ts';
export { RelayClientError } from './errors.ts';
export { RelayClient } from './relay-client.ts';
export { connectAsGuest, type GuestConnection } from './connect-as-guest.ts';
export { connectAsJoiner, type JoinerConnection } from './connect-as-joiner.ts';
export type { ClaimedMailbox, ClaimTarget, OpenedMailbox } from './mailbox-client.ts';
export type {
  AddRequest,
  EnrolTicket,
  IncomingConnection,
  LeftReport,
  ProjectMembership,
  RelayClientConfig,
  RelayClientOptions,
  RelayedMessage,
  RelayPort,
} from './types.ts';
