import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { isJson, textAt, type ErrorShape, type Frame, type Json } from './frames.ts';

/** An Ed25519 key as a device shows it. */
export class RawDevice {
  readonly id: string;
  readonly publicKey: string;
  readonly #key: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    this.#key = privateKey;
    this.publicKey = raw.toString('base64url');
    this.id = createHash('sha256').update(raw).digest('hex');
  }

  sign(payload: string): string {
    return sign(null, Buffer.from(payload), this.#key).toString('base64url');
  }
}

export interface RawConnect {
  readonly role: 'operator' | 'node';
  readonly device?: RawDevice;
  readonly auth?: Readonly<Record<string, string>>;
  readonly client?: Json;
  readonly scopes?: readonly string[];
  readonly caps?: readonly string[];
  readonly commands?: readonly string[];
  readonly protocol?: readonly [minimum: number, maximum: number];
  readonly payloadVersion?: 2 | 3;
  /** Of the upgrade. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Last changes to the parameters, to make them wrong. */
  readonly change?: (params: Record<string, unknown>) => void;
}

export interface RawClose {
  readonly code: number;
  readonly reason: string;
}

export type RawAnswer = Readonly<{ ok: true; payload: Json } | { ok: false; error: ErrorShape }>;

/** A client of raw frames, for conversations that are held with the double and the real gateway alike. Trusts any certificate. */
export class RawClient {
  readonly events: Readonly<{ event: string; payload: Json; seq?: number }>[] = [];
  readonly closed: Promise<RawClose>;
  /** What came with the admission. */
  hello: Json = {};
  /** Answers to requests that were answered already. */
  readonly late: Frame[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (answer: RawAnswer) => void>();
  readonly #watchers = new Set<() => void>();
  #close: RawClose | undefined;
  #next = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString()) as Frame));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#close = { code, reason: reason.toString() };
        for (const answer of this.#waiting.values()) answer({ ok: false, error: { code: 'CLOSED', message: '' } });
        this.#changed();
        resolve(this.#close);
      });
    });
    socket.on('error', () => undefined);
  }

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<RawClient> {
    const socket = new WebSocket(url, { rejectUnauthorized: false, perMessageDeflate: false, headers: { ...headers } });
    const client = new RawClient(socket);
    await once(socket, 'open');
    return client;
  }

  /** Opens, waits for the challenge, and connects. */
  static async connect(url: string, options: RawConnect): Promise<Readonly<{ client: RawClient; answer: RawAnswer }>> {
    const client = await RawClient.open(url, options.headers);
    const challenge = await client.event('connect.challenge');
    const answer = await client.request('connect', connectParams(options, challenge));
    if (answer.ok) client.hello = answer.payload;
    return { client, answer };
  }

  request(method: string, params: unknown = {}): Promise<RawAnswer> {
    this.#next += 1;
    const id = String(this.#next);
    const answer = new Promise<RawAnswer>((resolve) => this.#waiting.set(id, resolve));
    this.raw(JSON.stringify({ type: 'req', id, method, params }));
    return answer;
  }

  raw(text: string): void {
    this.#socket.send(text);
  }

  /** The first event of that name that suits, also one that has come already. */
  event(name: string, suits: (payload: Json) => boolean = () => true, timeout = 30_000): Promise<Json> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.events.find((one) => one.event === name && suits(one.payload));
        if (found === undefined && this.#close === undefined) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        if (found === undefined) reject(new Error(`closed before ${name}: ${JSON.stringify(this.#close)}`));
        else resolve(found.payload);
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new Error(`no event ${name}; there were ${this.events.map((one) => one.event).join(' ')}`));
      }, timeout);
      this.#watchers.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    this.#socket.close(1000);
    await this.closed;
  }

  #receive(frame: Frame): void {
    if (frame.type === 'event') {
      const payload = isJson(frame.payload) ? frame.payload : {};
      this.events.push({ event: frame.event, payload, ...(frame.seq === undefined ? {} : { seq: frame.seq }) });
      this.#changed();
    } else if (frame.type === 'res') {
      const { ok, payload, error } = frame;
      const refusal = error ?? { code: 'NONE', message: '' };
      const answer: RawAnswer = ok ? { ok, payload: payload as Json } : { ok: false, error: refusal };
      if (!this.#waiting.has(frame.id)) this.late.push(frame);
      this.#waiting.get(frame.id)?.(answer);
      this.#waiting.delete(frame.id);
    }
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

const NODE = { id: 'node-host', version: '1', platform: 'linux', deviceFamily: 'Linux', mode: 'node' };
const OPERATOR = { id: 'gateway-client', version: '1', platform: 'linux', deviceFamily: 'Linux', mode: 'ui' };

function connectParams(options: RawConnect, challenge: Json): Json {
  const { role, device, payloadVersion = 3, protocol = [4, 4] } = options;
  const client: Json = { ...(role === 'node' ? NODE : OPERATOR), ...options.client };
  const scopes = options.scopes ?? [];
  const auth = options.auth ?? {};
  const signedAt = Number(challenge['ts']);
  const nonce = textAt(challenge, 'nonce') ?? '';
  const token = auth['token'] ?? auth['deviceToken'] ?? auth['bootstrapToken'] ?? '';
  const base = [client['id'], client['mode'], role, scopes.join(','), signedAt, token, nonce];
  const metadata = [textAt(client, 'platform') ?? '', textAt(client, 'deviceFamily') ?? ''].map((word) =>
    word.toLowerCase(),
  );
  const params: Record<string, unknown> = {
    minProtocol: protocol[0],
    maxProtocol: protocol[1],
    client,
    role,
    scopes,
    caps: options.caps ?? [],
    ...(role === 'node' ? { commands: options.commands ?? [] } : {}),
    auth,
    userAgent: 'clawreach-test/1',
  };
  if (device !== undefined) {
    const fields = payloadVersion === 3 ? ['v3', device.id, ...base, ...metadata] : ['v2', device.id, ...base];
    const signature = device.sign(fields.join('|'));
    params['device'] = { id: device.id, publicKey: device.publicKey, signature, signedAt, nonce };
  }
  options.change?.(params);
  return params;
}
