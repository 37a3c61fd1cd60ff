import { ClawReachError } from '#shared/errors.ts';
import { LinkError, type IncomingStream, type LinkStream, type Session } from '#shared/link/index.ts';

/** Time that a peer has to answer, ms. */
const PATIENCE = 10_000;
/** Reset code for a peer that sends more than its question or its answer, and of a request that is over. */
const RESET_MORE = 0;

/** Reports whether the parameters of an `rpc` stream are a question to this service. Their other fields may still be invalid. Pure. */
export function isQuestionTo(service: string, params: unknown): boolean {
  return typeof params === 'object' && params !== null && 'service' in params && params.service === service;
}

/**
 * Asks a service of a peer on an `rpc` stream of its own: its parameters are the question, those of the reply the answer. Used by services that need
 * nothing else, such as the one for open ports.
 * @param question parameters beside the name of the service
 * @returns the answer, which the caller validates
 * @throws the peer's refusal, as that of an older version; a `DOMException` after 10 s without an answer
 */
export async function askPeer(
  session: Pick<Session, 'open'>,
  service: string,
  question: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const signal = AbortSignal.timeout(PATIENCE);
  const stream = session.open('rpc', { service, ...question }, { priority: 'normal', signal });
  try {
    return await stream.opened;
  } finally {
    void finish(stream);
  }
}

/**
 * Makes a request to a service of a peer, on an `rpc` stream of its own, and waits for the answer as long as the signal allows: the person there may be
 * asked. The stream is reset afterwards, which withdraws a request without an answer.
 * @param request parameters beside the name of the service
 * @param options.onWaiting called when the person there is asked
 * @returns the answer, which the caller validates
 * @throws the peer's refusal, which `refusalOf` translates
 */
export async function requestOfPeer(
  session: Pick<Session, 'open'>,
  service: string,
  request: Readonly<Record<string, unknown>>,
  { signal, onWaiting }: Readonly<{ signal: AbortSignal; onWaiting(): void }>,
): Promise<unknown> {
  const stream = session.open('rpc', { service, ...request }, { priority: 'normal', signal });
  stream.onWaiting = onWaiting;
  try {
    return await stream.opened;
  } finally {
    stream.reset(RESET_MORE);
  }
}

/**
 * Returns the error for a peer's refusal; any other error as it is. Pure.
 * @param codes codes with which the service refuses: any other one could pass for an error of this device
 * @param older code for any other refusal: an older version takes the stream for something else
 */
export function refusalOf(error: unknown, codes: ReadonlySet<unknown>, older: string): unknown {
  if (!(error instanceof LinkError) || error.code !== 'link.refused') return error;
  const { code, message } = error.details;
  return new ClawReachError(codes.has(code) ? String(code) : older, String(message ?? 'refused'), { cause: error });
}

/** Answers a question of a peer. */
export function answerPeer(stream: IncomingStream, answer: Readonly<Record<string, unknown>>): void {
  void finish(stream.accept(answer));
}

/** Closes the stream: the parameters of both sides carry everything. Never rejects. */
async function finish(stream: LinkStream): Promise<void> {
  try {
    await stream.end();
    if ((await stream.read()) !== null) stream.reset(RESET_MORE);
  } catch {
    // The peer has refused or closed the stream.
  }
}
