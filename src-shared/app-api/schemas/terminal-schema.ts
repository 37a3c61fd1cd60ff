import * as z from 'zod';
import { channel, none, peerId, peerReference, terminalSize } from '../fields.ts';
import { pathView } from './link-schema.ts';
import { DIRECTORY, EXEC_SIGNALS, MAX_PROGRAM_CHARACTERS } from '../../terminal/index.ts';

/** Terminals on peers; their bytes travel on channels. Times are milliseconds since 1970. */

const terminalView = z.strictObject({
  /** Name of the terminal at its device. */
  terminal: z.string(),
  peerId,
  title: z.string(),
  startedAt: z.number().int(),
  attached: z.boolean(),
  ...terminalSize,
  /** What its device calls the one that opened it; null for this device. */
  openedBy: z.string().nullable(),
  /** The same of the one that has it now. */
  heldBy: z.string().nullable(),
  /** What runs in it besides its shell; left out where nothing does, or its device does not say. */
  program: z.string().max(MAX_PROGRAM_CHARACTERS).optional(),
  /** A command that runs without a terminal: its size means nothing, and nobody can take it up. */
  noTerminal: z.literal(true).optional(),
});
export type TerminalView = z.infer<typeof terminalView>;

export const TERMINAL_CALLS = {
  /**
   * Opens or re-attaches a terminal on a peer. The answer comes when the peer has accepted; from then on channel data flows both ways.
   * Progress `approval`: a person at the peer is being asked.
   */
  'terminal.open': {
    input: z.strictObject({
      peer: peerReference,
      ...terminalSize,
      /** TERM of the viewer. */
      term: z.string().regex(/^[A-Za-z0-9._+-]{1,64}$/),
      /** Program and arguments instead of the login shell. */
      command: z.array(z.string().max(4096)).min(1).max(256).optional(),
      /** Where it begins, a path of the peer; its home folder where there is no such folder. */
      directory: z.string().max(4096).regex(DIRECTORY).optional(),
      /** Re-attach to this one instead of opening a new one. */
      terminal: z.string().max(64).optional(),
      /** With `terminal`: also from another device of the same person; otherwise that ends with `terminal.taken-over`. */
      takeOver: z.boolean().optional(),
      /** With `terminal`, one that somebody there shares: only look on; size and `term` do not count. */
      view: z.boolean().optional(),
      /** Records what it shows, from the first byte on. */
      record: z.boolean().optional(),
    }),
    output: z.strictObject({ channel, terminal: z.string(), path: pathView }),
    progress: z.enum(['connecting', 'approval']),
  },
  /**
   * Runs a command on a peer without a terminal. The answer comes when it has started; its streams are channels of their own, each in one
   * direction. Who closes an output channel closes the command's pipe; the agent ends `stdin` when the command takes no more. The end is told by
   * `terminal.ended` of the channel `stdout`, after the last byte. A user interface that goes away ends the command.
   */
  'exec.open': {
    input: z.strictObject({
      peer: peerReference,
      /** Program and arguments instead of the login shell. */
      command: z.array(z.string().max(4096)).min(1).max(256).optional(),
      /** Where it begins, a path of the peer; its home folder where there is no such folder. */
      directory: z.string().max(4096).regex(DIRECTORY).optional(),
    }),
    output: z.strictObject({ exec: z.string(), stdin: channel, stdout: channel, stderr: channel }),
    progress: z.enum(['connecting', 'approval']),
  },
  /** Sends a signal to the process group of a command, named by its channel `stdout`. */
  'exec.signal': { input: z.strictObject({ channel, signal: z.enum(EXEC_SIGNALS) }), output: none },
  'terminal.resize': { input: z.strictObject({ channel, ...terminalSize }), output: none },
  /** Ends the viewer's side. `detach` leaves the terminal running at the peer. */
  'terminal.close': { input: z.strictObject({ channel, detach: z.boolean() }), output: none },
  'terminal.list': {
    input: z.strictObject({
      peer: peerReference,
      /** Only those that this device shows now, where there is a path; nobody at the peer is asked for that. */
      watched: z.boolean().optional(),
      /** Also commands that run without a terminal. */
      commands: z.boolean().optional(),
    }),
    output: z.array(terminalView),
    progress: z.enum(['approval']),
  },

  /**
   * The person has no use any more for output that is on its way, as after an interrupt. If that is much, here or at the peer, all of it is dropped
   * and the screen of now follows, told by `terminal.redrawn`; otherwise nothing happens. A gateway's terminal keeps everything.
   */
  'terminal.catchUp': {
    input: z.strictObject({
      channel,
      /** Bytes that have come on the channel and are not drawn. */
      waiting: z.number().int().min(0).max(1_000_000_000),
    }),
    output: none,
  },
} as const;

export const TERMINAL_EVENTS = {
  /** The terminal of a channel is over; no more data follows. `code` is an ERROR_TEXTS key when the link or a right ended it. */
  'terminal.ended': z.strictObject({
    channel,
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
    code: z.string().nullable(),
  }),
  /**
   * The bytes of a channel from there on draw its screen as it is, on an empty one without any mode set; before them, bytes were left out. What has
   * been read and lies before is of no use any more.
   */
  'terminal.redrawn': z.strictObject({
    channel,
    /** Bytes of the channel before them, counted from its beginning. */
    at: z.number().int().min(0),
  }),
} as const;
