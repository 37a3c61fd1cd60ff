import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { asError } from './answers.ts';
import { AgentLinkError, ApiError, TokenFileError, UnreachableError } from './errors.ts';
import type { TokenFile } from './token-file.ts';

/** Largest answer that is read, bytes. An answer of the inbox has at most 4 MiB of text, before it is escaped. */
const MOST_ANSWER = 32 * 1024 * 1024;
/** Time that an answer may take beyond the time that its request waits, ms. */
const PATIENCE = 30_000;
/** First and longest pause after a failed connection, ms; and the longest of a message that is sent. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 15_000;
const LONGEST_SEND_PAUSE = 2000;
/** Time without a byte after which a stream of events is taken for dead, ms: it has a comment each 15 s. */
const SILENCE = 60_000;
/** Longest event, characters: a message of 256 KiB of which every byte is escaped, and the other fields. */
const MOST_EVENT = 4 * 1024 * 1024;
/** Largest body of an error, bytes. */
const MOST_ERROR = 64 * 1024;
/** Refusals of the token after which a call fails. The next agent after a crash writes another token a moment after it listens. */
const MOST_REFUSALS = 8;

/** Request to the API. */
export type Call = Readonly<{
  method: string;
  path: string;
  body?: Readonly<Record<string, unknown>>;
  /** ms; of these, each request waits for at most `waitTime` */
  time: number;
  waitTime?: number;
  key?: string;
  signal: AbortSignal | undefined;
  /** Called once, when a connection has failed. */
  failed?(): void;
}>;

export type Answer = Readonly<{ status: number; value: unknown }>;

type RawAnswer = Answer & Readonly<{ retryAfter: string | undefined }>;

class ConnectionFailed extends Error {}

/** Event of a stream. */
export type StreamEvent = Readonly<{ name: string; data: unknown }>;

/**
 * Reads a stream of events until it ends, as with the agent. Once: the caller asks again.
 * @param last ID of the last event that the caller has
 * @returns false if it is not served now, or the token is an old one
 * @throws {ApiError} if it is refused for good
 */
export async function follow(
  file: TokenFile,
  { path, last, signal }: Readonly<{ path: string; last: string | undefined; signal: AbortSignal }>,
  handlers: Readonly<{
    onOpen(): void;
    /** Called with the cursor of each event before the event, and where there is none: where a stream that continues begins. */
    onCursor(cursor: string): void;
    onEvent(event: StreamEvent): void;
  }>,
): Promise<boolean> {
  const sent = request({
    ...placeOf(file),
    method: 'GET',
    path,
    agent: false,
    headers: { Authorization: `Bearer ${file.token}`, ...(last === undefined ? {} : { 'Last-Event-ID': last }) },
  });
  const abort = (): void => void sent.destroy();
  sent.setTimeout(SILENCE, abort);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      const end = (): void => resolve(false);
      sent.on('error', end);
      sent.on('close', end);
      sent.on('response', (response) => {
        const { statusCode: status = 0 } = response;
        const isStream = status === 200;
        if (isStream) handlers.onOpen();
        let text = '';
        response.setEncoding('utf8');
        response.on('error', end);
        response.on('data', (part: string) => {
          text += part;
          if (text.length > (isStream ? MOST_EVENT : MOST_ERROR))
            reject(new ApiError('client.answer', 'the answer is too large', status));
          if (!isStream) return;
          const blocks = text.split('\n\n');
          text = blocks.pop() ?? '';
          try {
            for (const block of blocks) readEvent(block, handlers);
          } catch (error) {
            reject(error);
          }
        });
        response.on('end', () => {
          if (isStream) resolve(true);
          else if ([401, 429, 503].includes(status)) resolve(false);
          else reject(asError(parsed(text), status));
        });
      });
      if (signal.aborted) abort();
      else sent.end();
    });
  } finally {
    signal.removeEventListener('abort', abort);
    sent.destroy();
  }
}

function readEvent(
  block: string,
  { onCursor, onEvent }: Readonly<{ onCursor(cursor: string): void; onEvent(event: StreamEvent): void }>,
): void {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name, value);
  }
  const id = fields.get('id');
  if (id !== undefined && id !== '') onCursor(id);
  const data = fields.get('data');
  if (data !== undefined) onEvent({ name: fields.get('event') ?? 'message', data: parsed(data) });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Asks the API, and asks again after failed connections, with the address and token that the file has then. */
export async function ask(readFile: () => TokenFile, call: Call): Promise<Answer> {
  const end = performance.now() + call.time;
  let pause = FIRST_PAUSE;
  let refusals = 0;
  let hasFailed = false;
  for (;;) {
    if (isAborted(call)) throw new AgentLinkError('client.closed', 'the link is closed');
    let delay: number | undefined;
    let problem: string;
    try {
      const answer = await askOnce(readFile(), call, Math.max(1000, end - performance.now()));
      const { status } = answer;
      if (status < 300) return answer;
      const error = asError(answer.value, status);
      if (status === 401) refusals += 1;
      if (refusals > MOST_REFUSALS || ![401, 429, 503].includes(status)) throw error;
      if (status === 429) delay = secondsOf(answer.retryAfter) * 1000;
      problem = error.message;
    } catch (error) {
      const isMissing = error instanceof TokenFileError && error.details['missing'] === true;
      if (!(error instanceof ConnectionFailed) && !isMissing) throw error;
      if (!isMissing && !hasFailed) call.failed?.();
      hasFailed ||= !isMissing;
      problem = error.message;
    }
    if (delay === undefined) {
      delay = pause * (0.5 + Math.random() / 2);
      pause = Math.min(pause * 2, call.key === undefined ? LONGEST_PAUSE : LONGEST_SEND_PAUSE);
    }
    if (performance.now() + delay >= end && !isAborted(call))
      throw new UnreachableError(`the agent doesn't answer; is ClawReach running? ${problem}`, call.key);
    await sleep(delay, call.signal);
  }
}

/** Waits; ends early without an error if the signal is aborted. @param milliseconds time */
export async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await pauseFor(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

function askOnce(file: TokenFile, call: Call, left: number): Promise<RawAnswer> {
  const body =
    call.body !== undefined && 'wait' in call.body
      ? { ...call.body, timeout: seconds(Math.min(left, call.waitTime ?? left)) }
      : call.body;
  const data = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const sent = request({
      ...placeOf(file),
      method: call.method,
      path: call.path,
      agent: false,
      headers: {
        Authorization: `Bearer ${file.token}`,
        ...(data === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': data.length }),
        ...(call.key === undefined ? {} : { 'Idempotency-Key': call.key }),
      },
    });
    const end = (error: Error): void => {
      sent.destroy();
      settle();
      reject(error);
    };
    const fail = (error: Error): void => end(new ConnectionFailed(error.message.slice(0, 200)));
    const abort = (): void => fail(new Error('the link is closed'));
    const timer = setTimeout(() => fail(new Error('the answer took too long')), left + PATIENCE);
    const settle = (): void => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', abort);
    };
    call.signal?.addEventListener('abort', abort, { once: true });
    if (isAborted(call)) abort();
    sent.on('error', fail);
    sent.on('response', (response) => {
      const { statusCode: status = 0 } = response;
      const parts: Buffer[] = [];
      let size = 0;
      response.on('error', fail);
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size > MOST_ANSWER) end(new ApiError('client.answer', 'the answer is too large', status));
        else parts.push(part);
      });
      response.on('close', () => {
        if (!response.complete) fail(new Error('the answer is cut off'));
      });
      response.on('end', () => {
        settle();
        try {
          const value: unknown = JSON.parse(Buffer.concat(parts).toString());
          resolve({ status, value, retryAfter: response.headers['retry-after'] });
        } catch {
          reject(new ApiError('client.answer', 'the answer is no JSON', status));
        }
      });
    });
    sent.end(data);
  });
}

/** Chooses the port only where there is no socket file: after a crash, someone else may have the port. */
function placeOf({ socket, http }: TokenFile): Readonly<{ socketPath: string } | { host: string; port: number }> {
  if (http === undefined || process.platform === 'win32' || existsSync(socket)) return { socketPath: socket };
  return http;
}

function isAborted({ signal }: Call): boolean {
  return signal?.aborted === true;
}

function seconds(milliseconds: number): number {
  return Math.min(600, Math.max(1, Math.floor(milliseconds / 1000)));
}

function secondsOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Math.min(Number(text), 600) : 1;
}
