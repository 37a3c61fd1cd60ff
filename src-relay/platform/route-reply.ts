import type { AnswerHeaders } from '../http/index.ts';

/** Stream of a route whose answer is `event-stream`. */
export type RouteEvents<Output> = Readonly<{
  /** Sends an event. Resolves to true once the client can take more, to false if it has gone. */
  send(event: Output): Promise<boolean>;
  /** Aborted once the client has gone or the relay stops. */
  signal: AbortSignal;
}>;

/** Forms of `RouteReply`. */
export type RouteReplyForm<Output> =
  | Readonly<{ kind: 'json'; output: Output; headers: AnswerHeaders }>
  | Readonly<{ kind: 'picture'; type: string; content: Uint8Array; status: 200 | 304; headers: AnswerHeaders }>
  | Readonly<{ kind: 'csv'; chunks: AsyncIterable<string>; file: string }>
  | Readonly<{ kind: 'events'; run: (stream: RouteEvents<Output>) => Promise<void> }>;

/** Answer of a route's handler that is more than the route's output. Handlers that have nothing to add return the output itself. */
export class RouteReply<Output> {
  readonly form: RouteReplyForm<Output>;

  constructor(form: RouteReplyForm<Output>) {
    this.form = form;
  }
}

/** Answers with headers, such as `Set-Cookie`. */
export function replyWithHeaders<Output>(output: Output, headers: AnswerHeaders): RouteReply<Output> {
  return new RouteReply({ kind: 'json', output, headers });
}

/**
 * Answers with a picture, or with 304 if the client has it.
 * @param isKnown true if the client has it
 */
export function replyWithPicture<Output>(
  { type, content }: Readonly<{ type: string; content: Uint8Array }>,
  { tag, isKnown, headers }: Readonly<{ tag: string; isKnown: boolean; headers: AnswerHeaders }>,
): RouteReply<Output> {
  return new RouteReply({
    kind: 'picture',
    type,
    content: isKnown ? new Uint8Array() : content,
    status: isKnown ? 304 : 200,
    headers: { ...headers, ETag: tag },
  });
}

/**
 * Answers with a table, as fast as the client reads it.
 * @param file name under which browsers save it
 */
export function replyWithCsv<Output>(chunks: AsyncIterable<string>, file: string): RouteReply<Output> {
  return new RouteReply({ kind: 'csv', chunks, file });
}

/** Answers with server-sent events until `run` resolves or the client goes away. */
export function replyWithEvents<Output>(run: (stream: RouteEvents<Output>) => Promise<void>): RouteReply<Output> {
  return new RouteReply({ kind: 'events', run });
}
