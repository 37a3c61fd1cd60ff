import { useEffect } from 'react';
import { MOST_OPEN_TERMINALS, MOST_TITLE_LENGTH, type OpenTerminalView } from '#shared/app-api/index.ts';
import { useApi, useApp } from '../store/index.ts';

/** Wait before the tray is told, ms: titles of programs change often. */
const DELAY = 500;

/** Tells the application which terminals this window has open, for the menu of the tray (`shell.terminals`). A browser has no tray. */
export function useTrayTerminals(): void {
  const api = useApi();
  const hasTray = useApp(({ facts }) => facts?.kind === 'desktop');
  const isReady = useApp(({ connection }) => connection === 'ready');
  const listed = useApp(({ openTerminals }) =>
    JSON.stringify(
      openTerminals
        .filter(({ isLeft, isEnded }) => !isLeft && isEnded !== true)
        .slice(0, MOST_OPEN_TERMINALS)
        .map(viewOf),
    ),
  );
  useEffect(() => {
    if (!hasTray || !isReady) return undefined;
    const terminals = JSON.parse(listed) as OpenTerminalView[];
    const timer = setTimeout(() => {
      // Without an answer the menu stays as it is.
      api.call('shell.terminals', { terminals }).catch(() => undefined);
    }, DELAY);
    return () => clearTimeout(timer);
  }, [api, hasTray, isReady, listed]);
}

function viewOf({ id, peerId, title, folder }: OpenTerminalView): OpenTerminalView {
  return { id, peerId, title: title.slice(0, MOST_TITLE_LENGTH), folder: folder.slice(-MOST_TITLE_LENGTH) };
}
