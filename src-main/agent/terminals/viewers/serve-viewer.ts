import { assertNever } from '#shared/assert-never.ts';
import { errorCode } from '#shared/errors.ts';
import type { ClawReachError } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { RESET_HANG_UP, PTY_RESET_PROTOCOL, ViewerMessageParser } from '#shared/terminal/index.ts';
import type { ViewerMessage } from '#shared/terminal/index.ts';
import type { Terminal } from '../terminal.ts';
import type { HolderStream } from './viewer.ts';

/** Handles the messages of a terminal's holder (input, resize, detach, and so on) until its stream ends. Never rejects. */
export async function serveHolder(terminal: Terminal, viewer: HolderStream, logger: Logger): Promise<void> {
  const { stream } = viewer;
  const over = stream.closed.then((reason) => {
    // A dismissed holder ends nothing: another device may hold the terminal now.
    if (reason !== 'finished' && isHangUp(reason) && terminal.isAttachedBy(viewer)) terminal.hangUp();
    terminal.detach(viewer);
  });
  const parser = new ViewerMessageParser();
  try {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read())
      for (const message of parser.push(bytes)) await act(terminal, viewer, message);
    // A stream that ends without a message counts as a lost link.
    if (!terminal.hungUp && terminal.isAttachedBy(viewer)) leave(terminal, viewer);
  } catch (error) {
    if (errorCode(error).startsWith('format.')) {
      logger.warn('terminal: bytes that are not our protocol', { peer: terminal.owner.peerId });
      stream.reset(PTY_RESET_PROTOCOL);
    }
  }
  await over;
}

function isHangUp({ code, details }: ClawReachError): boolean {
  return code === 'link.reset' && details['remote'] === true && details['code'] === RESET_HANG_UP;
}

function leave(terminal: Terminal, viewer: HolderStream): void {
  terminal.detach(viewer);
  viewer.finish({ exitCode: null, signal: null, code: null });
}

async function act(terminal: Terminal, viewer: HolderStream, message: ViewerMessage): Promise<void> {
  // Ignores late messages of a dismissed holder.
  if (!terminal.isAttachedBy(viewer)) return;
  switch (message.type) {
    case 'input':
      terminal.applyRequestedSize();
      await terminal.input.write(message.bytes);
      return;
    case 'resize':
      terminal.requestSize(viewer, message.cols, message.rows);
      return;
    case 'detach':
      leave(terminal, viewer);
      return;
    case 'close':
      terminal.hangUp();
      return;
    case 'end-of-input':
      terminal.applyRequestedSize();
      await terminal.input.end();
      return;
    case 'catch-up':
      terminal.catchUp(viewer, message.anyway);
      return;
    default:
      assertNever(message);
  }
}
