import type { PageAgent } from '#agent/page/index.ts';
import type { AppTransport } from '#shared/app-api/index.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { LogFields, Logger } from '#shared/logger.ts';
import { openPageAgent } from '../agent/index.ts';
import { pageClock } from '../clock/index.ts';
import { openPageStore, type PageStore } from '../store/index.ts';
import { MessageTransport } from '../transports/index.ts';
import { createWorkerWebRtc } from '../webrtc/index.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** Parts of a worker's global scope that the agent uses. */
export type WorkerScope = Readonly<{
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}>;

/** Runs the agent of a page in this worker, as the page asks (`openWorkerAgent`). Its keys and secrets never leave the worker. */
export function runWorker(scope: WorkerScope): void {
  const tell = (message: FromWorker, transfer: Transferable[] = []): void => scope.postMessage(message, transfer);
  const logger = sendingLogger(tell);
  /** Transports to other tabs, by the names of their channels. */
  const tabs = new Map<string, AppTransport>();
  let store: PageStore | undefined;
  let agent: PageAgent | undefined;

  const open = async ({ options, webRtcProblem }: ToWorker & { kind: 'open' }): Promise<void> => {
    try {
      store = await openPageStore({
        account: options.account,
        keeps: options.keeps ?? true,
        onProblem: (code) => logger.warn('a document could not be saved', { errorCode: code }),
      });
      agent = await openPageAgent({
        store,
        logger,
        version: options.version,
        deviceName: options.deviceName,
        personName: options.personName,
        relayUrl: options.relayUrl,
        loopback: options.loopback,
        webrtc: createWorkerWebRtc({
          clock: pageClock,
          problem: webRtcProblem,
          request: (port, request) => tell({ kind: 'peer', port, request }, [port]),
        }),
      });
      tell({ kind: 'opened', peerId: agent.peerId });
    } catch (error) {
      store?.close();
      tell({ kind: 'failed', code: errorCode(error), message: errorMessage(error) });
    }
  };
  const close = async (reason: string): Promise<void> => {
    try {
      for (const transport of tabs.values()) transport.close();
      await agent?.close(reason);
    } catch (error) {
      logger.error('the agent could not be closed', { errorCode: errorCode(error) });
    }
    store?.close();
    tell({ kind: 'closed' });
  };
  const serveTab = (name: string): void => {
    if (agent === undefined || tabs.has(name)) return;
    const channel = new BroadcastChannel(name);
    const transport = new MessageTransport(channel);
    tabs.set(name, transport);
    channel.postMessage('agent');
    agent.serve(transport);
  };
  scope.addEventListener('message', ({ data }) => {
    switch (data.kind) {
      case 'open':
        void open(data);
        return;
      case 'start':
        agent?.start();
        return;
      case 'serve':
        agent?.serve(new MessageTransport(data.port));
        return;
      case 'serve-tab':
        serveTab(data.channel);
        return;
      case 'end-tab':
        tabs.get(data.channel)?.close();
        tabs.delete(data.channel);
        return;
      case 'network-changed':
        agent?.networkChanged();
        return;
      default:
        void close(data.reason);
    }
  });
}

/** Log of the page. Fields are plain values, or they couldn't be sent. */
function sendingLogger(tell: (message: FromWorker) => void, bound: LogFields = {}): Logger {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void =>
      tell({ kind: 'log', level, message, fields: plain({ ...bound, ...fields }) });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => sendingLogger(tell, { ...bound, ...fields }),
  };
}

function plain(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : String(value),
    ]),
  );
}
