import {
  openGuest,
  parseShareSecret,
  type Guest,
  type GuestState,
  type OpenGuestOptions,
} from '#browser/guest/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { LinkSession, LinkStream, StreamKind } from '#shared/link/index.ts';
import { encodeViewerMessage } from '#shared/terminal/index.ts';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import { silentLogger } from '#shared/logger.ts';

/** What `test/integration/browser/share-links.test.ts` asks of a guest's page in Chromium. */
export type GuestPage = Readonly<{
  /** Opens a share link as a guest. `stream`: what a changed page opens in place of the guest's stream. */
  visit(link: string, name: string, stream?: OpenGuestOptions['stream']): Promise<void>;
  state(): GuestState;
  /** All that the terminal has shown since the last screen, its columns and rows, and the kinds of states so far. */
  shown(): Readonly<{ text: string; screens: number; size: string; kinds: readonly string[] }>;
  type(text: string): void;
  leave(): void;
  /** Types past the checks of the page. */
  force(text: string): Promise<void>;
  /** Opens another stream. @returns the code of the refusal */
  open(kind: StreamKind, params: Record<string, unknown>): Promise<string>;
  /** Names of the databases of this origin. */
  stored(): Promise<readonly string[]>;
}>;

let guest: Guest | undefined;
let inner: Readonly<{ session: LinkSession; stream: LinkStream }> | undefined;
let current: GuestState = { kind: 'connecting' };
let text = '';
let screens = 0;
let size = '';
const kinds: string[] = [];

const page: GuestPage = {
  async visit(link, name, stream) {
    const { hash, host, protocol } = new URL(link);
    const secret = parseShareSecret(hash);
    if (secret === undefined) throw new Error('no link');
    guest = await openGuest({
      relayUrl: `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`,
      secret,
      name,
      logger: silentLogger,
      stream,
      onSession: (session, stream) => {
        inner = { session, stream };
      },
      onState: (state) => {
        current = state;
        if (kinds.at(-1) !== state.kind) kinds.push(state.kind);
      },
      onEvent: (event) => {
        if (event.type === 'screen') {
          text = '';
          screens += 1;
          size = `${event.cols}x${event.rows}`;
        } else if (event.type === 'output') text += fromUtf8(event.bytes);
      },
    });
  },
  state: () => current,
  shown: () => ({ text, screens, size, kinds }),
  type: (typed) => guest?.type(toUtf8(typed)),
  leave: () => guest?.leave(),
  async force(typed) {
    await inner?.stream.write(encodeViewerMessage({ type: 'input', bytes: toUtf8(typed) })).catch(() => undefined);
  },
  async open(kind, params) {
    try {
      const stream = inner?.session.open(kind, params);
      await stream?.opened;
      return 'opened';
    } catch (error) {
      const code = error instanceof ClawReachError ? error.details['code'] : undefined;
      return typeof code === 'string' ? code : errorCode(error);
    }
  },
  stored: async () => [
    ...(await indexedDB.databases()).map(({ name }) => String(name)),
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
  ],
};

Object.assign(globalThis, { page });
