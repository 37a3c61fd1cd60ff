import { assertNever } from '#shared/assert-never.ts';
import { errorCode } from '#shared/errors.ts';
import type { ClawReachError } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { RESET_DETACH, RESET_HANG_UP, PTY_RESET_PROTOCOL, ViewerMessageParser } from '#shared/terminal/index.ts';
import type { ViewerMessage } from '#shared/terminal/index.ts';
import type { Terminal } from '../terminal.ts';
import type { HolderStream } from './holder-stream.ts';

/**
 * Handles the messages of a terminal's holder (input, resize, detach, and so on) until its stream ends. Never rejects. Called by `TerminalService`,
 * for each stream of a holder.
 */
export async function serveHolder(terminal: Terminal, holder: HolderStream, logger: Logger): Promise<void> {
  const { stream } = holder;
  const over = stream.closed.then((reason) => {
    // A dismissed holder ends nothing: another device may hold the terminal now.
    const code = reason === 'finished' ? undefined : resetCode(reason);
    if (code === RESET_HANG_UP && terminal.isAttachedBy(holder)) terminal.hangUp();
    terminal.detach(holder, code === RESET_DETACH);
  });
  const parser = new ViewerMessageParser();
  try {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read())
      for (const message of parser.push(bytes)) await act(terminal, holder, message);
    // A stream that ends without a message counts as a lost link.
    if (!terminal.hungUp && terminal.isAttachedBy(holder)) leave(terminal, holder, false);
  } catch (error) {
    if (errorCode(error).startsWith('format.')) {
      logger.warn('terminal: bytes that are not our protocol', { peer: terminal.owner.peerId });
      stream.reset(PTY_RESET_PROTOCOL);
    }
  }
  await over;
}

/** Returns the code with which the holder has reset its stream; undefined for another end. */
function resetCode({ code, details }: ClawReachError): unknown {
  return code === 'link.reset' && details['remote'] === true ? details['code'] : undefined;
}

function leave(terminal: Terminal, holder: HolderStream, isWanted: boolean): void {
  terminal.detach(holder, isWanted);
  holder.finish({ exitCode: null, signal: null, code: null });
}

async function act(terminal: Terminal, holder: HolderStream, message: ViewerMessage): Promise<void> {
  // Ignores late messages of a dismissed holder.
  if (!terminal.isAttachedBy(holder)) return;
  switch (message.type) {
    case 'input':
      terminal.applyRequestedSize();
      await terminal.input.write(message.bytes);
      return;
    case 'resize':
      terminal.requestSize(holder, message.cols, message.rows);
      return;
    case 'detach':
      leave(terminal, holder, true);
      return;
    case 'close':
      terminal.hangUp();
      return;
    case 'end-of-input':
      terminal.applyRequestedSize();
      await terminal.input.end();
      return;
    case 'catch-up':
      terminal.catchUp(holder, message.anyway);
      return;
    default:
      assertNever(message);
  }
}
