import { PLATFORM_LIMITS, toUuid, type ApiTokenView, type SessionView } from '#shared/platform/index.ts';
import type { AccountSessionRow } from './account-sessions.ts';

/**
 * Returns the session of a browser as its account sees it.
 * @param current ID of the session of the request
 */
export function viewSession(row: AccountSessionRow, current: string): SessionView {
  return {
    id: toUuid(row.id),
    agent: row.agent,
    addressGroup: row.address_group,
    createdAt: row.created_at,
    usedAt: row.used_at,
    expiresAt: Math.min(row.expires_at, row.used_at + PLATFORM_LIMITS.sessionIdle),
    current: row.id === current,
  };
}

/** Returns an API token as its account sees it, without the token itself. */
export function viewApiToken(row: AccountSessionRow): ApiTokenView {
  return {
    id: toUuid(row.id),
    name: row.name,
    createdAt: row.created_at,
    usedAt: row.used_at === row.created_at ? null : row.used_at,
    expiresAt: row.expires_at,
  };
}
