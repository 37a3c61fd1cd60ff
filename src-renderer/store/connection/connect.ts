import { AppApiClient, AppApiError } from '#shared/app-api/index.ts';
import { PortTransport } from './port-transport.ts';
import { connectWebSocket } from './websocket-transport.ts';

/**
 * Object `window.clawreach`, which the application's preload script gives to the page. `connect` asks the application for a MessagePort; `keepFiles`
 * returns a token for files that were dropped or pasted.
 */
type Bridge = Readonly<{
  calls: readonly string[];
  events: readonly string[];
  connect(): void;
  keepFiles?(files: readonly File[]): Promise<string | undefined>;
}>;

declare global {
  interface Window {
    readonly clawreach?: Bridge;
  }
}

/** Longest wait for the MessagePort, ms; the application answers within its own process. */
const PORT_WAIT = 10_000;

/**
 * Connects to the agent: in the application over a MessagePort, in a browser over a WebSocket to the page's origin. `App` passes this function to
 * `ReconnectingClient`.
 * @throws {AppApiError} `control.lost` when no agent answers; `web-host.*` when the server rejects the browser
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
      // The preload script sends the message as this page itself.
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
