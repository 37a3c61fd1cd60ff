/** Form of a data connection to the relay: plain bytes after an HTTP upgrade, or WebSocket messages whose boundaries carry no meaning. */
export type DataConnectionForm = 'raw' | 'websocket';

/** Cache of the form of data connection that works with a relay. Entries expire after a day, since networks change. */
export interface DataConnectionFormCache {
  recall(authority: string): DataConnectionForm | undefined;
  remember(authority: string, form: DataConnectionForm): void;
}
