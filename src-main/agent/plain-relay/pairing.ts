import * as z from 'zod';
import type { JsonAnswer } from '#shared/relay-dialer/index.ts';
import { plainRelayError, type ConnectorConfig } from '#shared/plain-relay/index.ts';

const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[\x21-\x7e]+$/);
/** Answer of `pair-device`, as documented. */
const paired = z.object({ device_id: text(128), token: text(2048).min(8), relay_url: text(300) });

/**
 * Reads the answer of the function `pair-device`. Pure.
 * @throws {PlainRelayError} `plain.pairing`, `plain.rate`, `plain.answer` (details: status)
 */
export function readPairing({ status, body }: JsonAnswer): Omit<ConnectorConfig, 'kind'> {
  const answer = paired.safeParse(body);
  if (status === 200 && answer.success) {
    const { device_id: id, token, relay_url: relayUrl } = answer.data;
    return { id, token, relayUrl };
  }
  const isError = typeof body === 'object' && body !== null && 'error' in body;
  if (isError && (status === 404 || status === 400 || status === 410))
    throw plainRelayError('plain.pairing', 'the relay does not know the code');
  if (status === 429) throw plainRelayError('plain.rate', 'too many tries');
  throw plainRelayError('plain.answer', 'not an answer of the documented protocol', { status });
}
