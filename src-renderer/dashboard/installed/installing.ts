import { useSyncExternalStore } from 'react';

/** Event with which a browser offers to install the page. Chromium has it. */
type InstallEvent = Event & Readonly<{ prompt(): Promise<Readonly<{ outcome: 'accepted' | 'dismissed' }>> }>;

/**
 * State of the installation. `offered`: a click installs; `by-menu`: the browser has a command for it; `share-sheet`: so has Safari on iOS, among what it
 * shares; `insecure`: browsers install only pages that come by TLS; `installed`: this window is the application.
 */
export type InstallState = 'offered' | 'by-menu' | 'share-sheet' | 'insecure' | 'installed';

const listeners = new Set<() => void>();
let offer: InstallEvent | undefined;
let isInstalled = false;

/** Keeps the browser's offer for the settings, and its own bar out of the way. Called before anything is shown: the offer comes once. */
export function keepInstallOffer(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer = event as InstallEvent;
    announce();
  });
  window.addEventListener('appinstalled', () => {
    offer = undefined;
    isInstalled = true;
    announce();
  });
}

/** Shows the browser's question. A refused offer comes again when the browser thinks so. */
export async function install(): Promise<void> {
  const asked = offer;
  offer = undefined;
  announce();
  await asked?.prompt();
}

/** Returns the state of the installation, and renders again when it changes. */
export function useInstallState(): InstallState {
  return useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => void listeners.delete(changed);
  }, read);
}

function read(): InstallState {
  if (isInstalled || matchMedia('(display-mode: standalone)').matches) return 'installed';
  if (!window.isSecureContext) return 'insecure';
  if (offer !== undefined) return 'offered';
  return isAppleTouch() ? 'share-sheet' : 'by-menu';
}

/** Reports whether this is iOS or iPadOS, which calls itself a Mac. */
function isAppleTouch(): boolean {
  const { platform, maxTouchPoints } = navigator;
  return /^(?:iPhone|iPad|iPod)/.test(platform) || (platform.startsWith('Mac') && maxTouchPoints > 1);
}

function announce(): void {
  for (const listener of listeners) listener();
}
