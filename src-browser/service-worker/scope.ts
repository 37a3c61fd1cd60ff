/** Event of a service worker, which may ask for time. */
export type WaitingEvent = Event & Readonly<{ waitUntil(work: Promise<unknown>): void }>;

/** Request of a page, which the service worker may answer. */
export type FetchEvent = WaitingEvent &
  Readonly<{ request: Request; respondWith(answer: Promise<Response> | Response): void }>;

/** Click on a notification. */
export type NotificationEvent = WaitingEvent & Readonly<{ notification: Notification }>;

/** Message of a page. */
export type PageMessageEvent = WaitingEvent & Readonly<{ data: unknown; ports: readonly MessagePort[] }>;

/** Page within the scope. */
export type PageClient = Readonly<{
  url: string;
  postMessage(message: unknown): void;
  focus(): Promise<PageClient>;
}>;

type Events = Readonly<{
  install: WaitingEvent;
  activate: WaitingEvent;
  fetch: FetchEvent;
  message: PageMessageEvent;
  notificationclick: NotificationEvent;
}>;

/** Parts of a service worker's global scope that are used. The types of pages and of workers exclude each other, and this code is checked with the former. */
export type ServiceWorkerScope = Readonly<{
  location: Readonly<{ origin: string }>;
  caches: CacheStorage;
  navigator: Readonly<{ locks: LockManager }>;
  clients: Readonly<{
    claim(): Promise<void>;
    matchAll(options: Readonly<{ type: 'window' }>): Promise<readonly PageClient[]>;
    openWindow(path: string): Promise<PageClient | null>;
  }>;
  fetch(request: Request | string, options?: RequestInit): Promise<Response>;
  skipWaiting(): Promise<void>;
  addEventListener<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): void;
}>;
