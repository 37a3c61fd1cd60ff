import { cleanDetail } from '#shared/visible-text/index.ts';
import { ClawReachError, FormatError } from '#shared/errors.ts';
import type { LinkStream, Session } from '#shared/link/index.ts';
import { encodeLine, LineReader } from '#shared/lines.ts';
import {
  MAX_LINE_BYTES,
  MAX_ANSWER_CHARACTERS,
  parseReply,
  REMOTE_PARAMS,
  OpenClawError,
  openClawError,
  RPC_RESET_CANCELLED,
  RPC_RESET_PROTOCOL,
  type HeartbeatMessage,
  type OpenClawReply,
  type OpenClawRequest,
} from '#shared/openclaw/prompts/index.ts';

/** Handlers for the messages that a peer sends while it serves a request; messages without a handler are ignored. */
export type ReplyHandlers = Readonly<{
  onApproval?(): void;
  token?(text: string): void;
  replace?(text: string): void;
  /** Shows the tasks that a restart cancels. @returns whether to restart */
  onPending?(tasks: readonly string[]): boolean;
  onBeat?(beat: HeartbeatMessage): void;
  onWorkflows?(workflows: readonly Readonly<{ name: string; description: string }>[]): void;
}>;

/**
 * Sends a request to a peer and waits until it is done. Aborting cancels it there.
 * @returns the peer's ID of the task
 * @throws {OpenClawError} {LinkError} the peer's error; the signal's reason
 */
export async function requestFromPeer(
  session: Session,
  request: OpenClawRequest,
  handlers: ReplyHandlers,
  signal: AbortSignal,
): Promise<string | null> {
  const stream = session.open('rpc', REMOTE_PARAMS, { priority: 'interactive', signal });
  const onAbort = (): void => stream.reset(RPC_RESET_CANCELLED);
  try {
    await stream.opened;
    signal.throwIfAborted();
    signal.addEventListener('abort', onAbort, { once: true });
    await stream.write(encodeLine(request));
    const taskId = await followAnswer(stream, request.request_id, handlers);
    stream.end().catch(() => undefined);
    return taskId;
  } catch (error) {
    stream.reset(error instanceof FormatError ? RPC_RESET_PROTOCOL : RPC_RESET_CANCELLED);
    signal.throwIfAborted();
    throw meaning(error);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function followAnswer(stream: LinkStream, requestId: string, handlers: ReplyHandlers): Promise<string | null> {
  const lines = new LineReader(stream, MAX_LINE_BYTES);
  let length = 0;
  const grown = (by: number): void => {
    length += by;
    if (length > MAX_ANSWER_CHARACTERS) throw openClawError('remote.too-long', 'the answer is too long');
  };
  for (;;) {
    const line = await lines.read();
    if (line === null) throw openClawError('remote.protocol', 'the answer has no end');
    const reply = parseReply(line);
    if (reply.type === 'heartbeat') {
      handlers.onBeat?.(cleanBeat(reply.beat));
      continue;
    }
    if (reply.request_id !== requestId) throw openClawError('remote.protocol', 'an answer to something else');
    switch (reply.type) {
      case 'token':
        grown(reply.content.length);
        handlers.token?.(reply.content);
        break;
      case 'replace':
        length = 0;
        grown(reply.content.length);
        handlers.replace?.(reply.content);
        break;
      case 'pending':
        if (reply.reason === 'approval') handlers.onApproval?.();
        if (
          reply.tasks !== undefined &&
          handlers.onPending?.(reply.tasks.map((task) => cleanDetail(task, 512))) === true
        )
          await stream.write(encodeLine({ type: 'confirm', request_id: requestId }));
        break;
      case 'status': {
        const { type: _type, request_id: _id, ...beat } = reply;
        handlers.onBeat?.(cleanBeat(beat));
        break;
      }
      case 'workflows':
        handlers.onWorkflows?.(
          reply.workflows.map(({ name, description }) => ({ name, description: cleanDetail(description, 512) })),
        );
        break;
      case 'done':
        return reply.task_id ?? null;
      case 'error':
        throw peerError(reply);
    }
  }
}

function cleanBeat(beat: HeartbeatMessage): HeartbeatMessage {
  const { last_error: error } = beat;
  return {
    ...beat,
    node_id: cleanDetail(beat.node_id, 128),
    last_error: error === null ? null : cleanDetail(error, 512),
  };
}

/** Converts a peer's error, accepting only codes of this feature, so that a peer can't fake an error of this device. */
function peerError({ code, message }: Extract<OpenClawReply, { type: 'error' }>): OpenClawError {
  const words = cleanDetail(message, 512);
  const known = /^(?:remote|rights)\.[a-z-]+$/.test(code) ? code : 'remote.gateway';
  return new OpenClawError(known, words, { details: { message: words } });
}

function meaning(error: unknown): unknown {
  if (error instanceof FormatError) return openClawError('remote.protocol', 'the peer broke the protocol', {}, error);
  if (!(error instanceof ClawReachError) || error.code !== 'link.refused') return error;
  const { code, message } = error.details;
  const words = cleanDetail(String(message ?? ''), 512);
  // A peer of an earlier version rejects such streams.
  const known = typeof code === 'string' && /^(?:remote|rights)\.[a-z-]{1,40}$/.test(code) ? code : 'remote.version';
  return new OpenClawError(known, words, { details: { message: words }, cause: error });
}
