import type * as z from 'zod';
import { PlatformError } from './errors.ts';
import { PLATFORM_ROUTES, type RouteInput, type RouteName, type RouteParams, type RouteQuery } from './routes.ts';
import { safeParse } from '../safe-parse.ts';

/** Parsed request of a route. */
export type PlatformRequest<Name extends RouteName> = Readonly<{
  params: RouteParams<Name>;
  query: RouteQuery<Name>;
  input: RouteInput<Name>;
}>;

/**
 * Parses the parts of a request as a stranger sent them: decoded path parameters, query string, and JSON body. Used by the relay before any handler.
 * Pure.
 * @throws {PlatformError} `platform.not-found` for a malformed ID in the path, which nothing can have; else `platform.input`, with the first field that
 * is wrong
 */
export function decodeRequest<Name extends RouteName>(
  name: Name,
  request: Readonly<{ params: Readonly<Record<string, string>>; query: URLSearchParams; body: unknown }>,
): PlatformRequest<Name> {
  const route = PLATFORM_ROUTES[name];
  const params = safeParse(route.params, request.params);
  if (!params.success) throw new PlatformError('platform.not-found', 'not found');
  const input: z.ZodType | undefined = route.input;
  if (input === undefined && request.body !== undefined) throw invalid('body', 'this route has none');
  return {
    params: params.data as RouteParams<Name>,
    query: parse('query', route.query, queryObject(request.query)) as RouteQuery<Name>,
    input: (input === undefined ? undefined : parse('body', input, request.body)) as RouteInput<Name>,
  };
}

/** Returns a query as an object. A key twice would mean something else to another reader. @throws {PlatformError} `platform.input` */
function queryObject(query: URLSearchParams): Readonly<Record<string, string>> {
  const entries = [...query];
  if (new Set(entries.map(([key]) => key)).size < entries.length) throw invalid('query', 'a key is repeated');
  return Object.fromEntries(entries);
}

function parse(part: string, schema: z.ZodType, value: unknown): unknown {
  const parsed = safeParse(schema, value);
  if (parsed.success) return parsed.data;
  // Never the value, which may be a password: only the field and the rule.
  const [issue] = parsed.error.issues;
  const isMissing = issue?.code === 'invalid_type' && issue.message.endsWith('received undefined');
  const rule = isMissing ? `missing, a value of type ${issue.expected}` : (issue?.message ?? 'invalid');
  throw invalid([part, ...(issue?.path ?? []).map(String)].join('.'), rule);
}

function invalid(field: string, rule: string): PlatformError {
  return new PlatformError('platform.input', `${field}: ${rule}`.slice(0, 200));
}
