import { concatBytes } from '#shared/bytes/index.ts';
import {
  COMMANDS,
  credentialsReply,
  METHODS,
  methodReply,
  MOST_MESSAGE,
  readCredentials,
  parseSocksGreeting,
  parseSocksRequest,
  REPLIES,
  requestReply,
  type Read,
} from './socks-messages.ts';

/** Checks a user and password in constant time. */
export type CheckLogin = (user: Uint8Array, password: Uint8Array) => boolean;

/** Request of a SOCKS client: the target to connect to, or for `udp-associate` the address that it will send from. */
export type SocksTarget = Readonly<{ command: 'connect' | 'udp-associate'; host: string; port: number }>;

/** Result of `push`: bytes to send to the client, and the state of the handshake. */
export type SocksStep = Readonly<{
  send: Uint8Array;
  /** `more`: the handshake continues. `refused`: send the bytes, then close. Otherwise the client's request. */
  outcome: 'more' | 'refused' | SocksTarget;
  /** Bytes after the request, which belong to the target. */
  rest: Uint8Array;
}>;

const NOTHING = new Uint8Array(0);

/** Server side of the SOCKS 5 handshake, from the first byte to the client's request. A state machine without a socket; `SocksServer` feeds it. */
export class SocksHandshake {
  readonly #check: CheckLogin | undefined;
  #stage: 'greeting' | 'credentials' | 'request' | 'over' = 'greeting';
  #unread: Uint8Array = NOTHING;

  /** @param check checks user and password; undefined if no login is required */
  constructor(check: CheckLogin | undefined) {
    this.#check = check;
  }

  /** Processes the next bytes from the client. */
  push(bytes: Uint8Array): SocksStep {
    this.#unread = this.#unread.length === 0 ? bytes : concatBytes(this.#unread, bytes);
    const send: Uint8Array[] = [];
    for (;;) {
      const outcome = this.#next(send);
      if (outcome === 'again') continue;
      // A message longer than the longest valid one is invalid. Early data for the target follows the request, so it never counts here.
      const isTooLong = outcome === 'more' && this.#unread.length > MOST_MESSAGE;
      if (outcome !== 'more' || isTooLong) this.#stage = 'over';
      return { send: concatBytes(...send), outcome: isTooLong ? 'refused' : outcome, rest: this.#unread };
    }
  }

  #next(send: Uint8Array[]): 'again' | SocksStep['outcome'] {
    switch (this.#stage) {
      case 'greeting':
        return this.#greeting(send);
      case 'credentials':
        return this.#credentials(send);
      case 'request':
        return this.#request(send);
      case 'over':
        return 'refused';
    }
  }

  #greeting(send: Uint8Array[]): 'again' | 'more' | 'refused' {
    const read = this.#take(parseSocksGreeting(this.#unread));
    if (typeof read === 'string') return read;
    // If no login is required, a client that offers only a password is accepted with any password.
    const wanted = this.#check === undefined ? [METHODS.none, METHODS.password] : [METHODS.password];
    const method = wanted.find((known) => read.methods.includes(known));
    send.push(methodReply(method ?? METHODS.unacceptable));
    if (method === undefined) return 'refused';
    this.#stage = method === METHODS.password ? 'credentials' : 'request';
    return 'again';
  }

  #credentials(send: Uint8Array[]): 'again' | 'more' | 'refused' {
    const read = this.#take(readCredentials(this.#unread));
    if (typeof read === 'string') return read;
    const isAccepted = this.#check === undefined || this.#check(read.user, read.password);
    send.push(credentialsReply(isAccepted));
    this.#stage = 'request';
    return isAccepted ? 'again' : 'refused';
  }

  #request(send: Uint8Array[]): 'more' | 'refused' | SocksTarget {
    const read = this.#take(parseSocksRequest(this.#unread));
    if (typeof read === 'string') return read;
    const { command, target } = read;
    const refuse = (reply: number): 'refused' => {
      send.push(requestReply(reply));
      return 'refused';
    };
    if (target === null) return refuse(REPLIES.addressType);
    switch (command) {
      case COMMANDS.connect:
        // Nothing listens at port 0.
        return target.port === 0 ? refuse(REPLIES.failure) : { command: 'connect', ...target };
      case COMMANDS.udpAssociate:
        return { command: 'udp-associate', ...target };
      default:
        return refuse(REPLIES.command);
    }
  }

  #take<Message>(read: Read<Message>): Message | 'more' | 'refused' {
    if (read === 'more') return 'more';
    if (read === 'wrong') return 'refused';
    this.#unread = this.#unread.subarray(read.length);
    return read.message;
  }
}
