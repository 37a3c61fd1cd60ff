import type * as z from 'zod';
import { registerRequest, sendRequest, splitAddress, type SignedObject } from '#shared/foreign/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { answerJson, HttpError, type Answer, type RelayRequest, type RequestRoute } from '../http/index.ts';
import type { Authenticator } from './authenticator.ts';
import type { ForeignContext } from './context.ts';
import type { Flights } from './flights.ts';
import { ForeignRefusal } from './refusal.ts';
import type { Registrar } from './registrar.ts';
import type { Tallies } from './tallies.ts';

/** Longest text about a malformed field, characters. */
const LONGEST_TEXT = 200;

/** Parts that the routes use. */
export type RequestServices = Readonly<{
  authenticator: Authenticator;
  registrar: Registrar;
  flights: Flights;
  tallies: Tallies;
}>;

/** Returns the routes `POST /api/v1/register` and `POST /api/v1/send`. */
export function serveRequests(context: ForeignContext, services: RequestServices): readonly RequestRoute[] {
  const { authenticator, registrar, flights, tallies } = services;
  return [
    route(context, '/api/v1/register', async (object) => {
      const fields = parse(registerRequest, object);
      const { session } = await registrar.register('POST /api/v1/register', object, fields);
      return answerJson({ ok: true, session, server_time: seconds(context) });
    }),
    route(context, '/api/v1/send', async (object) => {
      const fields = parse(sendRequest, object);
      const signer = fields.instance_id ?? splitAddress(fields.from).instance;
      const sender = await authenticator.check(signer, 'POST /api/v1/send', object, fields);
      tallies.heard(sender);
      const { id, receipt, publicKey } = await flights.send({ kind: 'instance', row: sender }, fields);
      return answerJson(
        { id, status: 'forwarded', ...(receipt === undefined ? {} : { receipt, public_key: publicKey }) },
        { status: 202 },
      );
    }),
  ];
}

/** Returns the body of the answer to a refusal, and of the error on a WebSocket. */
export function refusalBody(context: ForeignContext, { code, message, retryAfter }: ForeignRefusal) {
  return {
    code,
    error: message,
    server_time: seconds(context),
    ...(retryAfter === undefined ? {} : { retry_after: Math.ceil(retryAfter / 1000) }),
  };
}

/** Returns the value of a schema. @throws {ForeignRefusal} `input` */
export function parse<Value>(schema: z.ZodType<Value>, object: unknown): Value {
  const { success, data, error } = safeParse(schema, object);
  if (success) return data;
  const [issue] = error.issues;
  const text = [issue?.path.join('.') ?? '', issue?.message ?? 'malformed'].filter((part) => part !== '').join(': ');
  throw new ForeignRefusal('input', text.slice(0, LONGEST_TEXT));
}

/** Reports whether a JSON value is an object. */
export function isObject(value: unknown): value is SignedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function route(context: ForeignContext, path: string, handle: (object: SignedObject) => Promise<Answer>): RequestRoute {
  return {
    method: 'POST',
    path,
    async handle(request: RelayRequest) {
      try {
        const object = await objectOf(request, context);
        if (!isObject(object)) throw new ForeignRefusal('input', 'The body must be an object.');
        return await handle(object);
      } catch (error) {
        if (!(error instanceof ForeignRefusal)) throw error;
        context.counts.refused(error.code);
        const body = refusalBody(context, error);
        const status = error.code === 'offline' ? 'offline' : 'refused';
        const headers = error.retryAfter === undefined ? {} : { 'Retry-After': String(body.retry_after) };
        return answerJson({ status, ...body }, { status: error.status, headers });
      }
    },
  };
}

/** Reads a request. @throws {ForeignRefusal} `too-large`; {HttpError} the HTTP server's other refusals of a body */
async function objectOf(request: RelayRequest, { limits }: ForeignContext): Promise<unknown> {
  try {
    return await request.json();
  } catch (error) {
    if (!(error instanceof HttpError) || error.code !== 'platform.too-large') throw error;
    throw new ForeignRefusal(
      'too-large',
      `The request is larger than ${limits.body} bytes, message and signature together.`,
    );
  }
}

/** Time of the relay, s since 1970: one that counts, also within the second of its start. */
export function seconds({ clock, startedAt }: ForeignContext): number {
  return Math.max(Math.floor(clock.now() / 1000), Math.ceil(startedAt / 1000));
}
