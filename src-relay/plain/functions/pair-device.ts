import * as z from 'zod';
import { addressGroup } from '#shared/forward/index.ts';
import { PlatformError, toUuid } from '#shared/platform/index.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { answerJson, type RequestRoute } from '../../http/index.ts';
import type { PlainContext } from '../context.ts';
import { usePairingCode } from '../device-rows.ts';
import type { PlainRateLimits } from '../rates.ts';
import { deviceTokenHash, newToken, pairingCodeHash } from '../secrets.ts';

/** Pairing code as typed, without hyphens and blanks. */
const CODE = /^[A-Za-z0-9]{6,20}$/;

const input = z.object({
  pairing_code: z
    .string()
    .max(64)
    .overwrite((typed) => typed.replaceAll(/[\s-]/g, ''))
    .regex(CODE),
  name: z
    .string()
    .max(100)
    .regex(/^[^<>]*$/)
    .overwrite((typed) => cleanLine(typed, 100))
    .optional(),
});

/** Parts that `pair-device` uses. */
export type PairingServices = Readonly<{
  rates: PlainRateLimits;
  /** Returns the WebSocket URL of the relay. */
  relayUrl(): string;
  /** Ends the connection of a device's old token. */
  recheck(): Promise<void>;
}>;

/** Returns the function that gives a connector its device and token for a pairing code. No one has to be signed in. Writes the database. */
export function pairDevice(
  { store, clock, crypto, changed }: PlainContext,
  { rates, relayUrl, recheck }: PairingServices,
): RequestRoute {
  return {
    method: 'POST',
    path: '/functions/v1/pair-device',
    async handle(request) {
      const wait = rates.take('pairingsPerAddress', addressGroup(request.address));
      if (wait > 0)
        throw new PlatformError('platform.rate', 'Too many pairing attempts. Try again later.', { retryAfter: wait });
      const { success, data } = safeParse(input, await request.json());
      if (!success) throw new PlatformError('platform.input', 'Invalid pairing code or name');
      const hash = pairingCodeHash(data.pairing_code);
      const token = newToken(crypto);
      const paired =
        hash === undefined
          ? undefined
          : await store.transact((transaction) =>
              usePairingCode(
                transaction,
                { hash, tokenHash: deviceTokenHash(token), name: data.name === '' ? undefined : data.name },
                clock.now(),
              ),
            );
      if (paired === undefined) throw new PlatformError('platform.not-found', 'Invalid or expired pairing code');
      await recheck();
      changed(paired.project, 'devices', [toUuid(paired.device)]);
      return answerJson({ device_id: toUuid(paired.device), token, relay_url: relayUrl() });
    },
  };
}
