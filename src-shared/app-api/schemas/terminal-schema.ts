import * as z from 'zod';
import { channel, none, peerId, peerReference, terminalSize } from '../fields.ts';
import { pathView } from './link-schema.ts';
import { DIRECTORY, EXEC_SIGNALS, foregroundView, MAX_PROGRAM_CHARACTERS, SHELL } from '../../terminal/index.ts';

const terminalView = z.strictObject({
  /** Terminal's name on its device. */
  terminal: z.string(),
  peerId,
  title: z.string(),
  startedAt: z.number().int(),
  attached: z.boolean(),
  ...terminalSize,
  /** Name of the device that opened the terminal, as the terminal's device calls it; null for this device. */
  openedBy: z.string().nullable(),
  /** Name of the device that holds the terminal now, in the same form. */
  heldBy: z.string().nullable(),
  /** Program that runs in the terminal besides its shell; undefined without one, or if the terminal's device doesn't report it. */
  program: z.string().max(MAX_PROGRAM_CHARACTERS).optional(),
  /** Program in the foreground, which may be a shell, and its folder. Only on request, and if the terminal's device reports it. */
  foreground: foregroundView.optional(),
  /** Set for a command that runs without a terminal: its size has no meaning, and no device can resume it. */
  noTerminal: z.literal(true).optional(),
});
/** Terminal on a peer, or a command that runs there without one. */
export type TerminalView = z.infer<typeof terminalView>;

/**
 * Calls that open, resize, list and close terminals on peers, and that run commands there (`exec.*`). The bytes of a terminal flow over a channel,
 * not through calls. Part of `AGENT_CALLS`. Times are ms since 1970.
 */
export const TERMINAL_CALLS = {
  /**
   * Opens or resumes a terminal on a peer. Answers when the peer has accepted; from then on, data flows both ways on the channel. Progress
   * `approval`: a person at the peer is being asked.
   */
  'terminal.open': {
    input: z.strictObject({
      peer: peerReference,
      ...terminalSize,
      /** TERM of the viewer's terminal. */
      term: z.string().regex(/^[A-Za-z0-9._+-]{1,64}$/),
      /** Program and arguments instead of the login shell. */
      command: z.array(z.string().max(4096)).min(1).max(256).optional(),
      /** Working directory on the peer; its home folder if that doesn't exist. */
      directory: z.string().max(4096).regex(DIRECTORY).optional(),
      /** Shell on the peer instead of the login shell, by name or path. Ignored with `command`. */
      shell: z.string().max(256).regex(SHELL).optional(),
      /** Resumes this terminal instead of opening a new one. */
      terminal: z.string().max(64).optional(),
      /** With `terminal`: takes the terminal over from another of the person's devices, where it ends with `terminal.taken-over`. */
      takeOver: z.boolean().optional(),
      /** With the ID of a shared `terminal`: only watches; size and `term` are ignored. */
      view: z.boolean().optional(),
      /** Records its output from the first byte on. */
      record: z.boolean().optional(),
    }),
    output: z.strictObject({
      channel,
      terminal: z.string(),
      path: pathView,
      /** The directory doesn't exist; the shell has started in the home folder. */
      noFolder: z.literal(true).optional(),
    }),
    progress: z.enum(['connecting', 'approval']),
  },
  /**
   * Runs a command on a peer without a terminal. Answers when it has started. Each of its streams is a channel in one direction. Closing an output
   * channel closes the command's pipe; the agent ends `stdin` when the command stops reading. `terminal.ended` on the channel `stdout` reports the
   * end, after the last byte. If the user interface disconnects, the command is ended.
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
  /** Sends a signal to the process group of a command, identified by its channel `stdout`. */
  'exec.signal': { input: z.strictObject({ channel, signal: z.enum(EXEC_SIGNALS) }), output: none },
  /** Ends a command, identified by its channel `stdout`, as if the user interface had disconnected. Its end is reported. */
  'exec.close': { input: z.strictObject({ channel }), output: none },
  /** Tells the name that the person has given a terminal on a peer, for the history of this device; empty for none. */
  'terminal.name': {
    input: z.strictObject({ peer: peerReference, terminal: z.string().min(1).max(64), name: z.string().max(128) }),
    output: none,
  },
  'terminal.resize': { input: z.strictObject({ channel, ...terminalSize }), output: none },
  /** Closes the viewer's channel. `detach` leaves the terminal running at the peer. */
  'terminal.close': { input: z.strictObject({ channel, detach: z.boolean() }), output: none },
  'terminal.list': {
    input: z.strictObject({
      peer: peerReference,
      /** Lists only the terminals that this device shows now over an existing path. No person at the peer is asked. */
      watched: z.boolean().optional(),
      /**
       * Lists only the terminals and commands of this device, left ones too, over an existing path. No person at the peer is asked. Fails with
       * `rights.unasked` if the peer's version knows no such list.
       */
      own: z.boolean().optional(),
      /**
       * False for a list that no person requested: only over an existing path, and no person at the peer is asked. The call fails with `rights.unasked`
       * if the right is undecided there.
       */
      ask: z.boolean().optional(),
      /** Includes commands without a terminal. */
      commands: z.boolean().optional(),
      /** With `watched` or `own`: includes the program in the foreground and its folder. */
      folders: z.boolean().optional(),
    }),
    output: z.array(terminalView),
    progress: z.enum(['approval']),
  },

  /**
   * Skips pending output, for example after an interrupt. If much output is pending, on this device or at the peer, the agent drops it and sends the
   * current screen, announced by `terminal.redrawn`; otherwise nothing changes. Output of a gateway's terminal is never dropped.
   */
  'terminal.catchUp': {
    input: z.strictObject({
      channel,
      /** Bytes that the window has received on the channel and not drawn yet. */
      waiting: z.number().int().min(0).max(1_000_000_000),
    }),
    output: none,
  },
} as const;

/** Events about a terminal's channel, sent to the user interface that opened it. */
export const TERMINAL_EVENTS = {
  /** The terminal has ended; no more data follows. `code` is an error code if the link or a missing right ended it. */
  'terminal.ended': z.strictObject({
    channel,
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
    code: z.string().nullable(),
  }),
  /**
   * From this offset on, the channel's bytes draw the current screen on an empty one with all modes reset. Earlier output was dropped: the reader can
   * skip unread bytes before the offset.
   */
  'terminal.redrawn': z.strictObject({
    channel,
    /** Offset in bytes from the beginning of the channel. */
    at: z.number().int().min(0),
  }),
  /** The screen that `terminal.redrawn` announced is complete with the byte before this offset. */
  'terminal.drawn': z.strictObject({
    channel,
    /** Offset in bytes from the beginning of the channel. */
    at: z.number().int().min(0),
  }),
} as const;
