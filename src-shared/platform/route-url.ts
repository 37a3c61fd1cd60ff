import { PlatformError } from './errors.ts';
import { safeParse } from '../safe-parse.ts';
import { parametersIn, type Route } from './route.ts';

/**
 * Returns the path of a route with its parameters filled in. Checks them first, so that none leads to another route. Pure.
 * @throws {PlatformError} `platform.not-found` for a parameter that nothing can have
 */
export function pathTo(route: Route, params: Readonly<Record<string, string>> = {}): string {
  const parsed = safeParse(route.params, params);
  if (!parsed.success) throw new PlatformError('platform.not-found', 'not found');
  const values = parsed.data as Readonly<Record<string, string>>;
  return parametersIn(route.path).reduce(
    (path, name) => path.replace(`:${name}`, encodeURIComponent(values[name] ?? '')),
    route.path,
  );
}

/** Returns a query string with its question mark; an empty text if nothing is set. */
export function queryOf(query: Readonly<Record<string, unknown>> = {}): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(set.map(([key, value]): [string, string] => [key, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
