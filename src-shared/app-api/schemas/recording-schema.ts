import * as z from 'zod';
import { channel, none } from '../fields.ts';

const id = z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);
const time = z.number().int();

const recordingView = z.strictObject({
  id,
  /** Null for a gateway. */
  peerId: z.string().max(64).nullable(),
  peerName: z.string().max(128),
  title: z.string().max(1024),
  /** `viewer`: this device recorded a terminal of another device that it used. `target`: a peer used a terminal of this device. */
  side: z.enum(['viewer', 'target']),
  /** Contains typed input. */
  input: z.boolean(),
  startedAt: time,
  /** Length up to the last event, ms. */
  duration: z.number().int().min(0),
  bytes: z.number().int().min(0),
  cols: z.number().int(),
  rows: z.number().int(),
  /** Recording is in progress. */
  running: z.boolean(),
});
/** Recording of a terminal, stored as a file on this device. */
export type RecordingView = z.infer<typeof recordingView>;

const recordingSettings = z.strictObject({
  /** IDs of peers whose terminals are always recorded when used from here. */
  peers: z.array(z.string().max(64)).max(1000),
  /** Records every terminal that a peer uses on this device. The peer is informed. */
  served: z.boolean(),
});
/** Settings for automatic recording. */
export type RecordingSettings = z.infer<typeof recordingSettings>;

/** Maximum length of one piece in the answer to `recordings.read`, bytes. */
export const RECORDING_PIECE = 262_144;

/** Calls that start, stop, list and read recordings of terminals, which are files on this device. Part of `AGENT_CALLS`. Times are ms since 1970. */
export const RECORDING_CALLS = {
  /** Lists recordings, newest first. `used` and `limit` are bytes on disk. */
  'recordings.list': {
    input: none,
    output: z.strictObject({
      recordings: z.array(recordingView).max(1100),
      used: z.number().int(),
      limit: z.number().int(),
    }),
  },
  /** Returns a piece of the file from `offset` in base64url; `next` is null at the end. */
  'recordings.read': {
    input: z.strictObject({ id, offset: z.number().int().min(0) }),
    output: z.strictObject({
      data: z
        .string()
        .max(400_000)
        .regex(/^[A-Za-z0-9_-]*$/),
      next: z.number().int().nullable(),
    }),
  },
  'recordings.delete': { input: z.strictObject({ id }), output: none },
  /** Records the output of a channel's terminal from now on; with `input` also the typed keys. */
  'recordings.start': { input: z.strictObject({ channel, input: z.boolean().optional() }), output: recordingView },
  'recordings.stop': { input: z.strictObject({ channel }), output: none },
  'recordings.settings.get': { input: none, output: recordingSettings },
  'recordings.settings.set': { input: recordingSettings, output: recordingSettings },
} as const;

/** Events about recordings. */
export const RECORDING_EVENTS = {
  /** A recording began, ended or was deleted. */
  'recordings.changed': none,
  /** Recording of a channel's terminal: its ID, or null after it has ended. `code` is an error code if it ended by itself. */
  'terminal.recording': z.strictObject({
    channel,
    recording: id.nullable(),
    /** Contains typed input. */
    input: z.boolean(),
    code: z.string().nullable(),
  }),
} as const;
