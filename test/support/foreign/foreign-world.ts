import { randomBytes } from 'node:crypto';
import { nativeBackend } from '#node/crypto/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { fromBase64Url, toBase64Url, toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import { requestSignature } from '#shared/foreign/index.ts';
import { PlainClient } from '../plain-client.ts';
import type { TestPlatform, Person } from '../platform/test-platform.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Answer of a route, and its status. */
export type ForeignAnswer = Readonly<{ status: number; body: Record<string, unknown>; headers: Headers }>;

/** Foreign instance with its key, as its program has them. */
export type TestInstance = Readonly<{ id: string; key: string; project: string }>;

/** Clock of a relay whose wall clock tests set. */
export class WallClock implements Clock {
  /** Added to the time of this machine, ms. */
  shift = 0;
  /** Time at which it stands still, ms; undefined: it runs. */
  heldAt: number | undefined;

  now(): number {
    return (this.heldAt ?? Date.now()) + this.shift;
  }
  monotonic(): number {
    return systemClock.monotonic();
  }
  setTimer(...timer: Parameters<Clock['setTimer']>): ReturnType<Clock['setTimer']> {
    return systemClock.setTimer(...timer);
  }
}

/** Returns a project of a new person. */
export async function newProject(platform: TestPlatform, name = 'Office'): Promise<{ owner: Person; project: string }> {
  const owner = platform.person(name);
  const { id } = await owner.client.call('projects.create', { input: { name } });
  return { owner, project: id };
}

/** Makes an instance in a project by the accounts API. */
export async function newInstance(
  { client }: Person,
  project: string,
  id = `i${randomBytes(6).toString('hex')}`,
): Promise<TestInstance> {
  const { key } = await client.call('instances.create', { params: { project }, input: { id, name: 'Bot' } });
  return { id, key, project };
}

/** Adds timestamp, nonce and signature; fields that are given stay. */
export function sign({ key }: Pick<TestInstance, 'key'>, request: string, fields: Fields): Fields {
  const signed = {
    timestamp: Math.floor(Date.now() / 1000),
    nonce: toBase64Url(nativeBackend.randomBytes(16)),
    ...fields,
  };
  return { ...signed, signature: toHex(requestSignature(nativeBackend, fromBase64Url(key), request, signed)) };
}

/** Posts a body to a route. */
export async function post(origin: string, path: string, body: unknown): Promise<ForeignAnswer> {
  const answer = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
}

/** Posts a signed message from an agent `a` of an instance to an agent `b` of another one. */
export function send(
  origin: string,
  from: TestInstance,
  to: Pick<TestInstance, 'id'>,
  changes: Fields = {},
): Promise<ForeignAnswer> {
  const fields = { from: `${from.id}/a`, to: `${to.id}/b`, message: 'hello', ...changes };
  return post(origin, '/api/v1/send', sign(from, 'POST /api/v1/send', fields));
}

/** Opens the WebSocket without a register. */
export function openSocket(origin: string): Promise<PlainClient> {
  return PlainClient.open(`${origin.replace('http', 'ws')}/api/v1/ws`);
}

/** Connects an instance. Returns its WebSocket once it is registered. */
export async function connect(origin: string, instance: TestInstance, fields: Fields = {}): Promise<PlainClient> {
  const client = await openSocket(origin);
  const register = { type: 'register', instance_id: instance.id, ...fields };
  client.raw(JSON.stringify(sign(instance, 'GET /api/v1/ws', register)));
  await client.next('registered');
  return client;
}

/** Sends the receipt of each message that comes. */
export function acknowledge(client: PlainClient): void {
  client.socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Record<string, unknown>;
    if (message['type'] === 'message') client.raw(JSON.stringify(receiptOf(message)));
  });
}

/** Receipt of a message. */
export function receiptOf(message: Fields): Fields {
  return { type: 'receipt', id: message['id'], from: message['to'], to: message['from'] };
}
