import type { Clock } from '#shared/clock.ts';
import {
  createMemoryChannelPair,
  createSession,
  type IncomingStream,
  type RecordCipher,
  type Session,
} from '#shared/link/index.ts';

/** Session in memory, over which a plain relay's requests reach this agent's own services. */
export type LocalLink = Readonly<{ session: Session; close(): void }>;

/** No cipher: the records never leave this process. */
const COPY: RecordCipher = {
  seal: (plaintext) => [plaintext.slice()],
  open: (ciphertext) => ciphertext.slice(),
};

/**
 * Creates a session of this process with itself. What is opened on it is served like the stream of a peer, with the same rights, limits and credit.
 * @param id 16 bytes, hexadecimal
 * @param serve called with each stream
 */
export function createLocalLink(clock: Clock, id: string, serve: (stream: IncomingStream) => void): LocalLink {
  const near = createSession({ role: 'initiator', id, clock });
  const far = createSession({ role: 'responder', id, clock });
  far.onStream = serve;
  const [left, right] = createMemoryChannelPair();
  far.attachPath({ kind: 'memory', channel: right, send: COPY, receive: COPY, dialed: false });
  near.attachPath({ kind: 'memory', channel: left, send: COPY, receive: COPY, dialed: true });
  const close = (session: Session): void => {
    session.close('link.closed', 'the plain relay is gone').catch(() => undefined);
  };
  return {
    session: near,
    close: () => {
      close(near);
      close(far);
    },
  };
}
