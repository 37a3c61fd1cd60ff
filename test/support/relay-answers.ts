import { exchange, request } from './raw-http.ts';

const HOST = 'Host: relay.example:7474';
const CLOSE = 'Connection: close';
const KEY = `Sec-WebSocket-Key: ${'A'.repeat(22)}==`;
const PATHS = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/v1/agent',
  '/v1/link',
  '/healthz/',
  '//healthz',
  '/healthz?x=1',
  '/v1/../healthz',
  '/%68ealthz',
  '/api/v1/projects',
  '/functions/v1/relay-nodes',
  '/connect',
  '/session',
  'http://relay.example/healthz',
  '*',
];

/** One request as it is on the wire, and where to stop reading if the relay keeps the connection. */
type Case = Readonly<{ name: string; bytes: string; until?: string }>;

function plain(): Case[] {
  return PATHS.flatMap((path) =>
    ['GET', 'HEAD', 'POST', 'OPTIONS'].map((method) => ({
      name: `${method} ${path}`,
      bytes: request([`${method} ${path} HTTP/1.1`, HOST, CLOSE]),
    })),
  );
}

function withBodies(): Case[] {
  const json = 'Content-Type: application/json';
  return ['/healthz', '/api/v1/projects', '/functions/v1/pair-device'].flatMap((path) => [
    ...['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].map((method) => ({
      name: `${method} ${path} with a body`,
      bytes: request([`${method} ${path} HTTP/1.1`, HOST, CLOSE, json, 'Content-Length: 8'], '{"a": 1}'),
    })),
    {
      name: `POST ${path} in chunks`,
      bytes: request([`POST ${path} HTTP/1.1`, HOST, json, 'Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n'),
    },
    {
      name: `GET ${path} in chunks, kept alive`,
      bytes: `${request([`GET ${path} HTTP/1.1`, HOST, 'Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n')}${request(['GET /readyz HTTP/1.1', HOST, CLOSE])}`,
    },
    {
      name: `GET ${path} with a body, kept alive`,
      bytes: `${request([`GET ${path} HTTP/1.1`, HOST, 'Content-Length: 2'], '{}')}${request(['GET /readyz HTTP/1.1', HOST, CLOSE])}`,
    },
    {
      name: `POST ${path} that waits for 100 Continue`,
      bytes: request([`POST ${path} HTTP/1.1`, HOST, json, 'Expect: 100-continue', 'Content-Length: 2']),
    },
    {
      name: `GET ${path} that waits for 100 Continue`,
      bytes: request([`GET ${path} HTTP/1.1`, HOST, CLOSE, 'Expect: 100-continue', 'Content-Length: 2']),
    },
    {
      name: `POST ${path} without the end of its body`,
      bytes: request([`POST ${path} HTTP/1.1`, HOST, json, 'Content-Length: 100'], '{'),
    },
    {
      name: `GET ${path} without the end of its body`,
      bytes: request([`GET ${path} HTTP/1.1`, HOST, json, 'Content-Length: 100'], '{'),
    },
    {
      name: `POST ${path} of 100 KB`,
      bytes: request([`POST ${path} HTTP/1.1`, HOST, json, 'Content-Length: 100000'], 'x'.repeat(100_000)),
    },
    {
      name: `GET ${path} with chunks that are none`,
      bytes: request([`GET ${path} HTTP/1.1`, HOST, 'Transfer-Encoding: chunked'], 'zz\r\n{}\r\n'),
    },
  ]);
}

function upgrades(): Case[] {
  const upgrade = (path: string, protocol: string, more: readonly string[]): Case['bytes'] =>
    request([`GET ${path} HTTP/1.1`, HOST, 'Connection: Upgrade', `Upgrade: ${protocol}`, ...more]);
  const webSocket = ['Sec-WebSocket-Version: 13', KEY];
  return [
    ...PATHS.flatMap((path) =>
      ['websocket', 'clawreach-link', 'h2c'].map((protocol) => ({
        name: `upgrade of ${path} to ${protocol}`,
        bytes: upgrade(path, protocol, webSocket),
        until: '\r\n\r\n',
      })),
    ),
    { name: 'upgrade without a key', bytes: upgrade('/v1/agent', 'websocket', ['Sec-WebSocket-Version: 13']) },
    { name: 'upgrade of another version', bytes: upgrade('/v1/agent', 'websocket', ['Sec-WebSocket-Version: 7', KEY]) },
    {
      name: 'upgrade with subprotocol and extension',
      bytes: upgrade('/v1/link', 'websocket', [
        ...webSocket,
        'Sec-WebSocket-Protocol: a, b',
        'Sec-WebSocket-Extensions: permessage-deflate',
      ]),
      until: '\r\n\r\n',
    },
    {
      name: 'upgrade by POST with a body',
      bytes: request(
        [
          'POST /v1/agent HTTP/1.1',
          HOST,
          'Connection: Upgrade',
          'Upgrade: websocket',
          ...webSocket,
          'Content-Length: 2',
        ],
        '{}',
      ),
    },
    {
      name: 'upgrade without Connection',
      bytes: request(['GET /v1/agent HTTP/1.1', HOST, 'Upgrade: websocket', ...webSocket]),
    },
  ];
}

function broken(): Case[] {
  return [
    { name: 'no HTTP', bytes: 'hello\r\n\r\n' },
    { name: 'no host', bytes: request(['GET /healthz HTTP/1.1', CLOSE]) },
    { name: 'HTTP/1.0', bytes: request(['GET /healthz HTTP/1.0']) },
    { name: 'unfinished head', bytes: 'GET /healthz HTTP/1.1\r\nHost: a\r\n' },
    { name: 'head of 10 KB', bytes: request(['GET /healthz HTTP/1.1', HOST, `X: ${'x'.repeat(10_000)}`]) },
    { name: 'two lengths', bytes: request(['POST / HTTP/1.1', HOST, 'Content-Length: 1', 'Content-Length: 2'], 'ab') },
    {
      name: 'length and chunks',
      bytes: request(['POST / HTTP/1.1', HOST, 'Content-Length: 1', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    },
    { name: 'header with a bare line feed', bytes: 'GET /healthz HTTP/1.1\nHost: a\nConnection: close\n\n' },
    { name: 'another expectation', bytes: request(['GET /healthz HTTP/1.1', HOST, CLOSE, 'Expect: tea']) },
    { name: 'CONNECT', bytes: request(['CONNECT relay.example:80 HTTP/1.1', HOST]) },
    { name: 'TRACE', bytes: request(['TRACE /healthz HTTP/1.1', HOST, CLOSE]) },
    {
      name: 'four requests at once',
      bytes: ['/healthz', '/nothing', '/v1/link', '/readyz']
        .map((path, index) => request([`GET ${path} HTTP/1.1`, HOST, ...(index === 3 ? [CLOSE] : [])]))
        .join(''),
    },
    {
      name: 'more requests at once than a socket may send',
      bytes: Array.from({ length: 66 }, () => request(['HEAD /healthz HTTP/1.1', HOST])).join(''),
    },
    {
      name: 'a cookie and an origin',
      bytes: request(['GET / HTTP/1.1', HOST, CLOSE, 'Cookie: __Host-clawreach=a', 'Origin: https://evil.example']),
    },
  ];
}

/** Requests of every kind that a relay without features must answer as it always has. */
const CASES: readonly Case[] = [...plain(), ...withBodies(), ...upgrades(), ...broken()];

/**
 * Sends every request to a port and returns the answers as text, one quoted line for each line on the wire. Masks what differs between two runs: the
 * date, and the figures of the metrics.
 */
export async function recordAnswers(port: number): Promise<string> {
  const answers = await Promise.all(
    CASES.map(async ({ name, bytes, until }) => {
      const answer = await exchange(port, bytes, until);
      return `# ${name}\n${masked(answer)}\n`;
    }),
  );
  return answers.join('\n');
}

function masked(answer: string): string {
  const text = answer.replaceAll(/^Date: .*(?=\r$)/gm, 'Date: *');
  const figures = text.includes('# HELP') || /^Content-Type: text\/plain; version=/m.test(text);
  const end = text.indexOf('\r\n\r\n');
  const kept = figures
    ? text.slice(0, end + 4).replace(/^Content-Length: .*(?=\r$)/m, 'Content-Length: *')
    : // Frames of a WebSocket are not an answer of HTTP.
      text.startsWith('HTTP/1.1 101 ')
      ? text.slice(0, end + 4)
      : text;
  return kept
    .split('\n')
    .map((line) => JSON.stringify(line))
    .join('\n');
}
