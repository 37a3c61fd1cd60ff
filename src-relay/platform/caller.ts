import type { RelayRequest, SocketArrival } from '../http/index.ts';

/** Account that sent a request, and the session by which the relay knows it. */
export type AccountCaller = Readonly<{
  kind: 'account';
  /** ID of the account, 32 hexadecimal digits. */
  account: string;
  session: Readonly<{
    id: string;
    /** `web`: a browser's cookie. `api`: an API token, which is never stepped up. */
    kind: 'web' | 'api';
    /** Time of the last password or passkey, Unix ms; undefined for none. */
    strongAt: number | undefined;
  }>;
}>;

/** Sender of a request: an account that is signed in and not disabled, or anyone. */
export type Caller = Readonly<{ kind: 'none' }> | AccountCaller;

/** Parts of a request or an upgrade that say who sent it. */
export type Credentials = Pick<RelayRequest & SocketArrival, 'cookie' | 'bearer' | 'address' | 'headers'>;

/** Identifies callers. The accounts implement it, with the database. */
export interface Callers {
  /** Returns the caller; `none` for a session that has ended, and for a disabled account. */
  of(request: Credentials): Promise<Caller>;

  /** Reports whether a session still counts: it may end while a request waits for its body. @param session ID of `AccountCaller` */
  isCurrent(session: string): Promise<boolean>;
}
