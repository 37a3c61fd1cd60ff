import { RawClient, type GatewayDouble, type Json, type RawConnect } from '#test/support/gateway/index.ts';

/** A gateway that a conversation is held with: the double or the real one. */
export interface Place {
  readonly url: string;
  readonly token: string;
  restart(): Promise<void>;
  /** What is answered to the next prompts. */
  say(script: (prompt: string) => AsyncIterable<string> | Iterable<string>): void;
}

/** What is written down of a conversation, to be compared. */
export type Note = (step: string, value: unknown) => void;
export type Conversation = (place: Place, note: Note) => Promise<void>;

export function placeOf(double: GatewayDouble): Place {
  return {
    url: double.url,
    token: double.secret.value,
    restart: () => double.restart(),
    say: (script) => {
      double.chats.script = script;
    },
  };
}

/** A helper of the gateway's own machine, which needs no device and has all rights. */
export async function owner(place: Place, more: Partial<RawConnect> = {}): Promise<RawClient> {
  const { client, answer } = await RawClient.connect(place.url, {
    role: 'operator',
    client: { mode: 'backend' },
    auth: { token: place.token },
    scopes: ['operator.admin'],
    ...more,
  });
  if (!answer.ok) throw new Error(`the owner was refused: ${JSON.stringify(answer)}`);
  return client;
}

/** One try: the answer, without what only a hello has, and the close code. */
export async function attempt(place: Place, options: RawConnect): Promise<Json> {
  const { client, answer } = await RawClient.connect(place.url, options);
  if (answer.ok) {
    await client.close();
    return { ok: true, auth: answer.payload['auth'], protocol: answer.payload['protocol'] };
  }
  return { ...answer, close: await client.closed };
}

/** Connected as asked, or it throws. */
export async function connected(place: Place, options: RawConnect): Promise<RawClient> {
  const { client, answer } = await RawClient.connect(place.url, options);
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return client;
}

/** The payload of an answer that has to be there. */
export async function ask(client: RawClient, method: string, params: unknown = {}): Promise<Json> {
  const answer = await client.request(method, params);
  if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer)}`);
  return answer.payload;
}

/** Tries once, which makes a request, and lets the owner approve it. */
export async function paired(place: Place, by: RawClient, options: RawConnect): Promise<void> {
  const { client, answer } = await RawClient.connect(place.url, options);
  await client.closed;
  const requestId = answer.ok ? undefined : answer.error.details?.['requestId'];
  await ask(by, 'device.pair.approve', { requestId });
}
