import { useSyncExternalStore } from 'react';

/**
 * State of the notifications of this browser. `unsupported`: it has none for pages, or this page doesn't come by TLS; `off`: no one has asked for them;
 * `blocked`: the browser refuses them.
 */
export type NoticeState = 'unsupported' | 'off' | 'on' | 'blocked';

const KEY = 'dashboard.notices';
const listeners = new Set<() => void>();

/** Returns the state, and renders again when it changes here. */
export function useNoticeState(): NoticeState {
  return useSyncExternalStore((changed) => {
    listeners.add(changed);
    // The permission may have been changed in the browser's settings meanwhile.
    document.addEventListener('visibilitychange', changed);
    return () => {
      listeners.delete(changed);
      document.removeEventListener('visibilitychange', changed);
    };
  }, readNoticeState);
}

/** Returns the state now. */
export function readNoticeState(): NoticeState {
  // Phones show notifications of service workers only.
  if (!('Notification' in window) || !('serviceWorker' in navigator)) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  return Notification.permission === 'granted' && isWanted() ? 'on' : 'off';
}

/** Turns notifications on, for which the browser asks the person, or off. Called by a click: browsers refuse the question otherwise. */
export async function setNotices(on: boolean): Promise<void> {
  try {
    if (on) localStorage.setItem(KEY, 'on');
    else localStorage.removeItem(KEY);
  } catch {
    // A browser that stores nothing for pages has no notifications for them either.
  }
  if (on && Notification.permission === 'default') await Notification.requestPermission();
  for (const listener of listeners) listener();
}

function isWanted(): boolean {
  try {
    return localStorage.getItem(KEY) === 'on';
  } catch {
    return false;
  }
}
