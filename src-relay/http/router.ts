import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import type { RequestMethod, RequestRoute, ServerFeature, SocketRoute } from './features.ts';

/** Result of a look-up by path. */
export type RouteMatch =
  | Readonly<{
      kind: 'requests';
      feature: ServerFeature;
      methods: ReadonlyMap<RequestMethod, RequestRoute>;
      params: Readonly<Record<string, string>>;
    }>
  | Readonly<{ kind: 'socket'; feature: ServerFeature; route: SocketRoute }>
  /** Path below a feature's prefix that no route has. */
  | Readonly<{ kind: 'unknown'; feature: ServerFeature }>;

/** Pattern of one path, with all routes that have it. */
type Pattern = Readonly<{
  feature: ServerFeature;
  segments: readonly string[];
  methods: Map<RequestMethod, RequestRoute>;
}>;

/** Literal segment: the unreserved characters of RFC 3986 section 2.3. */
const LITERAL = /^[A-Za-z0-9._~-]+$/;
const PARAMETER = /^:[a-z][A-Za-z]*$/;
/** Value of a parameter. Nothing is decoded, so that a path has one spelling: `%2f`, `%00` and `..` match no route. */
const VALUE = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,256}$/;
const RESERVED = new Set<string>(Object.values(RELAY_PATHS));

/** Finds the routes of features by path. Created by `FeatureServer` from all features. Pure. */
export class Router {
  /** Patterns by number of segments, those with a literal before those with a parameter at the same place. */
  readonly #patterns = new Map<number, Pattern[]>();
  readonly #sockets = new Map<string, RouteMatch>();
  readonly #features: readonly ServerFeature[];

  /** @throws {Error} for two routes of the same method and path, a reserved path or a malformed pattern: a fault of the program */
  constructor(features: readonly ServerFeature[]) {
    this.#features = features;
    for (const feature of features) {
      if (feature.prefix !== undefined) segmentsOf(feature.prefix);
      for (const route of feature.sockets ?? []) this.#addSocket(feature, route);
    }
    for (const feature of features) {
      for (const route of feature.requests ?? []) this.#addRequest(feature, route);
    }
    for (const patterns of this.#patterns.values()) patterns.sort(byPrecedence);
  }

  /** Returns the routes of a path, compared byte for byte; undefined if no feature has it. */
  find(path: string): RouteMatch | undefined {
    const socket = this.#sockets.get(path);
    if (socket !== undefined) return socket;
    const segments = path.split('/').slice(1);
    for (const { feature, segments: pattern, methods } of this.#patterns.get(segments.length) ?? []) {
      const params = path.startsWith('/') ? match(pattern, segments) : undefined;
      if (params !== undefined) return { kind: 'requests', feature, methods, params };
    }
    const owner = this.#features.find(({ prefix }) => prefix !== undefined && isBelow(path, prefix));
    return owner === undefined ? undefined : { kind: 'unknown', feature: owner };
  }

  #addSocket(feature: ServerFeature, route: SocketRoute): void {
    if (segmentsOf(route.path).some((segment) => segment.startsWith(':'))) throw invalid(route.path, 'has a parameter');
    if (this.#sockets.has(route.path)) throw invalid(route.path, 'is registered twice');
    this.#sockets.set(route.path, { kind: 'socket', feature, route });
  }

  #addRequest(feature: ServerFeature, route: RequestRoute): void {
    const segments = segmentsOf(route.path);
    if (this.#sockets.has(route.path)) throw invalid(route.path, 'is registered twice');
    const patterns = this.#patterns.get(segments.length) ?? [];
    this.#patterns.set(segments.length, patterns);
    const same = patterns.find((pattern) => shapeOf(pattern.segments) === shapeOf(segments));
    if (same === undefined) {
      patterns.push({ feature, segments, methods: new Map([[route.method, route]]) });
      return;
    }
    if (same.feature !== feature) throw invalid(route.path, 'belongs to two features');
    if (same.segments.join('/') !== segments.join('/')) throw invalid(route.path, 'has other names elsewhere');
    if (same.methods.has(route.method)) throw invalid(`${route.method} ${route.path}`, 'is registered twice');
    same.methods.set(route.method, route);
  }
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== segment) return undefined;
    } else if (VALUE.test(segment)) {
      params[part.slice(1)] = segment;
    } else {
      return undefined;
    }
  }
  return params;
}

function segmentsOf(path: string): string[] {
  const [empty, ...segments] = path.split('/');
  if (empty !== '' || segments.length === 0) throw invalid(path, 'does not begin with a slash');
  if (RESERVED.has(path)) throw invalid(path, 'is a path of the relay itself');
  // The root is the one path with an empty segment.
  const valid = path === '/' || segments.every((segment) => LITERAL.test(segment) || PARAMETER.test(segment));
  if (!valid) throw invalid(path, 'is malformed');
  const names = segments.filter((segment) => segment.startsWith(':'));
  if (new Set(names).size < names.length) throw invalid(path, 'has a name twice');
  return segments;
}

/** Returns a pattern without its names: two patterns of one shape match the same paths. */
function shapeOf(segments: readonly string[]): string {
  return segments.map((segment) => (segment.startsWith(':') ? ':' : segment)).join('/');
}

function byPrecedence(left: Pattern, right: Pattern): number {
  for (const [index, segment] of left.segments.entries()) {
    const order = Number(segment.startsWith(':')) - Number(right.segments[index]?.startsWith(':') ?? false);
    if (order !== 0) return order;
  }
  return 0;
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

function invalid(path: string, reason: string): Error {
  return new Error(`route ${path} ${reason}`);
}
