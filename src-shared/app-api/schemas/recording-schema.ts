import * as z from 'zod';
import { channel, none } from '../fields.ts';

/** Recordings of terminals, kept on this device. Times are milliseconds since 1970. */

const id = z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);
const time = z.number().int();

const recordingView = z.strictObject({
  id,
  /** Null for a gateway. */
  peerId: z.string().max(64).nullable(),
  peerName: z.string().max(128),
  title: z.string().max(1024),
  /** `viewer`: what was seen here of a terminal elsewhere; `target`: what a peer did here. */
  side: z.enum(['viewer', 'target']),
  /** What was typed is in it as well. */
  input: z.boolean(),
  startedAt: time,
  /** Until the last thing in it, ms. */
  duration: z.number().int().min(0),
  bytes: z.number().int().min(0),
  cols: z.number().int(),
  rows: z.number().int(),
  /** It is being written. */
  running: z.boolean(),
});
export type RecordingView = z.infer<typeof recordingView>;

const recordingSettings = z.strictObject({
  /** Ids of peers whose terminals are recorded whenever they are used from here. */
  peers: z.array(z.string().max(64)).max(1000),
  /** What peers do in terminals of this device is recorded; they are told. */
  served: z.boolean(),
});
export type RecordingSettings = z.infer<typeof recordingSettings>;

/** Bytes of one piece of a recording. */
export const RECORDING_PIECE = 262_144;

export const RECORDING_CALLS = {
  /** Newest first. */
  'recordings.list': {
    input: none,
    output: z.strictObject({
      recordings: z.array(recordingView).max(1100),
      used: z.number().int(),
      limit: z.number().int(),
    }),
  },
  /** A piece of the file in base64url, from `offset`; `next` is null at its end. */
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
  /** Records what a terminal shows from now on; `input`: also what is typed. */
  'recordings.start': { input: z.strictObject({ channel, input: z.boolean().optional() }), output: recordingView },
  'recordings.stop': { input: z.strictObject({ channel }), output: none },
  'recordings.settings.get': { input: none, output: recordingSettings },
  'recordings.settings.set': { input: recordingSettings, output: recordingSettings },
} as const;

export const RECORDING_EVENTS = {
  /** A recording began, ended or was deleted. */
  'recordings.changed': none,
  /** Of the terminal of a channel: what is recorded, or null when nothing is any more. `code`: why it was stopped by itself. */
  'terminal.recording': z.strictObject({
    channel,
    recording: id.nullable(),
    /** What is typed is in it as well. */
    input: z.boolean(),
    code: z.string().nullable(),
  }),
} as const;
