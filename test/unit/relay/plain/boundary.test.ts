import { describe, expect, it } from 'vitest';
import { decodeConnectorMessage } from '#relay/plain/connector-messages.ts';
import { decodeViewerMessage } from '#relay/plain/viewer-messages.ts';
import { FormatError } from '#shared/errors.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { CASES_PER_BOUNDARY, fuzzDecoder } from '#test/support/fuzz.ts';

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const INTERNAL = ID.replaceAll('-', '');
const about = { session_id: ID };
const payload = { node_id: 'n', uptime: 3600, active_tasks: 2, last_error: null, connection_state: 'online' };

/** Messages as the document and the published code have them, and what they are here. */
const CONNECTOR: readonly (readonly [unknown, unknown])[] = [
  [
    { type: 'hello', data: { device_id: ID, token: 't', meta: { name: 'My Server' } } },
    { type: 'hello', id: ID, token: 't', kind: 'connector' },
  ],
  [
    { type: 'hello', data: { node_id: ID, token: 't', meta: { kind: 'openclaw' } } },
    { type: 'hello', id: ID, token: 't', kind: 'openclaw' },
  ],
  [
    { type: 'hello', node_id: 'my-server-01', auth_token: 't' },
    { type: 'hello', id: 'my-server-01', token: 't', kind: 'openclaw' },
  ],
  [
    { type: 'hello', data: { device_id: 5 } },
    { type: 'hello', id: '', token: '', kind: 'connector' },
  ],
  [
    { type: 'session_started', data: about },
    { type: 'session_started', session: INTERNAL },
  ],
  [
    { type: 'stdout', data: { ...about, data_b64: 'aGk=' } },
    { type: 'stdout', session: INTERNAL, data: 'aGk=' },
  ],
  [
    { type: 'session_end', data: { ...about, reason: 'exit' } },
    { type: 'session_end', session: INTERNAL, reason: 'exit' },
  ],
  [
    { type: 'error', data: { ...about, message: 'session_not_found' } },
    { type: 'error', session: INTERNAL, message: 'session_not_found' },
  ],
  [
    { type: 'meta_update', data: { shell_probe_ok: true, other: 1 } },
    { type: 'meta_update', fields: { shell_probe_ok: true } },
  ],
  [payload, { type: 'node', message: { type: 'heartbeat', form: 'flat' } }],
  [
    { type: 'heartbeat', data: payload },
    { type: 'node', message: { type: 'heartbeat', form: 'nested' } },
  ],
  [
    { type: 'token', request_id: 'r', content: 'x' },
    { type: 'node', message: { type: 'answer', form: 'flat', request: 'r', event: { type: 'token', content: 'x' } } },
  ],
  [
    { type: 'response', data: { type: 'token', request_id: 'r', content: 'x' } },
    { type: 'node', message: { type: 'answer', form: 'nested', request: 'r', event: { type: 'token', content: 'x' } } },
  ],
  [
    { type: 'done', request_id: 'r' },
    { type: 'node', message: { type: 'answer', form: 'flat', request: 'r', event: { type: 'done' } } },
  ],
  [
    { ...payload, request_id: 'r' },
    {
      type: 'node',
      message: { type: 'answer', form: 'flat', request: 'r', event: { type: 'status', status: payload } },
    },
  ],
  [
    { type: 'response', data: { type: 'status', request_id: 'r', ...payload } },
    {
      type: 'node',
      message: { type: 'answer', form: 'nested', request: 'r', event: { type: 'status', status: payload } },
    },
  ],
  [
    { type: 'response', data: { type: 'error', request_id: 'r', message: 'no' } },
    {
      type: 'node',
      message: {
        type: 'answer',
        form: 'nested',
        request: 'r',
        event: { type: 'error', reason: 'node', message: 'no' },
      },
    },
  ],
  [
    { type: 'pending', request_id: 'r', tasks: ['a', { name: 'b' }, { id: 'c' }, 5] },
    {
      type: 'node',
      message: { type: 'answer', form: 'flat', request: 'r', event: { type: 'pending', tasks: ['a', 'b', 'c'] } },
    },
  ],
  [{ type: 'http_response', data: {} }, { type: 'other' }],
  [{ data: {} }, { type: 'other' }],
];

const VIEWER: readonly (readonly [unknown, unknown])[] = [
  [
    { type: 'auth', data: { token: 'jwt', session_id: ID, device_id: ID } },
    { type: 'auth', token: 'jwt', session: ID, device: ID },
  ],
  [
    { type: 'session_start', data: { ...about, cols: 120, rows: 40 } },
    { type: 'session_start', session: INTERNAL, size: { cols: 120, rows: 40 } },
  ],
  [
    { type: 'session_start', data: about },
    { type: 'session_start', session: INTERNAL, size: { cols: 80, rows: 24 } },
  ],
  [
    { type: 'resize', data: { session_id: ID.toUpperCase(), cols: 0, rows: 99_999.5, probe: true } },
    { type: 'resize', session: INTERNAL, size: { cols: 1, rows: 1000 }, probe: true },
  ],
  [
    { type: 'stdin', data: { ...about, data_b64: '' } },
    { type: 'stdin', session: INTERNAL, data: '' },
  ],
  [
    { type: 'session_end', data: { ...about, reason: 'user_disconnect' } },
    { type: 'session_end', session: INTERNAL },
  ],
  [{ type: 'ping' }, { type: 'ping' }],
  [{ type: 'unknown', data: 5 }, { type: 'other' }],
];

const REFUSED: readonly (readonly [string, string])[] = [
  ['', 'Invalid JSON'],
  ['null', 'Invalid JSON'],
  ['[]', 'Invalid JSON'],
  ['{"type":"stdin"', 'Invalid JSON'],
  [`{"type":"stdin","data":{"session_id":"${ID}"}}`, 'Invalid message'],
  [`{"type":"stdin","data":{"session_id":"${ID}","data_b64":"a"}}`, 'Invalid message'],
  [`{"type":"stdin","data":{"session_id":"${ID}","data_b64":"a_-b"}}`, 'Invalid message'],
  ['{"type":"stdin","data":{"session_id":"../../x","data_b64":""}}', 'Invalid message'],
  ['{"type":"auth","data":{"token":""}}', 'Missing token, session_id, or device_id'],
];

describe.each([
  ['a connector', decodeConnectorMessage, CONNECTOR],
  ['a viewer', decodeViewerMessage, VIEWER],
] as const)('messages of %s', (name, decode, known) => {
  it.each(known)('%j', (message, decoded) => {
    expect(decode(JSON.stringify(message))).toEqual(decoded);
    expect(decode(Buffer.from(JSON.stringify(message)))).toEqual(decoded);
  });

  it('are taken or refused with a text that quotes nothing, whatever comes', () => {
    const texts = new Set<string>();
    const { cases } = fuzzDecoder({
      name,
      valid: known.map(([message]) => toUtf8(JSON.stringify(message))),
      maximum: 200,
      errors: ['FormatError'],
      firstCheck: () => false,
      decode(bytes) {
        try {
          decode(Buffer.from(bytes));
        } catch (error) {
          if (error instanceof FormatError) texts.add(error.message);
          throw error;
        }
      },
    });
    expect(cases).toBe(CASES_PER_BOUNDARY);
    const allowed = new Set(['Invalid JSON', 'Invalid message', 'Missing token, session_id, or device_id']);
    expect([...texts].filter((text) => !allowed.has(text))).toEqual([]);
  });
});

it.each(REFUSED)('%s of a viewer is refused as %s', (message, text) => {
  expect(() => decodeViewerMessage(message)).toThrow(new FormatError('format.plain', text));
});
