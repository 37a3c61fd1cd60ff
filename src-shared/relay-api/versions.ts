import type { AgentMessage, RelayMessage } from './messages.ts';

/**
 * Versions of the control protocol that this software speaks, newest first; used by the relay and its clients. Version 2 added the role `pending` of
 * members, version 3 web pages as clients, enrol tickets, messages between devices, and the relay's report that a device was removed, version 4 shares and
 * their guests, and requests to be added, version 5 two mailboxes of one connection.
 */
export const RELAY_VERSIONS = [5, 4, 3, 2, 1] as const;

/** First version in which a connection may have two mailboxes, and messages name theirs. */
export const NAMES_MAILBOXES = 5;

/** Types of messages that version 3 added. */
const SINCE_3: ReadonlySet<(AgentMessage | RelayMessage)['type']> = new Set([
  'ping',
  'pong',
  'message',
  'message-refused',
  'left',
]);

/** Types of messages that version 4 added. */
const SINCE_4: ReadonlySet<(AgentMessage | RelayMessage)['type']> = new Set([
  'share-open',
  'share-close',
  'add-request',
  'add-requested',
]);

/**
 * Returns the lowest version of the protocol that has this message with these fields. Both ends reject a message of a later version than that of the
 * connection, so clients of earlier versions get none. A hello counts by its own `version`. Pure.
 */
export function versionOf(message: AgentMessage | RelayMessage): number {
  if (SINCE_4.has(message.type)) return 4;
  if (SINCE_3.has(message.type)) return 3;
  switch (message.type) {
    case 'hello':
      if (message.share !== undefined) return 4;
      return message.role === 'browser' || message.role === 'guest' || message.enrolTicket !== undefined ? 3 : 1;
    case 'welcome':
      if (message.host !== undefined) return 4;
      return message.others === undefined ? 1 : 3;
    case 'incoming':
      return message.share === undefined ? 1 : 4;
    case 'accepted':
    case 'attach':
      return message.at === undefined ? 1 : 3;
    case 'mailbox-send':
    case 'mailbox-close':
    case 'mailbox-joined':
    case 'mailbox-message':
    case 'mailbox-closed':
      return message.box === undefined ? 1 : NAMES_MAILBOXES;
    case 'error':
      return message.code === 'share' ? 3 : 1;
    default:
      return 1;
  }
}
