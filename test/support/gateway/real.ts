import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { isJson, type Json } from './frames.ts';

/** The version that the tests are about. */
export const OPENCLAW_VERSION = '2026.9.6';
/** Starting takes 9 to 25 s on two idle cores. */
const START_TIMEOUT = 240_000;
const STOP_TIMEOUT = 60_000;

/** Where `npm run test:gateway` puts the program. */
export function openclawFolder(): string {
  return join(homedir(), '.cache', 'clawreach-test-openclaw', OPENCLAW_VERSION);
}

export function openclawProgram(): string {
  return join(openclawFolder(), 'node_modules', 'openclaw', 'openclaw.mjs');
}

export function isOpenclawInstalled(): boolean {
  return existsSync(openclawProgram());
}

export interface RealGatewayOptions {
  /** Laid over the configuration's top level; `gateway` is merged one level deep. */
  readonly configuration?: Json;
  readonly token?: string;
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it printed, when that is JSON. */
  readonly json: unknown;
}

/** The real OpenClaw gateway on loopback, with TLS and everything of its own in a temporary folder. About 800 MB of memory. */
export class RealGateway {
  readonly token: string;
  readonly port: number;
  readonly folder: string;
  fingerprint = '';
  #configuration: Json;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, token: string, configuration: Json) {
    this.folder = folder;
    this.port = port;
    this.token = token;
    this.#configuration = configuration;
  }

  static async start(options: RealGatewayOptions = {}): Promise<RealGateway> {
    const folder = await mkdtemp(join(tmpdir(), 'clawreach-openclaw-'));
    for (const name of ['home', 'state', 'tmp', 'workspace']) await mkdir(join(folder, name));
    const token = options.token ?? 'lab-token-0123456789abcdef';
    const port = await freePort();
    const gateway = new RealGateway(
      folder,
      port,
      token,
      merge(basic(folder, port, token), options.configuration ?? {}),
    );
    await gateway.#run();
    return gateway;
  }

  get url(): string {
    return `wss://127.0.0.1:${String(this.port)}`;
  }

  get log(): string {
    return join(this.folder, 'gateway.log');
  }

  /** OpenClaw's own command in the gateway's environment. Does not throw for a code other than 0. @param timeout ms */
  cli(words: readonly string[], timeout = STOP_TIMEOUT): Promise<CliResult> {
    return new Promise((resolve, reject) => {
      const options = { env: this.#environment(), timeout, maxBuffer: 16_777_216 };
      execFile(process.execPath, [openclawProgram(), ...words], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code !== 'number') return reject(error ?? new Error('the command did not end'));
        resolve({ code, stdout, stderr, json: parse(stdout) });
      });
    });
  }

  /** Changes the configuration; parts of it need a restart to be seen. */
  async edit(changes: Json): Promise<void> {
    this.#configuration = merge(this.#configuration, changes);
    await this.#writeConfiguration();
  }

  /** @param meanwhile done while it is away */
  async restart(meanwhile?: () => Promise<void>): Promise<void> {
    await this.#end();
    await meanwhile?.();
    await this.#run();
  }

  /** It makes itself another one when it starts. @returns the new fingerprint */
  async replaceCertificate(): Promise<string> {
    await this.#end();
    await rm(join(this.folder, 'state', 'gateway', 'tls'), { recursive: true, force: true });
    await this.#run();
    return this.fingerprint;
  }

  async stop(): Promise<void> {
    await this.#end();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #run(): Promise<void> {
    await this.#writeConfiguration();
    const child = spawn(process.execPath, [openclawProgram(), 'gateway', 'run'], {
      env: this.#environment(),
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const log = createWriteStream(this.log, { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    await until(
      'the real gateway to be ready',
      async () => {
        if (child.exitCode !== null) throw new Error(`openclaw ended: ${await readFile(this.log, 'utf8')}`);
        return (await this.#isReady()) ? true : undefined;
      },
      START_TIMEOUT,
    );
    const pem = await readFile(join(this.folder, 'state', 'gateway', 'tls', 'gateway-cert.pem'));
    this.fingerprint = createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');
  }

  async #end(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
    await ended;
    clearTimeout(limit);
  }

  #isReady(): Promise<boolean> {
    return new Promise((resolve) => {
      const request = get(
        `https://127.0.0.1:${String(this.port)}/readyz`,
        { rejectUnauthorized: false, agent: false, timeout: 5_000 },
        (response) => {
          let text = '';
          response.on('data', (part: Buffer) => {
            text += part.toString();
          });
          response.on('end', () => resolve(text.includes('"ready":true')));
        },
      );
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(false));
    });
  }

  async #writeConfiguration(): Promise<void> {
    await writeFile(join(this.folder, 'openclaw.json'), JSON.stringify(this.#configuration, null, 2), { mode: 0o600 });
  }

  #environment(): NodeJS.ProcessEnv {
    const { PATH = '', LANG, USER, SHELL } = process.env;
    return {
      PATH: [dirname(process.execPath), PATH].join(delimiter),
      ...(LANG === undefined ? {} : { LANG }),
      ...(USER === undefined ? {} : { USER }),
      ...(SHELL === undefined ? {} : { SHELL }),
      HOME: join(this.folder, 'home'),
      TMPDIR: join(this.folder, 'tmp'),
      OPENCLAW_STATE_DIR: join(this.folder, 'state'),
      OPENCLAW_CONFIG_PATH: join(this.folder, 'openclaw.json'),
      OPENCLAW_DISABLE_BONJOUR: '1',
      OPENCLAW_NO_AUTO_UPDATE: '1',
      NO_COLOR: '1',
    };
  }
}

function basic(folder: string, port: number, token: string): Json {
  return {
    gateway: {
      mode: 'local',
      bind: 'loopback',
      port,
      auth: { mode: 'token', token },
      tls: { enabled: true },
      controlUi: { enabled: false },
      nodes: { pairing: { autoApproveLocal: false, sshVerify: false } },
    },
    agents: { defaults: { workspace: join(folder, 'workspace') } },
    plugins: { enabled: false },
    update: { checkOnStart: false },
    logging: { file: join(folder, 'openclaw.log') },
  };
}

/** Objects are laid into each other; everything else is replaced. */
function merge(base: Json, changes: Json): Json {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    const before = merged[name];
    merged[name] = isJson(before) && isJson(value) ? merge(before, value) : value;
  }
  return merged;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
