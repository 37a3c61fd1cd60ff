/** Messages from the page to the worker that holds its WebSocket. */
export type ToSocketWorker =
  | Readonly<{ kind: 'open'; url: string; protocols: readonly string[] }>
  | Readonly<{ kind: 'send'; bytes: ArrayBuffer }>
  /** The page has handled so many received bytes since its last report. */
  | Readonly<{ kind: 'handled'; bytes: number }>
  | Readonly<{ kind: 'close' }>;

/** Messages from that worker to the page. */
export type FromSocketWorker =
  | Readonly<{ kind: 'text'; text: string }>
  | Readonly<{ kind: 'binary'; bytes: ArrayBuffer }>
  /** The operating system has taken so many bytes since the last report. */
  | Readonly<{ kind: 'sent'; bytes: number }>
  | Readonly<{ kind: 'closed'; code: number; wasClean: boolean }>;
