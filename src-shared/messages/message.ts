import * as z from 'zod';
import { toUtf8 } from '../bytes/index.ts';
import { LATEST_TIME } from '../dates.ts';
import { FormatError } from '../errors.ts';
import { encodeLine } from '../lines.ts';
import { transferId } from '../files/index.ts';
import { safeParse } from '../safe-parse.ts';
import { isWellFormed } from '../well-formed.ts';
import { parseAddress } from './address.ts';
import { BODY_BYTES, LONGEST_PAUSE, MESSAGE_FILES, MOST_HOPS, MOST_PAIRS, QUERY_IDS } from './limits.ts';

/** Parameters of a `message` stream. Unknown fields are ignored. */
export const messageParams = z.object({ service: z.literal('messages'), version: z.literal(1) });
export const MESSAGE_PARAMS = { service: 'messages', version: 1 } as const satisfies z.infer<typeof messageParams>;
/** Answer to the parameters: lines that the recipient takes besides those of the first version, whose answer is empty. Unknown fields are ignored. */
export const messageAnswer = z.object({ cancel: z.boolean().optional() });
export const MESSAGE_ANSWER = { cancel: true } as const satisfies z.infer<typeof messageAnswer>;

/** ID of a message: 16 random bytes, hexadecimal. */
export const messageId = z.string().regex(/^[0-9a-f]{32}$/);
/** Conversation to which a message belongs. */
export const threadId = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/);
const address = z.string().max(128).refine(isAddress);
const epoch = z.string().regex(/^[0-9a-f]{16}$/);
const seq = z.number().int().min(1);
/** Also what another machine says of its clock is a time that a date can have: it is shown to people, programs and models. */
const time = z.number().int().min(0).max(LATEST_TIME);
const code = z.string().regex(/^[a-z0-9.-]{1,64}$/);

/** Kinds of bodies: text, or the text of a JSON value. */
export const MESSAGE_MEDIA = ['text/plain', 'application/json'] as const;
export const messageMedia = z.enum(MESSAGE_MEDIA);
export type MessageMedia = z.infer<typeof messageMedia>;

/**
 * File or folder that comes with a message, by its own way: one of the first at the top of a transfer between the same devices. All of a message are of
 * one transfer, in its order.
 */
export const messageFile = z.object({
  transfer: transferId,
  name: z.string().min(1).max(255),
  /** Bytes when the message was written; missing for a folder. */
  size: z.number().int().min(0).optional(),
});
export type MessageFile = z.infer<typeof messageFile>;

/**
 * Kinds of bodies as messages with files have them. A device of an earlier version knows none of these and refuses the message, whose files it could not
 * show; it would take a message that only has a further field.
 */
const MEDIA_WITH_FILES = ['text/plain+files', 'application/json+files'] as const;
type WireMedia = MessageMedia | (typeof MEDIA_WITH_FILES)[number];

/** Returns the kind of body as the message has it. Pure. */
export function wireMedia(media: MessageMedia, hasFiles: boolean): WireMedia {
  return hasFiles ? `${media}+files` : media;
}

/** Returns the kind of body of a message, and its files. Pure. */
export function partsOf({ media, files }: Pick<AgentMessage, 'media' | 'files'>): Readonly<{
  media: MessageMedia;
  files: readonly MessageFile[];
}> {
  switch (media) {
    case 'text/plain+files':
      return { media: 'text/plain', files: files ?? [] };
    case 'application/json+files':
      return { media: 'application/json', files: files ?? [] };
    default:
      // A field of this name says nothing else.
      return { media, files: [] };
  }
}

/**
 * Message of one agent to another. Times are ms since 1970 by the sender's clock. Fields that this version doesn't know are kept, since the signature
 * covers them.
 */
export const agentMessage = z.looseObject({
  id: messageId,
  /** Addresses of the agents; see `addressText`. */
  from: address,
  to: address,
  /** Run of sequence numbers of this pair of agents: 8 random bytes, hexadecimal. Numbers in one run have no gaps. */
  epoch,
  /** Sequence number among the messages from `from` to `to`, from 1. */
  seq,
  time,
  /** Time after which the message is no longer delivered. */
  expires: time,
  thread: threadId,
  /** ID of the message that this one answers. */
  reply_to: messageId.optional(),
  media: z.enum([...MESSAGE_MEDIA, ...MEDIA_WITH_FILES]),
  files: z.array(messageFile).min(1).max(MESSAGE_FILES).refine(isOfOneTransfer).optional(),
  body: z.string().refine((text) => !isTooLarge(text)),
  /** True for a message that an agent has written in answer to another one, without a person or other new input in between. */
  auto: z.boolean(),
  /** Number of such messages that have led to this one. */
  hops: z.number().int().min(0).max(255),
  /** Ed25519 signature of the sending device, base64url. See `signMessage`. */
  sig: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type AgentMessage = z.infer<typeof agentMessage>;

/**
 * States that a recipient reports. `waiting`: a person there is asked if the message may come in. `cancelled`: the sender has taken it back before it was
 * stored.
 */
export const RECEIPT_STATES = [
  'waiting',
  'stored',
  'taken',
  'read',
  'refused',
  'expired',
  'cancelled',
  'unknown',
] as const;
const receipt = z.object({
  type: z.literal('receipt'),
  id: messageId,
  state: z.enum(RECEIPT_STATES),
  /** Reason for `refused`, and for `expired` before its time: `message.discarded`. */
  code: code.optional(),
  /** Time at which the state began, by the recipient's clock; absent for `unknown`. */
  time: time.optional(),
  /** For `rights.declined`: time from then on for which further messages to the agent are refused without a question, ms. */
  retry_after: z.number().int().min(1).max(LONGEST_PAUSE).optional(),
});
/** State of a message at its recipient. */
export type Receipt = z.infer<typeof receipt>;

/** Last sequence number that the recipient has settled in each pair's current epoch. */
const resume = z.object({
  type: z.literal('resume'),
  pairs: z.array(z.object({ from: address, to: address, epoch, last: z.number().int().min(0) })).max(MOST_PAIRS),
});
export type Resume = z.infer<typeof resume>;

/**
 * Lines from the sender of messages to their recipient. `skip` passes a number whose message was cancelled or has expired; `cancel` takes a message back
 * that is on its way on this stream.
 */
const senderLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), message: agentMessage }),
  z.object({ type: z.literal('skip'), from: address, to: address, epoch, seq }),
  z.object({ type: z.literal('query'), ids: z.array(messageId).min(1).max(QUERY_IDS) }),
  z.object({ type: z.literal('cancel'), id: messageId }),
  // A recipient sends receipts on a stream of its own if the sender has none open.
  receipt,
]);
export type SenderLine = z.infer<typeof senderLine>;

/** Lines from the recipient back to the sender. */
const recipientLine = z.discriminatedUnion('type', [resume, receipt]);
export type RecipientLine = z.infer<typeof recipientLine>;

/** Encodes a line of a `message` stream. */
export function encodeMessageLine(line: SenderLine | RecipientLine): Uint8Array {
  return encodeLine(line);
}

/** Parses a line from a sender. @throws {FormatError} `format.message` */
export function parseSenderLine(line: string): SenderLine {
  return parse(senderLine, line);
}

/** Parses a line from a recipient. @throws {FormatError} `format.message` */
export function parseRecipientLine(line: string): RecipientLine {
  return parse(recipientLine, line);
}

/** Message that can't be taken, of which the pair of agents and the number can be read, and the reason. */
export type UnfitMessage = Readonly<z.infer<typeof numbered> & { code: 'message.too-large' | 'format.message' }>;
const numbered = z.object({ id: messageId, from: address, to: address, epoch, seq });

/** Reads what it can of a line for which `parseSenderLine` throws. @returns undefined unless it is a message with its ID, addresses and number. Pure */
export function readUnfitMessage(line: string): UnfitMessage | undefined {
  const unfit = z.object({ type: z.literal('message'), message: numbered.extend({ body: z.unknown() }) });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { data } = safeParse(unfit, value);
  if (data === undefined) return undefined;
  const { body, ...names } = data.message;
  return { ...names, code: typeof body === 'string' && isTooLarge(body) ? 'message.too-large' : 'format.message' };
}

/** Reports whether a body has more bytes in UTF-8 than a message may have. Pure. */
export function isTooLarge(body: string): boolean {
  return body.length > BODY_BYTES || toUtf8(body).length > BODY_BYTES;
}

/** Reports whether a message has passed through more agents than it may. */
export function hasTooManyHops({ hops }: Pick<AgentMessage, 'hops'>): boolean {
  return hops > MOST_HOPS;
}

function parse<Line>(schema: z.ZodType<Line>, line: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new FormatError('format.message', 'a line is not JSON', { cause: error });
  }
  const { data } = safeParse(schema, value);
  // A lone surrogate would be another character on the disk than the one that was signed.
  if (data === undefined || !isWellFormed(value)) throw new FormatError('format.message', 'a line is malformed');
  return data;
}

/** Reports whether all files are of one transfer. */
function isOfOneTransfer(files: readonly MessageFile[]): boolean {
  return files.every(({ transfer }) => transfer === files[0]?.transfer);
}

function isAddress(text: string): boolean {
  try {
    parseAddress(text);
    return true;
  } catch {
    return false;
  }
}
