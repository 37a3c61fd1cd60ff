import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { systemClock } from '#node/clock/index.ts';
import { connectControlSocket, listenControlSocket, type ControlListener } from '#node/control-socket/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import {
  AppApiClient,
  WEB_HOST,
  webHostMessage,
  type AppTransport,
  type AppTransportHandlers,
} from '#shared/app-api/index.ts';
import { BrowserShell, startWebHost, WindowSettingsFile, type WebHost } from '../../src-main/web-host/index.ts';
import { temporaryDirectory } from './directories.ts';
import { TestDevice } from './hostile/device.ts';
import { MemoryDocumentFile } from './memory-files.ts';

export const PAGE = '<!doctype html><title>ClawReach</title>';

/** A built window of the test, with a neighbour that nobody may read. */
export function writeRenderer(): string {
  const directory = join(temporaryDirectory(), 'renderer');
  mkdirSync(join(directory, 'assets'), { recursive: true });
  writeFileSync(join(directory, 'index.html'), PAGE);
  writeFileSync(join(directory, 'stories.html'), 'for builders');
  writeFileSync(join(directory, 'assets', 'window-1a2b.js'), 'document.title = "ClawReach";\n');
  writeFileSync(join(directory, 'assets', 'window-1a2b.css'), ':root { color: red }\n');
  writeFileSync(join(directory, 'assets', 'brand.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(directory, 'assets', 'window-1a2b.js.map'), '{}');
  writeFileSync(join(directory, '..', 'secret.js'), 'secret');
  return directory;
}

export type HostScene = Readonly<{
  host: WebHost;
  port: number;
  device: TestDevice;
  agentListener: ControlListener;
  settings: WindowSettingsFile;
  close(): Promise<void>;
}>;

/** A web host before a real agent that listens on a control socket. */
export async function startHostScene(
  change: Partial<Parameters<typeof startWebHost>[0]> = {},
  settingsFile = new MemoryDocumentFile(),
): Promise<HostScene> {
  const device = await TestDevice.create({
    name: 'office',
    dialer: {
      control: () => Promise.reject(new Error('no relay')),
      link: () => Promise.reject(new Error('no relay')),
    },
  });
  device.agent.start();
  const path = join(temporaryDirectory(), 'agent', 'control.sock');
  const agentListener = await listenControlSocket(path, (transport) => device.agent.serve(transport));
  const logger = { ...silent, child: () => silent };
  const settings = new WindowSettingsFile(settingsFile, logger);
  const host = await startWebHost({
    port: 0,
    rendererDirectory: writeRenderer(),
    connectAgent: () => connectControlSocket(path),
    shell: new BrowserShell({
      version: '1.2.3',
      platform: 'linux',
      settings,
      status: () => device.api.call('status.get', {}),
    }),
    logger,
    clock: systemClock,
    crypto: nativeBackend,
    ...change,
  });
  return {
    host,
    port: host.port,
    device,
    agentListener,
    settings,
    close: async () => {
      await host.close();
      await agentListener.close();
      await device.close();
    },
  };
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

export function tokenOf(link: string): string {
  return new URL(link).hash.slice(1);
}

export type Answer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}>;

/** One request, its target and headers as they are given. */
export function ask(
  port: number,
  target: string,
  options: Readonly<{ method?: string; headers?: Readonly<Record<string, string | readonly string[]>> }> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: target,
        method: options.method ?? 'GET',
        agent: false,
        setHost: false,
        headers: { Host: `127.0.0.1:${port}`, ...options.headers } as Record<string, string>,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** How a try to open the window went: open with its first messages, closed with a code, or refused with an HTTP status. */
export type Opened =
  | Readonly<{ kind: 'open'; session: string; transport: BrowserTransport }>
  | Readonly<{ kind: 'closed'; code: number }>
  | Readonly<{ kind: 'refused'; status: number }>;

export function openWindow(
  port: number,
  protocols: readonly string[],
  headers: Readonly<Record<string, string>> = {},
  path: string = WEB_HOST.path,
): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols], {
      headers: { Origin: `http://127.0.0.1:${port}`, ...headers },
      perMessageDeflate: false,
    });
    let session = '';
    let transport: BrowserTransport | undefined;
    socket.on('unexpected-response', (sent, response) => {
      sent.destroy();
      resolve({ kind: 'refused', status: response.statusCode ?? 0 });
    });
    socket.on('error', (error) => {
      if (transport === undefined) reject(error);
    });
    socket.on('close', (code) => resolve({ kind: 'closed', code }));
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) return;
      const message = webHostMessage.parse(JSON.parse(data.toString()));
      if (message.type === 'session') {
        session = message.session;
        return;
      }
      transport = new BrowserTransport(socket);
      resolve({ kind: 'open', session, transport });
    });
  });
}

export const withToken = (link: string): readonly string[] => [WEB_HOST.protocol, `${WEB_HOST.token}${tokenOf(link)}`];
export const withSession = (secret: string): readonly string[] => [WEB_HOST.protocol, `${WEB_HOST.session}${secret}`];

/** A window that must come about. */
export async function mustOpen(
  port: number,
  protocols: readonly string[],
): Promise<Readonly<{ session: string; transport: BrowserTransport; api: AppApiClient }>> {
  const opened = await openWindow(port, protocols);
  if (opened.kind !== 'open') throw new Error(`the window did not open: ${JSON.stringify(opened)}`);
  return { ...opened, api: new AppApiClient(opened.transport) };
}

/** The page's end. */
export class BrowserTransport implements AppTransport {
  readonly socket: WebSocket;
  readonly closeCode: Promise<number>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closeCode = new Promise((resolve) => socket.once('close', resolve));
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    this.socket.send(message);
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.socket.on('message', (data: Buffer) => handlers.message(new Uint8Array(data)));
    this.socket.on('close', () => handlers.closed());
  }

  close(): void {
    this.socket.close();
  }
}
