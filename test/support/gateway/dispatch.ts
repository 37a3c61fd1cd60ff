import { approvalMethods } from './approval-methods.ts';
import type { Connection } from './connection.ts';
import { isJson, MethodError, missingScope, type ErrorShape, type Frame } from './frames.ts';
import type { Gateway, Methods } from './gateway.ts';
import { admit } from './handshake.ts';
import { nodeMethods } from './node-methods.ts';
import { pairingMethods } from './pairing-methods.ts';
import { frameProblem, paramsProblem, scopeOf } from './schema.ts';
import { covers } from './scopes.ts';
import { sessionMethods } from './session-methods.ts';
import type { ConnectParams } from './types.ts';

const METHODS: Methods = { ...pairingMethods, ...nodeMethods, ...approvalMethods, ...sessionMethods };
/** Before a client is admitted its frames may not be larger, bytes. */
const MAX_BEFORE_AUTH = 65_536;
const MAX_UNAUTHORIZED = 10;
/** What a node may call beside `node.*`. */
const NODE_HELPERS: ReadonlySet<string> = new Set(['skills.bins']);

/** One message of a client: checked against the published schema, then done. */
export async function receive(gateway: Gateway, connection: Connection, text: string): Promise<void> {
  if (connection.params === undefined && text.length > MAX_BEFORE_AUTH)
    return connection.close(1009, 'preauth payload too large');
  const frame = parse(text);
  const problem = frameProblem(frame);
  if (frame === undefined || problem !== undefined || frame.type !== 'req') {
    gateway.record.violations.push(problem ?? 'not a request');
    if (connection.params === undefined) connection.close(1008, 'invalid request frame');
    return;
  }
  gateway.record.frame(connection, 'received', frame);
  if (connection.params === undefined) return first(gateway, connection, frame);
  connection.remember(frame.id, frame.method);
  try {
    const payload = await call(gateway, connection, frame);
    connection.answer(frame.id, payload);
  } catch (error) {
    if (!(error instanceof MethodError)) throw error;
    connection.refuse(frame.id, error.shape);
    if (error.message.startsWith('unauthorized role')) connection.unauthorizedCalls += 1;
    if (connection.unauthorizedCalls > MAX_UNAUTHORIZED) connection.close(1008, 'repeated unauthorized calls');
  }
}

type RequestFrame = Extract<Frame, { type: 'req' }>;

function first(gateway: Gateway, connection: Connection, frame: RequestFrame): void {
  const problem = frame.method === 'connect' ? paramsProblem('connect', frame.params) : undefined;
  if (frame.method !== 'connect' || problem !== undefined) {
    const message =
      problem === undefined ? 'invalid handshake: first request must be connect' : `invalid connect params: ${problem}`;
    const error: ErrorShape = { code: 'INVALID_REQUEST', message };
    gateway.record.violations.push(message);
    connection.refuse(frame.id, error);
    return connection.close(1008, message.slice(0, 120));
  }
  const params = frame.params as ConnectParams;
  connection.remember(frame.id, 'connect');
  gateway.record.connect(connection, params);
  admit(gateway, connection, frame.id, params);
}

async function call(gateway: Gateway, connection: Connection, frame: RequestFrame): Promise<unknown> {
  const { method } = frame;
  const params = isJson(frame.params) ? frame.params : {};
  const scope = scopeOf(method);
  if (connection.role === 'node') {
    if (scope !== 'node' && !NODE_HELPERS.has(method))
      throw new MethodError('INVALID_REQUEST', 'unauthorized role: node');
    if (connection.superseded)
      throw new MethodError('UNAVAILABLE', 'node pairing changed', {
        retryable: true,
        details: { code: 'PAIRING_CHANGED' },
      });
  } else if (scope === 'node') throw new MethodError('INVALID_REQUEST', `unauthorized role: ${connection.role}`);
  else if (scope !== undefined && scope !== 'dynamic' && !covers(connection.scopes, scope)) throw missingScope(scope);
  const handler = METHODS[method];
  if (handler === undefined || !Object.hasOwn(METHODS, method))
    throw new MethodError('INVALID_REQUEST', `unknown method: ${method}`);
  const problem = paramsProblem(method, params);
  if (problem !== undefined) {
    gateway.record.violations.push(`${method}: ${problem}`);
    throw new MethodError('INVALID_REQUEST', `invalid ${method} params: ${problem}`);
  }
  return handler(gateway, connection, params, (payload) => {
    if (gateway.connections.has(connection)) connection.answer(frame.id, payload);
  });
}

function parse(text: string): Frame | undefined {
  try {
    return JSON.parse(text) as Frame;
  } catch {
    return undefined;
  }
}
