import { useSyncExternalStore } from 'react';
import { PAGE_LOCK, PAGE_SERVICE_WORKER, PAGE_TRUSTED_TYPES } from '#shared/relay-page/index.ts';
import { goTo } from '../router/index.ts';
import { readPageId } from './page-id.ts';

/** Interval between two questions whether the relay has a new version, ms; it is asked only while the page is shown. */
const LOOK_EVERY = 3_600_000;

/** Event of the page that leads to a request whose notification was clicked. A window that shows it prevents the default, which opens its place. */
export const SHOW_REQUEST = 'clawreach:show-request';

/** Part of the Trusted Types API that is used here; not in every browser. */
type TrustedTypes = Readonly<{
  createPolicy(
    name: string,
    rules: Readonly<{ createScriptURL(): string }>,
  ): Readonly<{ createScriptURL(url: string): unknown }>;
}>;

const listeners = new Set<() => void>();
let isUpdateReady = false;

/**
 * Keeps the files of this page on this device, so that it opens without a network, and looks for new versions. Does nothing where browsers have no service
 * workers: on a relay without TLS, and in some private windows.
 */
export async function keepOfflineFiles(): Promise<void> {
  const id = readPageId();
  if (id === undefined || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  // Held until the page ends: the files of its version stay for so long.
  void navigator.locks.request(`${PAGE_LOCK}${id}`, { mode: 'shared' }, () => new Promise(() => undefined));
  serviceWorker.addEventListener('controllerchange', () => void compareVersions(id));
  serviceWorker.addEventListener('message', ({ data }: MessageEvent<unknown>) => show(data));
  try {
    const registration = await serviceWorker.register(trustedUrl(), { scope: '/', updateViaCache: 'none' });
    const look = (): void => {
      if (document.visibilityState === 'visible') void registration.update().catch(() => undefined);
    };
    setInterval(look, LOOK_EVERY);
    document.addEventListener('visibilitychange', look);
    await compareVersions(id);
  } catch {
    // The page runs as well without stored files; private windows refuse them.
  }
}

/** Returns whether a newer version of the page is on this device, and renders again when one comes. */
export function useUpdate(): boolean {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    () => isUpdateReady,
  );
}

/** Asks the service worker that answers this page for its version. Another one than the page's has stored the files of a newer one. */
async function compareVersions(id: string): Promise<void> {
  const { controller } = navigator.serviceWorker;
  if (controller === null) return;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<unknown>((resolve) => {
    port1.addEventListener('message', ({ data }: MessageEvent<unknown>) => resolve(data), { once: true });
    port1.start();
  });
  controller.postMessage('version', [port2]);
  const version = await answer;
  port1.close();
  const next = typeof version === 'string' && version !== id;
  if (next === isUpdateReady) return;
  isUpdateReady = next;
  for (const listener of listeners) listener();
}

/** Goes to the place of a notification that was clicked. */
function show(data: unknown): void {
  if (typeof data !== 'object' || data === null || !('kind' in data) || data.kind !== 'show') return;
  // A window that shows the request goes there itself.
  if (
    'request' in data &&
    !window.dispatchEvent(new CustomEvent(SHOW_REQUEST, { detail: data.request, cancelable: true }))
  )
    return;
  if ('path' in data && typeof data.path === 'string' && /^\/(?![/\\])/.test(data.path)) goTo(data.path);
}

/** Returns the path of the service worker, marked as a script that may run. The types of the platform don't know trusted ones yet. */
function trustedUrl(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (trustedTypes === undefined) return PAGE_SERVICE_WORKER;
  const policy = trustedTypes.createPolicy(PAGE_TRUSTED_TYPES[1], { createScriptURL: () => PAGE_SERVICE_WORKER });
  return policy.createScriptURL(PAGE_SERVICE_WORKER) as string;
}
