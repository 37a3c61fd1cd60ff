import * as z from 'zod';
import { channel, none, peerId, peerReference, terminalSize } from '../fields.ts';
import { pathView } from './link-schema.ts';
import { DIRECTORY, EXEC_SIGNALS, MAX_PROGRAM_CHARACTERS } from '../../terminal/index.ts';

/* Schemas of terminals on peers; their bytes are sent over channels. Times are ms since 1970. */

const terminalView = z.strictObject({
  /** Terminal's name on its device. */
  terminal: z.string(),
  peerId,
  title: z.string(),
  startedAt: z.number().int(),
  attached: z.boolean(),
  ...terminalSize,
  /** Name of the device that opened it, as its own device calls it; null for this one. */
  openedBy: z.string().nullable(),
  /** Name of the device that holds it now, in the same form. */
  heldBy: z.string().nullable(),
  /** Program that runs in it besides its shell; left out without one, or if its device doesn't report it. */
  program: z.string().max(MAX_PROGRAM_CHARACTERS).optional(),
  /** Command without a terminal: its size has no meaning, and it can't be resumed. */
  noTerminal: z.literal(true).optional(),
});
export type TerminalView = z.infer<typeof terminalView>;

export const TERMINAL_CALLS = {
  /**
   * Opens or resumes a terminal on a peer. Answers when the peer has accepted; channel data flows both ways from then on. Progress `approval`: a
   * person at the peer is asked.
   */
  'terminal.open': {
    input: z.strictObject({
      peer: peerReference,
      ...terminalSize,
      /** TERM of the viewer. */
      term: z.string().regex(/^[A-Za-z0-9._+-]{1,64}$/),
      /** Program and arguments instead of the login shell. */
      command: z.array(z.string().max(4096)).min(1).max(256).optional(),
      /** Working directory on the peer; its home folder if that doesn't exist. */
      directory: z.string().max(4096).regex(DIRECTORY).optional(),
      /** Resumes this terminal instead of opening a new one. */
      terminal: z.string().max(64).optional(),
      /** With `terminal`: takes it over from another of the person's devices, which gets `terminal.taken-over`. */
      takeOver: z.boolean().optional(),
      /** With the name of a shared `terminal`: only watches; size and `term` are ignored. */
      view: z.boolean().optional(),
      /** Records its output from the first byte on. */
      record: z.boolean().optional(),
    }),
    output: z.strictObject({ channel, terminal: z.string(), path: pathView }),
    progress: z.enum(['connecting', 'approval']),
  },
  /**
   * Runs a command on a peer without a terminal. Answers when it has started; each of its streams is a channel in one direction. Closing an output
   * channel closes the command's pipe; the agent ends `stdin` when the command stops reading. The end is sent as `terminal.ended` of the channel
   * `stdout`, after the last byte. The command ends with its user interface.
   */
  'exec.open': {
    input: z.strictObject({
      peer: peerReference,
      /** Program and arguments instead of the login shell. */
      command: z.array(z.string().max(4096)).min(1).max(256).optional(),
      /** Working directory on the peer; its home folder if that doesn't exist. */
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
      /** Only those that this device shows now over an existing path; nobody at the peer is asked. */
      watched: z.boolean().optional(),
      /** Includes commands without a terminal. */
      commands: z.boolean().optional(),
    }),
    output: z.array(terminalView),
    progress: z.enum(['approval']),
  },

  /**
   * Skips output on its way, as after an interrupt. If there is much of it, here or at the peer, it is dropped and the current screen follows,
   * announced by `terminal.redrawn`; otherwise nothing happens. A gateway's terminal keeps everything.
   */
  'terminal.catchUp': {
    input: z.strictObject({
      channel,
      /** Bytes received on the channel and not drawn. */
      waiting: z.number().int().min(0).max(1_000_000_000),
    }),
    output: none,
  },
} as const;

export const TERMINAL_EVENTS = {
  /** The terminal of a channel has ended; no more data follows. `code` is an error code when the link or a right ended it. */
  'terminal.ended': z.strictObject({
    channel,
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
    code: z.string().nullable(),
  }),
  /**
   * From this offset on, the bytes of a channel draw its current screen on an empty one without any mode set; output before was dropped, and unread
   * bytes before it can be skipped.
   */
  'terminal.redrawn': z.strictObject({
    channel,
    /** Offset in bytes from the beginning of the channel. */
    at: z.number().int().min(0),
  }),
} as const;
