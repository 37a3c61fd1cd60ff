import * as z from 'zod';
import type { GatewayRequestDecision } from '#shared/app-api/index.ts';
import type { GatewayChannel } from '../gateways/index.ts';
import type { ParsedRequest } from './parse-requests.ts';
import { decisionWord } from './parse-requests.ts';
import { safeParse } from '#shared/safe-parse.ts';

const APPROVAL_RESOLVE = 'approval.resolve';

const answer = z.object({ applied: z.boolean() });

/**
 * Sends the person's decision on a request to the gateway.
 * @returns false if someone else had already decided the same
 * @throws {GatewayError}
 * `gateway.scope`, `gateway.request`, …
 */
export async function sendDecision(
  channel: GatewayChannel,
  { kind, requestId }: Pick<ParsedRequest, 'kind' | 'requestId'>,
  decision: GatewayRequestDecision,
  signal: AbortSignal,
): Promise<boolean> {
  if (kind === 'device' || kind === 'node') {
    const verb = decision === 'reject' ? 'reject' : 'approve';
    await channel.request(`${kind}.pair.${verb}`, { requestId }, { signal });
    return true;
  }
  const word = { id: requestId, decision: decisionWord(decision) };
  if (!channel.methods.includes(APPROVAL_RESOLVE)) {
    await channel.request(`${kind}.approval.resolve`, word, { signal });
    return true;
  }
  const reply = safeParse(answer, await channel.request(APPROVAL_RESOLVE, { ...word, kind }, { signal }));
  return !reply.success || reply.data.applied;
}
