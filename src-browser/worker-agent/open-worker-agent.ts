import type { AppTransport } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { MessageTransport } from '../transports/index.ts';
import { PagePeers, webRtcProblem } from '../webrtc/index.ts';
import type { FromWorker, ToWorker, WorkerAgentOptions } from '../worker/index.ts';

/** Longest time in which the agent saves everything and closes, ms. The worker is ended then. */
const CLOSE_WITHIN = 3000;

export type OpenWorkerAgentOptions = WorkerAgentOptions &
  Readonly<{
    logger: Logger;
    /** Starts the worker whose script is `src-browser/worker/worker-main.ts`. */
    createWorker(): Worker | Promise<Worker>;
  }>;

/** Agent of a page that runs in a worker of it. It ends with the page. */
export type WorkerAgent = Readonly<{
  peerId: string;
  /** Connects to the relay. */
  start(): void;
  /** Connects a user interface of this tab. */
  connect(): AppTransport;
  /** Serves a user interface of another tab, over the BroadcastChannel of that name. */
  serveTab(channel: string): Readonly<{ end(): void }>;
  /** Checks the connections: the browser says that it is online again, or the page was frozen. */
  networkChanged(): void;
  /** Closes links and the relay connection, saves everything, and ends the worker. Idempotent. */
  close(reason: string): Promise<void>;
  /** Rejects when the worker has failed. */
  failure: Promise<never>;
}>;

/** Failure of the worker itself. Code `agent.worker`. */
class WorkerError extends ClawReachError {
  override readonly name = 'WorkerError';
}

/**
 * Opens the agent of this page in a worker: its keys, ciphers, links and stores are there, so that none of it delays the page. The page makes WebRTC
 * connections for it, and carries none of their bytes.
 * @throws the error with which the agent can't be created, by its code; `agent.worker` if the worker can't run
 */
export async function openWorkerAgent(options: OpenWorkerAgentOptions): Promise<WorkerAgent> {
  const { logger, createWorker, version, account, deviceName, personName, relayUrl, keeps, loopback } = options;
  const worker = await createWorker();
  const peers = new PagePeers();
  const tell = (message: ToWorker, transfer: Transferable[] = []): void => worker.postMessage(message, transfer);
  const opened = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  let isOver = false;
  const end = (): void => {
    isOver = true;
    peers.close();
    worker.terminate();
    closed.resolve();
  };
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const error = new WorkerError('agent.worker', event.message === '' ? 'the worker does not start' : event.message);
    end();
    opened.reject(error);
    failed.reject(error);
  });
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    switch (data.kind) {
      case 'opened':
        opened.resolve(data.peerId);
        return;
      case 'failed':
        end();
        opened.reject(new ClawReachError(data.code, data.message));
        return;
      case 'peer':
        peers.take(data.port, data.request);
        return;
      case 'log':
        logger[data.level](data.message, data.fields);
        return;
      default:
        closed.resolve();
    }
  });
  tell({
    kind: 'open',
    options: { version, account, deviceName, personName, relayUrl, keeps, loopback },
    webRtcProblem: webRtcProblem(),
  });
  const peerId = await opened.promise;
  let closing: Promise<void> | undefined;
  const close = async (reason: string): Promise<void> => {
    if (isOver) return;
    tell({ kind: 'close', reason });
    await Promise.race([closed.promise, new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN))]);
    end();
  };
  return {
    peerId,
    start: () => tell({ kind: 'start' }),
    connect: () => {
      const { port1, port2 } = new MessageChannel();
      tell({ kind: 'serve', port: port2 }, [port2]);
      return new MessageTransport(port1);
    },
    serveTab: (channel) => {
      tell({ kind: 'serve-tab', channel });
      return { end: () => tell({ kind: 'end-tab', channel }) };
    },
    networkChanged: () => tell({ kind: 'network-changed' }),
    close: async (reason) => {
      closing ??= close(reason);
      await closing;
    },
    failure: failed.promise,
  };
}
