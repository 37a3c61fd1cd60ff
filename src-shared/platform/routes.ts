import type * as z from 'zod';
import { ACCOUNT_ROUTES } from './account.ts';
import { AUTH_ROUTES } from './auth.ts';
import { CLAIM_ROUTES } from './claims.ts';
import { DEVICE_ROUTES } from './devices.ts';
import { EVENT_ROUTES } from './events.ts';
import { HISTORY_ROUTES } from './history.ts';
import { INSTANCE_ROUTES } from './instances.ts';
import { INVITATION_ROUTES } from './invitations.ts';
import { NODE_ROUTES } from './nodes.ts';
import { PEOPLE_ROUTES } from './people.ts';
import { PLAIN_SESSION_ROUTES } from './plain-sessions.ts';
import { PROJECT_ROUTES } from './projects.ts';
import { RELAY_ROUTES } from './relay.ts';
import { SKILL_CONFIG_ROUTES } from './skill-configs.ts';

/**
 * Contract of the accounts API: each route's method, path, schemas, errors and caller, by name. The relay serves it, the client calls it, the OpenAPI
 * document describes it, and the tests of access have a row for each. Pure data. Times are ms since 1970 unless said otherwise.
 */
export const PLATFORM_ROUTES = {
  ...RELAY_ROUTES,
  ...AUTH_ROUTES,
  ...ACCOUNT_ROUTES,
  ...PROJECT_ROUTES,
  ...PEOPLE_ROUTES,
  ...INVITATION_ROUTES,
  ...DEVICE_ROUTES,
  ...INSTANCE_ROUTES,
  ...CLAIM_ROUTES,
  ...PLAIN_SESSION_ROUTES,
  ...HISTORY_ROUTES,
  ...SKILL_CONFIG_ROUTES,
  ...NODE_ROUTES,
  ...EVENT_ROUTES,
} as const;

export type PlatformRoutes = typeof PLATFORM_ROUTES;
export type RouteName = keyof PlatformRoutes;

/** Parsed path parameters of a route. */
export type RouteParams<Name extends RouteName> = z.infer<PlatformRoutes[Name]['params']>;
/** Parsed query of a route. */
export type RouteQuery<Name extends RouteName> = z.infer<PlatformRoutes[Name]['query']>;
/** Parsed body of a route; undefined if it has none. */
export type RouteInput<Name extends RouteName> = PlatformRoutes[Name]['input'] extends infer Input extends z.ZodType
  ? z.infer<Input>
  : undefined;
/** Answer of a route, or one message of its stream. */
export type RouteOutput<Name extends RouteName> = z.infer<PlatformRoutes[Name]['output']>;
