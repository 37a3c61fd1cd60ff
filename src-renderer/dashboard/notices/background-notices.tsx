import { lazy, Suspense, useEffect, useState, type ComponentType, type ReactElement } from 'react';
import { keptAccount } from '../kept-keys/index.ts';
import { useNoticeState } from './permission.ts';

/** Watch that asks the agent. A page that can't load it, such as without a network, is shown without notifications. */
const PageNotices = lazy(async (): Promise<Readonly<{ default: ComponentType<Readonly<{ account: string }>> }>> => {
  try {
    return { default: await (await import('./watch/index.ts')).loadPageNotices() };
  } catch {
    return { default: () => null };
  }
});

/**
 * Shows the notifications of this browser on pages around the window, where nothing else asks the agent. Loads and starts it only for a person who wants
 * notifications, in a browser that has keys of the account.
 */
export function BackgroundNotices({ account }: Readonly<{ account: string }>): ReactElement | null {
  const isOn = useNoticeState() === 'on';
  const hasKeys = useKeyHolder(isOn) === account;
  if (!isOn || !hasKeys) return null;
  return (
    <Suspense fallback={null}>
      <PageNotices account={account} />
    </Suspense>
  );
}

/** Returns the account whose keys this browser has, and renders again when that changes. Undefined while it isn't asked, or there are none. */
function useKeyHolder(isAsked: boolean): string | undefined {
  const [holder, setHolder] = useState<string>();
  useEffect(() => {
    if (!isAsked) return;
    let isOver = false;
    const look = (): void => {
      // A browser that stores nothing has no keys.
      void keptAccount().then(
        (kept) => {
          if (!isOver) setHolder(kept);
        },
        () => undefined,
      );
    };
    look();
    // Another tab may have paired this browser meanwhile.
    document.addEventListener('visibilitychange', look);
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', look);
    };
  }, [isAsked]);
  return holder;
}
