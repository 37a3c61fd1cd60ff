import type { AppApiClient, GatewayRequestDecision, GatewayRequestView } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import { isConfirmed } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { formatRequest, kindWord, outcomeWord } from './request-format.ts';
import type { CommandContext } from '../registry.ts';

/** Options for answering a request: don't ask, approve permanently, a note that is kept here. */
export type AnswerOptions = Readonly<{ yes?: boolean; always?: boolean; reason?: string }>;

/** Filter for requests, by kind and by ID of the gateway. */
export type RequestFilter = Readonly<{ kind?: GatewayRequestView['kind']; gateway?: string }>;

/**
 * Asks the agent for the requests that wait at gateways, oldest first. The functions of this file are shared by `requests`, `devices` and `nodes`.
 */
export async function waitingRequests(
  { host }: CommandContext,
  client: AppApiClient,
  { kind, gateway }: RequestFilter,
): Promise<readonly GatewayRequestView[]> {
  const { waiting } = await client.call('requests.list', {}, { signal: host.interrupted });
  return waiting.filter(
    (request) =>
      (kind === undefined || request.kind === kind) && (gateway === undefined || request.gateway === gateway),
  );
}

/**
 * Finds a request by its key, the gateway's ID for it, the device's ID or the requester's name; the beginning of any of
 * them is enough if only one request matches. Pure.
 * @throws {ClawReachError} `request.unknown`, `request.ambiguous`
 */
export function findRequest(waiting: readonly GatewayRequestView[], reference: string): GatewayRequestView {
  const wanted = reference.toLowerCase();
  const exact = waiting.filter(({ key, requestId, deviceId }) => [key, requestId, deviceId].includes(reference));
  const begins = waiting.filter(({ key, requestId, deviceId, who }) =>
    [key, requestId, deviceId ?? '', who].some((name) => name.toLowerCase().startsWith(wanted)),
  );
  const found = exact.length > 0 ? exact : wanted === '' ? [] : begins;
  const [only, ...more] = found;
  if (only === undefined) throw new ClawReachError('request.unknown', 'there is no such request');
  if (more.length > 0) {
    throw new ClawReachError('request.ambiguous', 'several requests', { details: { request: printable(reference) } });
  }
  return only;
}

/**
 * Asks the agent for the waiting requests and finds one, like `findRequest`.
 * @throws {ClawReachError} `request.gone` if it was already answered, `request.unknown`, `request.ambiguous`
 */
export async function requireRequest(
  context: CommandContext,
  client: AppApiClient,
  among: RequestFilter,
  reference: string,
): Promise<GatewayRequestView> {
  const waiting = await waitingRequests(context, client, among);
  try {
    return findRequest(waiting, reference);
  } catch (error) {
    if (errorCode(error) !== 'request.unknown') throw error;
    const { decided } = await client.call('requests.list', { all: true }, { signal: context.host.interrupted });
    const over = decided.find(
      ({ key, requestId }) => reference !== '' && [key, requestId].some((name) => name.startsWith(reference)),
    );
    if (over === undefined) throw error;
    const { outcome } = over;
    throw new ClawReachError('request.gone', 'the request is over', { details: { outcome } });
  }
}

/**
 * Prints a request in full, asks for confirmation, and approves exactly what was printed.
 * @throws {UsageError} `usage.confirm` if there is no terminal to ask in and `--yes` is missing
 * @throws {GatewayError} `gateway.scope` if this machine lacks a scope
 */
export async function approveRequest(
  context: CommandContext,
  client: AppApiClient,
  request: GatewayRequestView,
  { yes, always, reason }: AnswerOptions,
): Promise<number> {
  const { reporter, host } = context;
  reporter.note(...formatRequest(request, host.clock.now(), reporter.noteStyle));
  const [missing] = request.missingScopes;
  if (missing !== undefined) throw gatewayError('gateway.scope', 'scopes are missing', { missing });
  const decision = always === true ? 'approve-always' : 'approve';
  if (!request.decisions.includes(decision)) {
    throw new ClawReachError('request.decision', 'this answer is not offered', { details: { decision } });
  }
  const question = always === true ? 'Approve it, now and every time?' : 'Approve it?';
  if (!(await isConfirmed(context, { yes }, question, 'The request is still waiting.'))) return EXIT.failure;
  return await answerRequest(context, client, request, decision, reason);
}

/** Sends an answer through the agent and prints the result. */
export async function answerRequest(
  context: CommandContext,
  client: AppApiClient,
  request: GatewayRequestView,
  decision: GatewayRequestDecision,
  reason: string | undefined,
): Promise<number> {
  const { reporter, host } = context;
  const decided = await client.call(
    'requests.decide',
    { key: request.key, decision, ...(reason === undefined ? {} : { reason }) },
    { signal: host.interrupted },
  );
  reporter.document(decided);
  reporter.lines(`${printable(request.who)}, ${kindWord(request)}: ${outcomeWord(decided, host.clock.now())}`);
  return EXIT.ok;
}
