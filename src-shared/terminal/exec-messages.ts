import { ByteReader, ByteWriter } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';
import { EXEC_SIGNALS, type ExecSignal } from './exec-params.ts';
import { decodeEnd, encodeEnd, MAX_END_BYTES, type TerminalEnd } from './messages.ts';
import { encodeTerminalMessage, MessageSplitter } from './splitter.ts';

const SIGNAL = 0x01;
const ENDED = 0x81;
/** Maximum length of a signal's name with its length byte, bytes. */
const MAX_NAME_BYTES = 16;
const MAX_SIGNAL_BYTES = MAX_NAME_BYTES + 1;

/**
 * Encodes a signal for the command. Messages on the `exec` stream that started a command, framed as on a `pty` stream (`splitter.ts`). "Caller" is
 * the device that runs the command on another, "target" the other.
 *
 * | type | from | body | meaning |
 * | --- | --- | --- | --- |
 * | 0x01 signal | caller | text `SIGINT`, `SIGTERM` or `SIGHUP` | sends the signal to the command's process group |
 * | 0x81 ended | target | u8 flags, [u32 exit code], text signal, text code | last message; output may still follow on the pipes |
 */
export function encodeExecSignal(signal: ExecSignal): Uint8Array {
  return encodeTerminalMessage(SIGNAL, new ByteWriter(MAX_SIGNAL_BYTES).text(signal).finish());
}

/** Encodes the end of the command. */
export function encodeExecEnd(end: TerminalEnd): Uint8Array {
  return encodeTerminalMessage(ENDED, encodeEnd(end));
}

/** Parses the messages of the caller. */
export class ExecSignalParser {
  readonly #splitter = new MessageSplitter({ [SIGNAL]: MAX_SIGNAL_BYTES });

  /** Adds received bytes and returns the messages that are complete. @throws {FormatError} */
  push(chunk: Uint8Array): readonly ExecSignal[] {
    const signals: ExecSignal[] = [];
    this.#splitter.push(chunk, (_type, body) => signals.push(decodeSignal(body)));
    return signals;
  }
}

/** Parses the messages of the target. */
export class ExecEndParser {
  readonly #splitter = new MessageSplitter({ [ENDED]: MAX_END_BYTES });

  /** Adds received bytes and returns the messages that are complete. @throws {FormatError} */
  push(chunk: Uint8Array): readonly TerminalEnd[] {
    const ends: TerminalEnd[] = [];
    this.#splitter.push(chunk, (_type, body) => ends.push(decodeEnd(body)));
    return ends;
  }
}

function decodeSignal(body: Uint8Array): ExecSignal {
  const reader = new ByteReader(body);
  const name = reader.text(MAX_NAME_BYTES);
  reader.end();
  const signal = EXEC_SIGNALS.find((known) => known === name);
  if (signal === undefined) throw new FormatError('format.range', 'not a signal that may be sent');
  return signal;
}
