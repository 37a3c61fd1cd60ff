import JSON5 from 'json5';
import * as z from 'zod';
import type { GatewayEndpoint, GatewayRole } from '../../app-api/index.ts';
import { cleanName } from '../../visible-text/index.ts';
import { endpointAuthority, parseEndpoint, parseGatewayHost, readPath, parseGatewayPort } from './endpoint.ts';
import { gatewayError } from './errors.ts';
import { parseFingerprint } from './fingerprint.ts';
import { asRecord, decodeSetupCode, MAX_SETUP_CODE, nonEmpty, readSetup, type SetupCode } from './setup-code.ts';
import { safeParse } from '../../safe-parse.ts';

/** Gateway that a pasted text describes, by the kind of text. */
export type GatewayText =
  /** A setup code, in any of its forms. */
  | Readonly<{ kind: 'setup'; setup: SetupCode }>
  /** Join link, from which a setup code can be fetched once. */
  | Readonly<{ kind: 'join'; url: string }>
  /** Address alone, or in `openclaw://…`. */
  | Readonly<{ kind: 'address'; endpoint: GatewayEndpoint; name: string | null }>
  /** `node.json` of an earlier version, or the settings of an OpenClaw in remote mode. */
  | Readonly<{
      kind: 'file';
      endpoint: GatewayEndpoint;
      fingerprint: string | null;
      nodeName: string | null;
      /** Role that the machine from which the file comes has at the gateway. */
      role: GatewayRole;
      /** Token from the file; secret. */
      token: string | null;
    }>;

/** White space and comments before the first brace of an `openclaw.json`. Each alternative starts differently, so that matching takes linear time. */
const COMMENTS = /^(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)*/;

const JOIN = /^https:\/\/[^/?#\s]+(?:\/[^/?#\s]+)*\/j\/[A-Za-z0-9_-]{22}$/i;

/**
 * Parses any text that a person pastes into the window or gives to `clawreach gateway add`: a setup code (`oc-pair://…`, bare, or as JSON), a join
 * link, `openclaw://gateway/add?url=…&name=…`, the text of a `node.json` or `openclaw.json` (JSON5, as OpenClaw reads it), or an address. Also reads
 * the answer to a join link. Pure; fetches nothing.
 * @throws {GatewayError} `gateway.text-invalid`, `gateway.text-local`, `gateway.endpoint-invalid`, `gateway.fingerprint-invalid`,
 * `gateway.local-token-ignored`
 */
export function readGatewayText(text: string): GatewayText {
  if (text.length > MAX_SETUP_CODE) throw notReadable();
  // Byte order mark of Windows editors.
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (trimmed[COMMENTS.exec(trimmed)?.[0].length ?? 0] === '{') return readJson(trimmed);
  if (/^oc-pair:/i.test(trimmed)) return readCode(trimmed.replace(/^oc-pair:(?:\/\/)?/i, '').replace(/\/$/, ''));
  if (/^openclaw:/i.test(trimmed)) return readLink(trimmed);
  if (JOIN.test(trimmed)) return { kind: 'join', url: joinUrl(trimmed) };
  const code = decodeSetupCode(trimmed);
  if (code !== undefined) return { kind: 'setup', setup: readSetup(code) };
  if (trimmed === '' || /\s/.test(trimmed)) throw notReadable();
  return { kind: 'address', endpoint: parseEndpoint(trimmed), name: null };
}

function readCode(code: string): GatewayText {
  const value = decodeSetupCode(code);
  if (value === undefined) throw notReadable();
  return { kind: 'setup', setup: readSetup(value) };
}

/** Formats the parsed join link again, so that the agent fetches exactly what was parsed. */
function joinUrl(text: string): string {
  const endpoint = parseEndpoint(text);
  return `https://${endpointAuthority(endpoint)}${endpoint.path}`;
}

const LINKS: ReadonlySet<string> = new Set(['gateway', 'gateway/add']);

function readLink(text: string): GatewayText {
  const [, path = '', query = ''] = /^openclaw:\/\/([^?#]*)\??([^#]*)/i.exec(text) ?? [];
  if (!LINKS.has(path.toLowerCase().replace(/\/$/, ''))) throw notReadable();
  const values = new URLSearchParams(query);
  const [url, host] = [nonEmpty(values.get('url')), nonEmpty(values.get('host'))];
  const name = cleanName(values.get('name') ?? '');
  if (url === null && host === null) throw notReadable();
  const endpoint = url === null ? hostEndpoint(host ?? '', values) : parseEndpoint(url);
  return { kind: 'address', endpoint, name: name === '' ? null : name };
}

function hostEndpoint(host: string, values: URLSearchParams): GatewayEndpoint {
  const port = nonEmpty(values.get('port'));
  const endpoint = parseEndpoint(host);
  const tls = values.get('tls');
  return {
    ...endpoint,
    ...(port === null ? {} : { port: parseGatewayPort(port) }),
    ...(tls === '0' || tls === 'false' ? { tls: false } : {}),
  };
}

const text = z.string().max(4096).nullish();
const nodeFile = z.object({
  displayName: text,
  gateway: z.object({
    host: z.string().max(1024),
    port: z.union([z.number(), z.string().max(16)]).nullish(),
    tls: z.boolean().nullish(),
    tlsFingerprint: text,
    contextPath: text,
  }),
});
const settingsFile = z.object({
  gateway: z.object({
    mode: text,
    remote: z
      // A token can also be a reference to a secret store.
      .object({ url: text, token: z.union([text, z.object({ source: z.string().max(64) })]), tlsFingerprint: text })
      .nullish(),
  }),
});

/** Reference to an environment variable, which OpenClaw replaces by its value; `$${…}` is literal text. */
const VARIABLE = /(?<!\$)\$\{[A-Z_][A-Z0-9_]*\}/;

function readJson(json: string): GatewayText {
  const value = parseJson5(json);
  if (value === undefined) throw notReadable();
  if ('bootstrapToken' in value) return { kind: 'setup', setup: readSetup(value) };
  const node = safeParse(nodeFile, value);
  if (node.success) return readNodeFile(node.data);
  const settings = safeParse(settingsFile, value);
  if (settings.success) return readSettings(settings.data.gateway);
  throw notReadable();
}

function readNodeFile({ displayName, gateway }: z.infer<typeof nodeFile>): GatewayText {
  const name = cleanName(displayName ?? '');
  const fingerprint = nonEmpty(gateway.tlsFingerprint);
  return {
    kind: 'file',
    endpoint: {
      host: parseGatewayHost(gateway.host),
      port: parseGatewayPort(String(gateway.port ?? 18_789)),
      // A fingerprint implies TLS.
      tls: gateway.tls ?? fingerprint !== null,
      path: readPath(gateway.contextPath ?? ''),
    },
    fingerprint: fingerprint === null ? null : parseFingerprint(fingerprint),
    nodeName: name === '' ? null : name,
    role: 'node',
    token: null,
  };
}

function readSettings({ mode, remote }: z.infer<typeof settingsFile>['gateway']): GatewayText {
  const given = remote?.token;
  const [url, fingerprint] = [nonEmpty(remote?.url), nonEmpty(remote?.tlsFingerprint)];
  const token = typeof given === 'object' ? given : nonEmpty(given);
  // OpenClaw ignores the remote token in local mode, so this token would never be accepted.
  if (mode === 'local' && token !== null) {
    throw gatewayError('gateway.local-token-ignored', 'settings of local mode with a remote token');
  }
  if (typeof url !== 'string') {
    if (mode === 'local') throw gatewayError('gateway.text-local', 'settings of local mode', { field: 'text' });
    throw notReadable();
  }
  return {
    kind: 'file',
    endpoint: parseEndpoint(url),
    fingerprint: typeof fingerprint === 'string' ? parseFingerprint(fingerprint) : null,
    nodeName: null,
    role: 'operator',
    token: writtenToken(token),
  };
}

/** Returns the token in the file; null if there is none, or only a reference to a variable. */
function writtenToken(token: string | object | null): string | null {
  if (typeof token !== 'string' || VARIABLE.test(token)) return null;
  return token.replaceAll(/\$(?=\$\{[A-Z_][A-Z0-9_]*\})/g, '');
}

/** Parses JSON5, of which JSON is a part; `__proto__` is an ordinary key. @returns undefined unless the text is an object */
function parseJson5(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asRecord(JSON5.parse(text));
  } catch {
    return undefined;
  }
}

function notReadable(): Error {
  return gatewayError('gateway.text-invalid', 'not a text that names a gateway', { field: 'text' });
}
