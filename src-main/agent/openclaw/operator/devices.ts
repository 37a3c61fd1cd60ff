import * as z from 'zod';
import type { GatewayDeviceView } from '#shared/app-api/index.ts';
import { cleanDetail, cleanName } from '#shared/visible-text/index.ts';
import { nameOr } from './parse-requests.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Most entries of a list that are read. */
const MOST = 2048;

const id = z.string().regex(/^[\x21-\x7e]{1,128}$/);
const optional = z.string().max(65_536).nullish().catch(null);
const words = z.array(z.string().max(65_536)).max(4096).nullish().catch(null);
const time = z.number().min(0).max(8_640_000_000_000_000).nullish().catch(null);

const row = z.object({
  deviceId: id,
  displayName: optional,
  operatorLabel: optional,
  platform: optional,
  clientId: optional,
  role: optional,
  roles: words,
  scopes: words,
  approvedVia: optional,
  approvedAtMs: time,
  lastSeenAtMs: time,
  connected: z.boolean().nullish().catch(null),
  tokens: z
    .array(z.object({ role: z.string().max(4096), scopes: words, createdAtMs: time, revokedAtMs: time }))
    .nullish()
    .catch(null),
});

/** Parses the gateway's answer to `device.pair.list` for user interfaces, leaving out invalid rows. Pure, like all of this file. @param localIds IDs of this device's keys */
export function readDevices(answer: unknown, localIds: ReadonlySet<string>): GatewayDeviceView[] {
  return listAt(answer, 'paired')
    .slice(0, MOST)
    .flatMap((value) => {
      const parsed = safeParse(row, value);
      if (!parsed.success) return [];
      const { deviceId, tokens, ...fields } = parsed.data;
      return {
        deviceId,
        name: nameOr(fields.displayName, deviceId),
        label: cleanName(fields.operatorLabel ?? '') || null,
        platform: shortOf(fields.platform),
        clientId: shortOf(fields.clientId),
        roles: stringsOf(fields.roles ?? (fields.role ? [fields.role] : [])),
        scopes: stringsOf(fields.scopes),
        // Revoked tokens stay in the gateway's list.
        tokens: (tokens ?? [])
          .filter(({ revokedAtMs }) => !revokedAtMs)
          .slice(0, 16)
          .map((token) => ({
            role: cleanDetail(token.role, 64),
            scopes: stringsOf(token.scopes),
            createdAt: timestampOf(token.createdAtMs),
          })),
        approvedVia: shortOf(fields.approvedVia),
        approvedAt: timestampOf(fields.approvedAtMs),
        lastSeenAt: timestampOf(fields.lastSeenAtMs),
        connected: fields.connected === true,
        self: localIds.has(deviceId),
      };
    });
}

/** Returns the list in a field of an answer; empty if there is none. */
export function listAt(answer: unknown, field: string): readonly unknown[] {
  const found: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, field) : undefined;
  return Array.isArray(found) ? found : [];
}

/** Returns a cleaned text of limited length; null if it is missing or empty. */
export function shortOf(text: string | null | undefined): string | null {
  return text ? cleanDetail(text, 256) : null;
}

/** Returns cleaned texts of limited number and length. */
export function stringsOf(all: readonly string[] | null | undefined): string[] {
  return (all ?? []).slice(0, 256).map((word) => cleanDetail(word, 256));
}

/** Returns a timestamp in the range of `Date`, Unix ms; null if it is missing or invalid. */
export function timestampOf(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.floor(value);
}
