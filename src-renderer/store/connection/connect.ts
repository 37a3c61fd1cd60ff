import { AppApiClient, AppApiError } from '#shared/app-api/index.ts';
import { PortTransport } from './port-transport.ts';
import { connectWebSocket } from './websocket-transport.ts';

/** What the application's preload script gives the page; nothing else. */
type Bridge = Readonly<{ calls: readonly string[]; events: readonly string[]; connect(): void }>;

declare global {
  interface Window {
    readonly clawreach?: Bridge;
  }
}

/** The application answers within its own process; more means that it hangs. */
const PORT_WAIT = 10_000;

/**
 * A new connection to the agent: over the application's port, or in a browser over a WebSocket to where the page came from.
 * @throws {AppApiError} `control.lost` when there is nobody; `web.*` when the browser is not let in.
 */
export async function connectApi(): Promise<AppApiClient> {
  const bridge = window.clawreach;
  return new AppApiClient(
    bridge === undefined ? await connectWebSocket() : new PortTransport(await receivePort(bridge)),
  );
}

function receivePort(bridge: Bridge): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      window.removeEventListener('message', receive);
    };
    const receive = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0];
      // The preload script speaks as this very page.
      if (event.source !== window || event.data !== 'clawreach:port' || port === undefined) return;
      stop();
      resolve(port);
    };
    const timer = setTimeout(() => {
      stop();
      reject(new AppApiError('control.lost', 'the application does not answer'));
    }, PORT_WAIT);
    window.addEventListener('message', receive);
    bridge.connect();
  });
}
