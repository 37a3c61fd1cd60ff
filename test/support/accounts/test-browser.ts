import { PLATFORM_ROUTES, type RouteInput, type RouteName, type RouteOutput } from '#shared/platform/index.ts';

/** Answer of the accounts API: its body follows the contract, or is an error. */
export type ApiAnswer<Name extends RouteName> = Readonly<{
  status: number;
  /** The route's output; throws for an error. */
  output: RouteOutput<Name>;
  /** Code of an error; undefined for a success. */
  code: string | undefined;
  text: string;
  headers: Headers;
}>;

/** Parts of a request that a test may set. */
export type ApiCall = Readonly<{
  params?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  /** Sends a cookie; default: the browser's. */
  cookie?: string;
}>;

/** A browser as far as the accounts API needs it: it keeps the session cookie, and says that the page of the relay sent its requests. */
export class TestBrowser {
  readonly #url: string;
  /** Value of the session cookie. */
  session: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async call<Name extends RouteName>(
    name: Name,
    input?: RouteInput<Name>,
    call: ApiCall = {},
  ): Promise<ApiAnswer<Name>> {
    return this.send(name, input, call);
  }

  /** Sends any body, also one that no route takes. */
  async send<Name extends RouteName>(name: Name, body: unknown, call: ApiCall = {}): Promise<ApiAnswer<Name>> {
    const route = PLATFORM_ROUTES[name];
    const path = route.path.replaceAll(/:([a-z]+)/g, (_, parameter: string) => call.params?.[parameter] ?? '');
    const cookie = call.cookie ?? this.session;
    const response = await fetch(`${this.#url}${path}`, {
      method: route.method,
      headers: {
        'User-Agent': 'Test browser',
        Origin: this.#url,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(cookie === undefined ? {} : { Cookie: `__Host-clawreach=${cookie}` }),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, value = ''] = /^__Host-clawreach=([^;]*)/.exec(set) ?? [];
      this.session = value === '' ? undefined : value;
    }
    const text = await response.text();
    const parsed = JSON.parse(text);
    return {
      status: response.status,
      get output() {
        if (!response.ok) throw new Error(`${name} answered ${response.status} ${text}`);
        return route.output.parse(parsed) as RouteOutput<Name>;
      },
      code: response.ok ? undefined : parsed.code,
      text,
      headers: response.headers,
    };
  }
}
