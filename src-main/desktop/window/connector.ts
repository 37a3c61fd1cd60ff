import type { IpcMainEvent, MessageChannelMain, WebContents, WebFrameMain } from 'electron';
import type { AppTransport } from '#shared/app-api/index.ts';
import type { Logger } from '#shared/logger.ts';
import { APP_ORIGIN } from '../app-scheme.ts';
import { PORT_CHANNEL } from '../channels.ts';
import { MainPortTransport } from './port-transport.ts';

export type ConnectEvent = Readonly<{ sender: unknown; senderFrame: SenderFrame | null }>;
/** Part of a message's frame that is used. */
export type SenderFrame = Pick<WebFrameMain, 'url' | 'parent' | 'postMessage'>;
export type ConnectedContents = Pick<WebContents, 'on'> & Readonly<{ mainFrame: unknown }>;

export type ConnectorOptions = Readonly<{
  createChannel: () => Pick<MessageChannelMain, 'port1' | 'port2'>;
  attach: (transport: AppTransport) => void;
  /** Called when the page is ready, and when it is gone. */
  listening: (listening: boolean) => void;
  logger: Logger;
}>;

/**
 * Connector of the window's page: gives the page its message port, over which it calls the application and the agent; one per load, and only our own
 * page in the main frame. Created by `createShell`.
 */
export class Connector {
  readonly #options: ConnectorOptions;
  #contents: ConnectedContents | undefined;
  #transport: AppTransport | undefined;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /** Accepts connections from this window's page, and from no other. */
  follow(contents: ConnectedContents): void {
    this.#contents = contents;
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.#disconnect(contents);
    });
    contents.on('render-process-gone', () => this.#disconnect(contents));
    contents.on('destroyed', () => this.#disconnect(contents));
  }

  /** Reports whether a message comes from the page of the window, in its main frame. */
  readonly isOwnPage = ({ sender, senderFrame }: Pick<ConnectEvent, 'sender' | 'senderFrame'>): boolean =>
    this.#contents !== undefined &&
    sender === this.#contents &&
    senderFrame !== null &&
    isOwnPage(this.#contents, senderFrame);

  /** Handles the message `CONNECT_CHANNEL`, with which a page requests its port. */
  readonly connect = (event: ConnectEvent | IpcMainEvent): void => {
    const { createChannel, attach, listening, logger } = this.#options;
    const frame = event.senderFrame;
    const contents = this.#contents;
    if (contents === undefined || event.sender !== contents || frame === null || !isOwnPage(contents, frame)) {
      logger.warn('a connection was requested from outside the window');
      return;
    }
    this.#disconnect(contents);
    const { port1, port2 } = createChannel();
    frame.postMessage(PORT_CHANNEL, null, [port2]);
    const transport = new MainPortTransport(port1, () => listening(true));
    this.#transport = transport;
    attach(transport);
  };

  #disconnect(contents: ConnectedContents): void {
    if (this.#contents !== contents || this.#transport === undefined) return;
    this.#transport.close();
    this.#transport = undefined;
    this.#options.listening(false);
  }
}

function isOwnPage(contents: ConnectedContents, frame: SenderFrame): boolean {
  return frame === contents.mainFrame && frame.parent === null && frame.url.startsWith(`${APP_ORIGIN}/`);
}
