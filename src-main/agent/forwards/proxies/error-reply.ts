import { errorCode } from '#shared/errors.ts';
import { REPLIES } from './socks-messages.ts';

/** Reply to a client of a SOCKS proxy, and status for a client of an HTTP proxy. */
type Answer = Readonly<{ socks: number; http: number }>;

const FAILURE: Answer = { socks: REPLIES.failure, http: 502 };
/** Reply if the upstream can't be reached. */
const AWAY: Answer = { socks: REPLIES.networkUnreachable, http: 504 };

/** SOCKS replies (RFC 1928 section 6) and HTTP statuses (RFC 9110 section 15) by error code. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  'forward.denied': { socks: REPLIES.notAllowed, http: 403 },
  'forward.protected': { socks: REPLIES.notAllowed, http: 403 },
  'forward.unanswered': { socks: REPLIES.notAllowed, http: 403 },
  'forward.name': { socks: REPLIES.hostUnreachable, http: 502 },
  'forward.refused': { socks: REPLIES.refused, http: 502 },
  'forward.timeout': { socks: REPLIES.expired, http: 504 },
  'forward.host-unreachable': { socks: REPLIES.hostUnreachable, http: 502 },
  'forward.network-unreachable': { socks: REPLIES.networkUnreachable, http: 502 },
  'forward.no-datagrams': { socks: REPLIES.command, http: 502 },
  'forward.too-many': { socks: REPLIES.failure, http: 503 },
  'forward.params': { socks: REPLIES.failure, http: 400 },
  'forward.peer-away': { socks: REPLIES.networkUnreachable, http: 504 },
  'ssh.forward-refused': { socks: REPLIES.notAllowed, http: 403 },
  'ssh.unreachable': { socks: REPLIES.networkUnreachable, http: 504 },
  'ssh.lost': { socks: REPLIES.networkUnreachable, http: 504 },
  'ssh.closed': { socks: REPLIES.networkUnreachable, http: 504 },
};

/** Maps the error of a failed connection to the reply that a proxy sends to its client. Pure. */
export function errorReply(error: unknown): Answer {
  const code = errorCode(error);
  const known = Object.hasOwn(ANSWERS, code) ? ANSWERS[code] : undefined;
  return known ?? (code.startsWith('ssh.') ? AWAY : FAILURE);
}
