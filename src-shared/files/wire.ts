import * as z from 'zod';
import { FormatError } from '../errors.ts';
import { encodeLine } from '../lines.ts';
import { safeParse } from '../safe-parse.ts';
import { isWellFormed } from '../well-formed.ts';
import {
  CHUNK,
  LIST_LINE_ENTRIES,
  MOST_DEPTH,
  MOST_ENTRIES,
  MOST_REPORTED,
  MOST_ROOTS,
  PATH_BYTES,
  SENT_NAME,
  SHOWN_ROOTS,
} from './limits.ts';

/** Parameters of the `rpc` stream that controls a transfer. Unknown fields are ignored. */
export const filesParams = z.object({ service: z.literal('files'), version: z.literal(1) });
export const FILES_PARAMS = { service: 'files', version: 1 } as const satisfies z.infer<typeof filesParams>;

/** ID of a transfer: 16 random bytes, hexadecimal. */
export const transferId = z.string().regex(/^[0-9a-f]{32}$/);
/** Size of a file, bytes. */
const size = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Time of a file's last modification, ms since 1970. Earlier times count as 1970. */
const mtime = z.number().int().min(0).max(8_640_000_000_000_000);
/** Number of an entry in the list, from 0. */
const entryNumber = z
  .number()
  .int()
  .min(0)
  .max(MOST_ENTRIES - 1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const code = z.string().regex(/^[a-z0-9.-]{1,64}$/);
const sentName = z.string().min(1).max(SENT_NAME);
const kind = z.enum(['file', 'folder']);
/** Byte of a file from which its contents are sent: the beginning of a chunk, or the end of the file. */
const from = size;

/** Parameters of a `file` stream with one entry. `size` and `mtime` are those of its contents, which may have changed since they were listed. */
const singleParams = z.object({ transfer: transferId, entry: entryNumber, from, size, mtime });
/** Parameters of a `file` stream with many small files. */
const batchParams = z.object({ transfer: transferId, batch: z.literal(true) });
export const contentParams = z.union([singleParams, batchParams]);
export type ContentParams = z.infer<typeof contentParams>;

/** Entry of a transfer's list. `in`: number of its folder, which comes before it; -1 at the top. */
const listEntry = z.object({
  in: z
    .number()
    .int()
    .min(-1)
    .max(MOST_ENTRIES - 2),
  name: sentName,
  kind,
  size,
  mtime,
  exec: z.boolean(),
});
export type ListEntry = z.infer<typeof listEntry>;

/**
 * Place at the receiver other than its inbox: a folder that it shares, and names below it (`mode`: see `PUT_MODES`); or `terminal`: the folder of the program
 * in the foreground of a terminal that the sender holds there, as the receiver's system tells it.
 */
const into = z.union([
  z.object({
    folder: z.string().min(1).max(256),
    path: z.array(sentName).max(MOST_DEPTH),
    mode: z.enum(['new', 'replace', 'skip-same', 'keep-both']).default('new'),
  }),
  z.object({ terminal: z.string().min(1).max(64) }),
]);
export type TransferInto = z.infer<typeof into>;

const offer = z
  .object({
    type: z.literal('offer'),
    transfer: transferId,
    /** Number of files and folders, of files, and bytes of the files. */
    entries: z.number().int().min(1).max(MOST_ENTRIES),
    files: z.number().int().min(0).max(MOST_ENTRIES),
    bytes: size,
    /** First files and folders at the top, and the number of all of them. */
    roots: z
      .array(z.object({ name: sentName, kind }))
      .min(1)
      .max(SHOWN_ROOTS),
    top: z.number().int().min(1).max(MOST_ROOTS),
    into: into.optional(),
  })
  // A person who decides is shown as many names as there is room for.
  .refine(({ roots, top }) => roots.length === Math.min(top, SHOWN_ROOTS));
export type Offer = z.infer<typeof offer>;

const pause = z.object({ type: z.literal('pause'), code: code.optional() });
const go = z.object({ type: z.literal('go') });
const cancel = z.object({ type: z.literal('cancel'), code: code.optional() });

/** First line of either side, on a stream of its own: the transfer was cancelled while no stream was open. The other side ends the stream. */
const cancelled = z.object({ type: z.literal('cancelled'), transfer: transferId });

/** Lines from the sender of a transfer to its receiver. */
const senderLine = z.discriminatedUnion('type', [
  offer,
  cancelled,
  /** Entries in the order of their numbers, from the first that the receiver doesn't have. */
  z.object({ type: z.literal('list'), entries: z.array(listEntry).min(1).max(LIST_LINE_ENTRIES) }),
  z.object({ type: z.literal('list-end'), hash: sha256 }),
  /** Entry that the sender can't send. */
  z.object({ type: z.literal('lost'), n: entryNumber, code }),
  pause,
  go,
  cancel,
]);
export type SenderLine = z.infer<typeof senderLine>;

/** Counts of what a receiver has. */
const counts = { files: z.number().int().min(0).max(MOST_ENTRIES), bytes: size };
const failedEntry = z.object({ n: entryNumber, code });

/** Lines from the receiver of a transfer to its sender. */
const receiverLine = z.discriminatedUnion('type', [
  /** A person is asked. */
  z.object({ type: z.literal('ask') }),
  /** The transfer may begin, or go on. `have`: number of entries whose list the receiver has. */
  z.object({ type: z.literal('take'), have: z.number().int().min(0).max(MOST_ENTRIES), ...counts }),
  /** `retryAfter`: see `IncomingStream.refuse`. */
  z.object({ type: z.literal('refuse'), code, retryAfter: z.number().int().min(0).max(3_600_000).optional() }),
  /**
   * The receiver asks for an entry, the second time if it arrived damaged. `chunks`: SHA-256 of the hashes of the chunks before `from`, unless it is 0.
   */
  z
    .object({ type: z.literal('want'), n: entryNumber, from, chunks: sha256.optional() })
    .refine((want) => (want.from === 0) === (want.chunks === undefined)),
  z.object({ type: z.literal('progress'), ...counts }),
  /** Everything is in its place. `names`: of the first files and folders at the top there; `renamed`: entries that have other names there. */
  z.object({
    type: z.literal('done'),
    ...counts,
    failed: z.array(failedEntry).max(MOST_REPORTED),
    failures: z.number().int().min(0).max(MOST_ENTRIES),
    names: z.array(sentName).max(SHOWN_ROOTS),
    renamed: z.number().int().min(0).max(MOST_ENTRIES),
    /** Folder in which they are; only for a transfer into the folder of a terminal. */
    folder: z.string().min(1).max(PATH_BYTES).optional(),
  }),
  pause,
  go,
  cancel,
]);
export type ReceiverLine = z.infer<typeof receiverLine>;

/** Encodes a line of a `files` stream. */
export function encodeFilesLine(line: SenderLine | ReceiverLine): Uint8Array {
  return encodeLine(line);
}

/** Parses a line from the sender of a transfer. @throws {FormatError} `format.files` */
export function parseSenderLine(line: string): SenderLine {
  return parseLine(senderLine, line);
}

/** Parses a line from the receiver of a transfer. @throws {FormatError} `format.files` */
export function parseReceiverLine(line: string): ReceiverLine {
  return parseLine(receiverLine, line);
}

/** Reports whether a file's contents may be sent from this byte. Pure. */
export function isResumable(start: number, length: number): boolean {
  return start <= length && (start % CHUNK === 0 || start === length);
}

/** Parses a line of JSON, and checks it. @throws {FormatError} `format.files` */
export function parseLine<Line>(schema: z.ZodType<Line>, line: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new FormatError('format.files', 'a line is not JSON', { cause: error });
  }
  const { data } = safeParse(schema, value);
  if (data === undefined || !isWellFormed(value)) throw new FormatError('format.files', 'a line is malformed');
  return data;
}
