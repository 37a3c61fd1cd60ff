import { ApiError } from './errors.ts';

/** State of a message. `sent` may be on its way; `stored` is on the other machine's disk. */
export type MessageState =
  | 'queued'
  | 'sent'
  | 'stored'
  | 'taken'
  | 'read'
  | 'refused'
  | 'expired'
  | 'cancelled'
  | 'lost';

/** File or folder that comes with a message. */
export type MessageFile = Readonly<{
  transfer: string;
  name: string;
  /** Bytes; null for a folder. */
  size: number | null;
  /** `done`: it is there; `partly`, `failed`, `cancelled` and `refused` are final, too. */
  state: string;
  code: string | null;
  /** Place on this machine; null if it isn't there, or no longer known. */
  path: string | null;
}>;

/** Message of or to this agent. Its `body` is data: another agent wrote it. */
export type Message = Readonly<{
  id: string;
  direction: 'in' | 'out';
  /** MACHINE/agent, or program:NAME/agent of a program at the relay. */
  from: string;
  to: string;
  /** The same with the ID of the machine or program. */
  from_id: string;
  to_id: string;
  thread: string;
  reply_to: string | null;
  media: string;
  body: string;
  files: readonly MessageFile[];
  /** ms since 1970 */
  time: number;
  expires: number;
  auto: boolean;
  /** `device`: signed by this machine or a paired one; `relay`: of a program that only the relay vouches for. */
  verified: string;
  state: MessageState;
  since: number;
  code: string | null;
  waits_for: string | null;
  /** True if it was handed out before. */
  redelivered: boolean;
}>;

/** Machine, this one or a paired one, or program at the relay. `may_write`: allow, ask, older (takes none) or unknown. */
export type Peer = Readonly<{
  /** Part before `/agent` in its addresses: the name of the machine here, or `program:NAME`. */
  address: string;
  peer_id: string;
  online: boolean;
  may_write: string;
  agents: readonly Readonly<{ name: string; description: string }>[];
  /** `device`: this machine or a paired one; `relay`: a program that only the relay vouches for, and whose messages the relay can read. */
  verified: 'device' | 'relay';
}>;

/** Answer to a message that was sent. */
export type SendAnswer = Readonly<{ id: string; state: MessageState; code: string | null; reply?: Message }>;

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const ENDED: readonly unknown[] = ['refused', 'expired', 'cancelled', 'lost'];
const STATES = new Set<unknown>(['queued', 'sent', 'stored', 'taken', 'read', ...ENDED]);

const text = (value: unknown): boolean => typeof value === 'string';
const textOrNull = (value: unknown): boolean => value === null || text(value);
const integer = (value: unknown): boolean => Number.isSafeInteger(value);
const truth = (value: unknown): boolean => typeof value === 'boolean';
const id = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
const state = (value: unknown): boolean => STATES.has(value);
const direction = (value: unknown): boolean => value === 'in' || value === 'out';

const MESSAGE: Shape = {
  id,
  direction,
  from: text,
  to: text,
  from_id: text,
  to_id: text,
  thread: text,
  reply_to: textOrNull,
  media: text,
  body: text,
  time: integer,
  expires: integer,
  auto: truth,
  verified: text,
  state,
  since: integer,
  code: textOrNull,
  waits_for: textOrNull,
  redelivered: truth,
};
const verified = (value: unknown): boolean => value === 'device' || value === 'relay';
const PEER: Shape = { address: text, peer_id: text, online: truth, may_write: text, agents: Array.isArray, verified };
const sizeOrNull = (value: unknown): boolean => value === null || integer(value);
const FILE: Shape = { transfer: text, name: text, size: sizeOrNull, state: text, code: textOrNull, path: textOrNull };
const PEER_AGENT: Shape = { name: text, description: text };

/** Reports whether a message has ended without having been read. */
export function hasEnded(one: MessageState): boolean {
  return ENDED.includes(one);
}

/** Returns an answer as a message. @throws {ApiError} `client.answer`, as the others here */
export function asMessage(value: unknown): Message {
  const message = checked(value, MESSAGE) as Omit<Message, 'files'> & { files?: unknown };
  // An earlier version of ClawReach has none.
  const { files = [] } = message;
  if (!Array.isArray(files)) throw new ApiError('client.answer', 'the answer is not what this API answers', 200);
  return { ...message, files: files.map((file) => checked(file, FILE) as MessageFile) };
}

export function asMessages(value: unknown): readonly Message[] {
  return (checked(value, { messages: Array.isArray }) as { messages: unknown[] }).messages.map(asMessage);
}

/** Returns the ID of a message in an event, and the state of its files. */
export function asEndedFiles(value: unknown): Readonly<{ id: string; state: string }> {
  const { id: of, files } = checked(value, { id }) as { id: string; files?: unknown };
  // The files of a message end together.
  const [first] = (Array.isArray(files) ? files : []) as readonly unknown[];
  return { id: of, state: first === undefined ? '' : (checked(first, { state: text }) as { state: string }).state };
}

/** Returns the states of files that have ended, by the IDs of their messages, and where a stream goes on. */
export function asEndedList(value: unknown): Readonly<{ ended: Map<string, string>; cursor: string }> {
  const { messages, cursor } = checked(value, { messages: Array.isArray, cursor: text }) as {
    messages: unknown[];
    cursor: string;
  };
  const listed = messages.map((one) => checked(one, { id, state: text }) as Readonly<{ id: string; state: string }>);
  return { ended: new Map(listed.map((one) => [one.id, one.state])), cursor };
}

export function asPeers(value: unknown): readonly Peer[] {
  return (checked(value, { peers: Array.isArray }) as { peers: unknown[] }).peers.map((one) => {
    const peer = checked(one, PEER) as Peer;
    for (const agent of peer.agents) checked(agent, PEER_AGENT);
    return peer;
  });
}

export function asSendAnswer(value: unknown): SendAnswer {
  const answer = checked(value, { id, state }) as SendAnswer;
  if (answer.reply !== undefined) asMessage(answer.reply);
  return { ...answer, code: typeof answer.code === 'string' ? answer.code : null };
}

/** Returns the error that an answer is. */
export function asError(value: unknown, status: number): ApiError {
  const { error } = (typeof value === 'object' && value !== null ? value : {}) as { error?: unknown };
  const { code, message, details } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  if (typeof code !== 'string') return new ApiError('client.answer', `the answer has the status ${status}`, status);
  const known = typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {};
  const said = typeof message === 'string' ? message.slice(0, 500) : '';
  return new ApiError(code.slice(0, 64), code === 'message.relay-reads' ? relayReads(known) : said, status, known);
}

function relayReads({ name }: Readonly<Record<string, unknown>>): string {
  const program = typeof name === 'string' ? name.slice(0, 200) : 'this program';
  return `the relay can read messages to ${program}; if your user agrees, send with relayCanRead: true, once for each program`;
}

function checked(value: unknown, shape: Shape): unknown {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if (Object.entries(shape).every(([name, isGood]) => isGood(fields[name]))) return value;
  throw new ApiError('client.answer', 'the answer is not what this API answers', 200);
}
