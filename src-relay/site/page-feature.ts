import {
  PAGE_ASSETS,
  PAGE_INDEX,
  PAGE_PATHS,
  PAGE_ROUTES,
  pageHeaders,
  type PageFacts,
} from '#shared/relay-page/index.ts';
import {
  answerContent,
  answerJson,
  hasTag,
  type Answer,
  type RelayRequest,
  type RequestRoute,
  type ServerFeature,
} from '../http/index.ts';
import { chooseEncoding, contentTypeOf } from './content-types.ts';
import type { LoadedFile, LoadedPage } from './page-files.ts';

/** Facts of the relay that answers depend on. */
export type PageServing = Readonly<{
  /** True if people sign in to this relay. */
  accounts: boolean;
  /** Reports whether a `Host` header is a name of this relay. */
  isOwnHost(host: string): boolean;
  /** Reports whether browsers reach a host, which is a name of this relay, by TLS. */
  isSecure(host: string): boolean;
  /** Reports whether nothing but this relay answers for the host's name by https on the usual port. */
  ownsName(host: string): boolean;
}>;

/** Page that is served, or the reason why it isn't. */
export type PageState =
  | Readonly<{ kind: 'served'; page: LoadedPage }>
  | Readonly<{ kind: 'refused'; code: string; reason: string }>;

const KEEP = 'public, max-age=31536000, immutable';
const ASK = 'no-cache';

/**
 * Creates the feature that serves the page: the files of its manifest by their exact names, and the HTML file for every route. Nothing is read from disk,
 * and nothing but the choice of an encoding depends on what a browser sends. With a refused page, every route says why.
 */
export function createPageFeature(state: PageState, serving: PageServing): ServerFeature {
  return { name: 'page', prefix: PAGE_ASSETS.replace(/\/$/, ''), requests: routesOf(state, serving) };
}

function routesOf(state: PageState, serving: PageServing): RequestRoute[] {
  if (state.kind === 'refused') {
    const text = `The relay doesn't serve its page: ${state.reason}.\nMachines connect as usual. If you run the relay, reinstall ClawReach and start the relay again.\n`;
    return PAGE_ROUTES.map((path) =>
      route(path, () => answerContent(TEXT, text, { status: 503, headers: { 'Cache-Control': 'no-store' } })),
    );
  }
  const { page } = state;
  const facts: PageFacts = {
    version: page.manifest.version,
    hash: page.hash,
    signature: page.signature,
    accounts: serving.accounts,
  };
  const guarded = (answer: (request: RelayRequest, headers: Readonly<Record<string, string>>) => Answer) => {
    return (request: RelayRequest): Answer => {
      const host = (request.headers.host ?? '').toLowerCase();
      if (!serving.isOwnHost(host)) return foreignHost();
      const headers = {
        ...pageHeaders(page.manifest, { host, tls: serving.isSecure(host) }),
        ...(serving.ownsName(host) ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
      };
      return answer(request, headers);
    };
  };
  const fileRoute = (path: string, file: LoadedFile): RequestRoute =>
    route(
      path,
      guarded((request, headers) => answerFile(request, file, headers)),
    );
  const index = page.files.get(PAGE_INDEX);
  return [
    ...[...page.files.values()].map((file) => fileRoute(file.path, file)),
    ...(index === undefined ? [] : PAGE_ROUTES.map((path) => fileRoute(path, index))),
    route(
      PAGE_PATHS.manifest,
      guarded((_, headers) =>
        answerContent(JSON_TYPE, page.manifestBytes, { headers: { ...headers, 'Cache-Control': ASK } }),
      ),
    ),
    route(
      PAGE_PATHS.signature,
      guarded((_, headers) =>
        page.signatures === undefined
          ? answerContent(TEXT, 'This page is a build of developers, which no key has signed.\n', {
              status: 404,
              headers,
            })
          : answerContent(TEXT, page.signatures, { headers: { ...headers, 'Cache-Control': ASK } }),
      ),
    ),
    route(
      PAGE_PATHS.facts,
      guarded((_, headers) => answerJson(facts, { headers: { ...headers, 'Cache-Control': ASK } })),
    ),
  ];
}

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

function route(path: string, handle: RequestRoute['handle']): RequestRoute {
  return { method: 'GET', path, handle };
}

function answerFile(request: RelayRequest, file: LoadedFile, headers: Readonly<Record<string, string>>): Answer {
  const available = (['br', 'gzip'] as const).filter((encoding) => file.encoded[encoding] !== undefined);
  const encoding = chooseEncoding(request.headers['accept-encoding'], available);
  const content = (encoding === undefined ? undefined : file.encoded[encoding]) ?? file.content;
  const tag = `"${file.sha256.slice(0, 22)}${encoding === undefined ? '' : `-${encoding}`}"`;
  const cached = {
    ...headers,
    'Cache-Control': file.path.startsWith(PAGE_ASSETS) ? KEEP : ASK,
    ETag: tag,
    // Parts of a file couldn't be compared with its hash.
    'Accept-Ranges': 'none',
    ...(available.length === 0 ? {} : { Vary: 'Accept-Encoding' }),
  };
  const type = contentTypeOf(file.path);
  if (hasTag(request.headers, tag)) return answerContent(type, '', { status: 304, headers: cached });
  return answerContent(type, content, {
    headers: { ...cached, ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }) },
  });
}

/** Answers a request under a name that isn't the relay's: another site may have pointed its name here. */
function foreignHost(): Answer {
  return answerContent(
    TEXT,
    'This relay serves no page under this name. If you run the relay, start it with --public-url https://NAME.\n',
    { status: 421 },
  );
}
