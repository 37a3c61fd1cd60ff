import type { IncomingStream, LinkStream, Session } from '#shared/link/index.ts';

/** Time that a peer has to answer, ms. */
const PATIENCE = 10_000;
/** Reset code for a peer that sends more than its question or its answer. */
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
