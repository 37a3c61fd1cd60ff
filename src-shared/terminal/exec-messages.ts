import { ByteReader, ByteWriter } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';
import { EXEC_SIGNALS, type ExecSignal } from './exec-params.ts';
import { decodeEnd, encodeEnd, MAX_END_BYTES, type TerminalEnd } from './messages.ts';
import { encodeTerminalMessage, MessageSplitter } from './splitter.ts';

/**
 * Messages of the stream that has started a command, in the form of a `pty` stream (splitter.ts).
 *
 * | type | from | body | meaning |
 * | --- | --- | --- | --- |
 * | 0x01 signal | caller | text `SIGINT`, `SIGTERM` or `SIGHUP` | sends it to the command's process group |
 * | 0x81 ended | target | u8 flags, [u32 exit code], text signal, text code | last message; output may still follow on the pipes |
 */
const SIGNAL = 0x01;
const ENDED = 0x81;
/** Longest name with its length byte. */
const MAX_NAME_BYTES = 16;
const MAX_SIGNAL_BYTES = MAX_NAME_BYTES + 1;

export function encodeExecSignal(signal: ExecSignal): Uint8Array {
  return encodeTerminalMessage(SIGNAL, new ByteWriter(MAX_SIGNAL_BYTES).text(signal).finish());
}

export function encodeExecEnd(end: TerminalEnd): Uint8Array {
  return encodeTerminalMessage(ENDED, encodeEnd(end));
}

/** Parses the caller's messages. */
export class ExecSignalParser {
  readonly #splitter = new MessageSplitter({ [SIGNAL]: MAX_SIGNAL_BYTES });

  /** @throws {FormatError} */
  push(chunk: Uint8Array): readonly ExecSignal[] {
    const signals: ExecSignal[] = [];
    this.#splitter.push(chunk, (_type, body) => signals.push(decodeSignal(body)));
    return signals;
  }
}

/** Parses the target's messages. */
export class ExecEndParser {
  readonly #splitter = new MessageSplitter({ [ENDED]: MAX_END_BYTES });

  /** @throws {FormatError} */
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
