import * as z from 'zod';
import { approvalView, gatewayRequestView, type ApprovalView, type GatewayRequestView } from '#shared/app-api/index.ts';
import { concatBytes, fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { askPeer, isQuestionTo } from '../core/peer-question.ts';

/** Value of the field `service` in the parameters of an `rpc` stream about requests that wait at a machine. */
const SERVICE = 'requests';
/** Most bytes of a list. The oldest requests that fit are sent; the others are answered at the machine, or come when these are. */
export const MOST_LIST_BYTES = 262_144;
/** Reset code of a stream whose list is given up. */
const RESET_OVER = 0;

const answer = z.enum(['approve', 'decline']);
/** Answer to one request. Nothing that lasts can be said from elsewhere. */
export type RemoteAnswer = z.infer<typeof answer>;

/**
 * Parameters of the stream. `list` and `decide` lead from a browser to the machine at which requests wait; `changed` leads back, and says that the list
 * is another one now. Unknown fields are ignored.
 */
export const requestsParams = z.discriminatedUnion('action', [
  z.object({ action: z.literal('list') }),
  z.object({ action: z.literal('changed') }),
  z.object({ action: z.literal('decide'), approval: z.number().int(), answer }),
  z.object({ action: z.literal('decide-gateway'), key: z.string().max(256), answer }),
]);
export type RequestsMessage = z.infer<typeof requestsParams>;

/** Requests that wait at a machine. */
export type WaitingRequests = Readonly<{
  approvals: readonly ApprovalView[];
  requests: readonly GatewayRequestView[];
}>;

/** List as it is sent. `now`: the machine's clock, to which the times of the requests belong. */
const list = z.object({
  now: z.number().int(),
  approvals: z.array(z.unknown()).max(256),
  requests: z.array(z.unknown()).max(256),
});

/** Reports whether the parameters of an `rpc` stream are about waiting requests. Other fields may still be invalid. */
export function isAboutRequests(value: unknown): boolean {
  return isQuestionTo(SERVICE, value);
}

/** Reads the parameters of a stream; undefined if they are invalid. */
export function readRequestsMessage(params: unknown): RequestsMessage | undefined {
  return safeParse(requestsParams, params).data;
}

/** Encodes a list, oldest requests first, as many as fit. */
export function encodeList(now: number, { approvals, requests }: WaitingRequests): Uint8Array {
  let left = MOST_LIST_BYTES - 1024;
  const fits = (view: unknown): boolean => {
    const size = toUtf8(JSON.stringify(view)).length + 1;
    if (size <= left) left -= size;
    else left = 0;
    return left > 0;
  };
  const sent = approvals.filter(fits);
  return toUtf8(JSON.stringify({ now, approvals: sent, requests: requests.filter(fits) }));
}

/**
 * Decodes a list. A request that this version can't show whole is left out: no one could answer it knowingly.
 * @param now time of this device. Times of the machine are moved to its clock
 * @throws {ClawReachError} `requests.malformed`
 */
export function decodeList(bytes: Uint8Array, now: number): WaitingRequests {
  const parsed = safeParse(list, parseJson(bytes));
  if (!parsed.success) throw new ClawReachError('requests.malformed', 'the list of requests is malformed');
  const shift = now - parsed.data.now;
  return {
    approvals: parsed.data.approvals.flatMap((one) => {
      const { data } = safeParse(approvalView, one);
      if (data === undefined || data.state !== 'pending') return [];
      return [{ ...data, requestedAt: data.requestedAt + shift, expiresAt: data.expiresAt + shift }];
    }),
    requests: parsed.data.requests.flatMap((one) => {
      const { data } = safeParse(gatewayRequestView, one);
      if (data === undefined) return [];
      const expiresAt = data.expiresAt === null ? null : data.expiresAt + shift;
      return [{ ...data, requestedAt: data.requestedAt + shift, expiresAt }];
    }),
  };
}

/**
 * Asks a machine for the requests that this device may answer there.
 * @throws {ClawReachError} `requests.malformed`; the machine's refusal
 */
export async function requestList(
  session: Pick<Session, 'open'>,
  now: () => number,
  signal: AbortSignal,
): Promise<WaitingRequests> {
  const stream = session.open('rpc', { service: SERVICE, action: 'list' }, { priority: 'normal', signal });
  try {
    await stream.opened;
    const parts: Uint8Array[] = [];
    let size = 0;
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
      size += bytes.length;
      if (size > MOST_LIST_BYTES) throw new ClawReachError('requests.malformed', 'the list of requests is too long');
      parts.push(bytes.slice());
    }
    await stream.end();
    return decodeList(concatBytes(...parts), now());
  } catch (error) {
    stream.reset(RESET_OVER);
    throw error;
  }
}

/** Answers a request at its machine. @throws {ClawReachError} with the code of the machine's refusal */
export async function sendAnswer(
  session: Pick<Session, 'open'>,
  message: Extract<RequestsMessage, { answer: RemoteAnswer }>,
): Promise<void> {
  try {
    await askPeer(session, SERVICE, message);
  } catch (error) {
    throw refusal(error);
  }
}

/** Tells a browser that other requests wait here now. */
export async function sendChanged(session: Pick<Session, 'open'>): Promise<void> {
  await askPeer(session, SERVICE, { action: 'changed' });
}

/** Codes with which a machine refuses an answer. Any other one could pass for an error of this device. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'rights.denied',
  'approval.gone',
  'request.gone',
  'request.changed',
  'request.unknown',
  'request.decision',
  'request.answered',
]);

function refusal(error: unknown): unknown {
  if (!(error instanceof LinkError) || error.code !== 'link.refused') return error;
  const { code, message } = error.details;
  const known = REFUSALS.has(code) ? String(code) : 'requests.refused';
  return new ClawReachError(known, String(message ?? 'refused'), { cause: error });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}
