import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { nativeBackend } from '#node/crypto/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { fromBase64Url, toBase64Url, toHex } from '#shared/bytes/index.ts';
import { createIdentity, type DeviceIdentity } from '#shared/identity/index.ts';
import {
  admissionProof,
  encodeEarlyData,
  helloTranscript,
  LINK_READY,
  relayMessage,
  type AgentMessage,
  type HelloFacts,
  type RelayMessage,
  type RelayRole,
} from '#shared/relay-api/index.ts';

const crypto = nativeBackend;

export type Challenge = Extract<RelayMessage, { type: 'challenge' }>;
export type HelloMessage = Extract<AgentMessage, { type: 'hello' }>;
type Waiter = {
  matches(message: RelayMessage): boolean;
  resolve(message: RelayMessage): void;
  reject(error: Error): void;
};

/** A new device, with a certificate valid now. */
export function newDevice(generation = 1, secret = crypto.randomBytes(32)): DeviceIdentity {
  return createIdentity(crypto, secret, { generation, now: Math.floor(Date.now() / 1000) });
}

/** 32 hexadecimal digits. */
export function newConnectionId(): string {
  return toHex(crypto.randomBytes(16));
}

/** What a correct client signs on this connection; a test changes a part of it to be an attacker. */
export function honestFacts(
  relay: RunningRelay,
  device: DeviceIdentity,
  challenge: Challenge,
  role: RelayRole = 'agent',
): HelloFacts {
  return {
    relayKey: fromBase64Url(challenge.relayKey),
    authority: `127.0.0.1:${relay.port}`,
    tlsPin: role === 'browser' || role === 'guest' ? new Uint8Array(0) : (relay.tlsPin ?? new Uint8Array(0)),
    certificate: device.certificate,
    role,
    relayNonce: fromBase64Url(challenge.nonce),
    clientNonce: crypto.randomBytes(32),
    versionsOffered: challenge.versions,
    version: role === 'guest' ? 4 : role === 'browser' ? 3 : 1,
  };
}

/** The hello of these facts, signed by the device; `admission` is the token whose proof goes with it. */
export async function signHello(device: DeviceIdentity, facts: HelloFacts, admission?: string): Promise<HelloMessage> {
  return {
    type: 'hello',
    version: facts.version,
    certificate: toBase64Url(facts.certificate),
    nonce: toBase64Url(facts.clientNonce),
    relayKey: toBase64Url(facts.relayKey),
    authority: facts.authority,
    tlsPin: toBase64Url(facts.tlsPin),
    role: facts.role,
    signature: toBase64Url(await device.sign(helloTranscript(facts))),
    ...(admission === undefined ? {} : { admission: toBase64Url(admissionProof(crypto, admission, facts)) }),
  };
}

/** A bare control connection of the test: sends what it is told, keeps what comes, checks every message against the schema. */
export class RelayAgent {
  readonly socket: WebSocket;
  /** Every text message, as it came. */
  readonly texts: string[] = [];
  readonly #messages: RelayMessage[] = [];
  readonly #waiters: Waiter[] = [];
  readonly binary: Uint8Array[] = [];
  /** False when the relay did not let the connection come about. */
  readonly arrived: Promise<boolean>;
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(relay: RunningRelay, options: { host?: string; headers?: Record<string, string> } = {}) {
    this.socket = new WebSocket(`${relay.url}/v1/agent`, {
      perMessageDeflate: false,
      rejectUnauthorized: false,
      headers: { ...(options.host === undefined ? {} : { host: options.host }), ...options.headers },
    });
    this.socket.on('message', (data, isBinary) => {
      const bytes = data instanceof Uint8Array ? data : new Uint8Array(0);
      if (isBinary) this.binary.push(bytes);
      else {
        this.texts.push(bytes.toString());
        this.#take(relayMessage.parse(JSON.parse(bytes.toString())));
      }
    });
    this.arrived = new Promise((resolve) => {
      this.socket.once('open', () => resolve(true));
      this.socket.once('error', () => resolve(false));
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error(`closed: ${reason.toString()}`));
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Messages that nobody waited for yet. */
  get waiting(): readonly RelayMessage[] {
    return this.#messages;
  }

  /** The next message of this type, in order among its own. */
  async next<Type extends RelayMessage['type']>(
    type: Type,
    matches: (message: Extract<RelayMessage, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<RelayMessage, { type: Type }>> {
    type Wanted = Extract<RelayMessage, { type: Type }>;
    const fits = (message: RelayMessage): boolean => message.type === type && matches(message as Wanted);
    const index = this.#messages.findIndex((message) => fits(message));
    if (index >= 0) return this.#messages.splice(index, 1)[0] as Wanted;
    if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed while waiting for ${type}`);
    return new Promise<Wanted>((resolve, reject) => {
      this.#waiters.push({ matches: fits, resolve: (message) => resolve(message as Wanted), reject });
    });
  }

  async nextBinary(): Promise<Uint8Array> {
    while (this.binary.length === 0) await once(this.socket, 'message');
    return this.binary.shift() ?? new Uint8Array(0);
  }

  send(message: AgentMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  sendRaw(data: string | Uint8Array): void {
    this.socket.send(data);
  }

  sendEarly(connection: string, bytes: Uint8Array): void {
    this.socket.send(encodeEarlyData(connection, bytes));
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #take(message: RelayMessage): void {
    const index = this.#waiters.findIndex((waiter) => waiter.matches(message));
    if (index >= 0) this.#waiters.splice(index, 1)[0]?.resolve(message);
    else this.#messages.push(message);
  }
}

/** Says a correct hello and returns the connection once it is welcome. */
export async function joinRelay(
  relay: RunningRelay,
  device: DeviceIdentity,
  options: {
    role?: RelayRole;
    enrolments?: readonly Uint8Array[];
    admission?: string | undefined;
    version?: number;
    /** Origin of the page that connects. */
    origin?: string;
  } = {},
): Promise<{ agent: RelayAgent; welcome: Extract<RelayMessage, { type: 'welcome' }> }> {
  const { origin, version } = options;
  const agent = new RelayAgent(relay, origin === undefined ? {} : { headers: { origin } });
  const challenge = await agent.next('challenge');
  const honest = honestFacts(relay, device, challenge, options.role);
  const facts = { ...honest, version: version ?? honest.version };
  agent.send({
    ...(await signHello(device, facts, 'admission' in options ? options.admission : relay.admissionToken)),
    ...(options.enrolments === undefined ? {} : { enrolments: options.enrolments.map((bytes) => toBase64Url(bytes)) }),
  });
  return { agent, welcome: await agent.next('welcome') };
}

/** A data connection in its raw form, after the upgrade; the ticket is not shown yet. */
export async function openRawLink(relay: RunningRelay, ticket?: string): Promise<Socket> {
  const socket = connectTcp({ host: '127.0.0.1', port: relay.port, noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    `GET /v1/link HTTP/1.1\r\nHost: 127.0.0.1:${relay.port}\r\nConnection: Upgrade\r\nUpgrade: clawreach-link\r\n\r\n`,
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(`no upgrade: ${head.toString('latin1')}`);
  socket.pause();
  if (ticket !== undefined) socket.write(fromBase64Url(ticket));
  return socket;
}

/** Waits for LINK_READY on a raw data connection; rejects when it is closed instead. */
export async function rawReady(socket: Socket): Promise<void> {
  const first = await new Promise<Buffer>((resolve, reject) => {
    const closed = (): void => reject(new Error('closed before ready'));
    socket.once('close', closed);
    socket.once('end', closed);
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      socket.off('close', closed);
      socket.off('end', closed);
      resolve(chunk);
    });
    socket.resume();
  });
  if (first[0] !== LINK_READY) throw new Error('no ready byte');
  if (first.length > 1) socket.unshift(first.subarray(1));
}

/** A data connection in its WebSocket form with its ticket shown. */
export async function openWebSocketLink(relay: RunningRelay, ticket?: string): Promise<WebSocket> {
  const socket = new WebSocket(`${relay.url}/v1/link`, { perMessageDeflate: false, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  if (ticket !== undefined) socket.send(fromBase64Url(ticket));
  return socket;
}
