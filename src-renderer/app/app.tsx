import { CSPProvider } from '@base-ui/react/csp-provider';
import { useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { useLanguage } from '../locale/index.ts';
import { ApiProvider, connectApi, ReconnectingClient, useApp } from '../store/index.ts';
import { useLanguageSetting } from './language.ts';
import { AppLayout } from './layout/layout.tsx';
import { PageBoundary } from './layout/page-boundary.tsx';
import { StartScreen } from './layout/start-screen.tsx';
import { useTheme } from './theme.ts';

export type AppProps = Readonly<{
  /** Connects to the agent; undefined: to the one that the application or the web server of the page has. */
  connect?: (() => Promise<AppApiClient>) | undefined;
  /** Shown beside the layout, within its connection. */
  children?: ReactNode;
}>;

/**
 * The whole window: connects to the agent (`ReconnectingClient`), shows the start screen until the agent has answered everything, and then the layout.
 * From then on the layout stays mounted during a reconnect, so that typed input isn't lost.
 */
export function App({ connect = connectApi, children }: AppProps): ReactElement {
  const [api, setApi] = useState<AppApiClient>();
  const [problem, setProblem] = useState<unknown>();
  const client = useRef<ReconnectingClient>(undefined);
  const isLoaded = useHasBeenReady();
  useTheme();
  useLanguageSetting();
  // A new language renders everything; memoised components subscribe to it themselves.
  useLanguage();
  useEffect(() => {
    const connection = new ReconnectingClient({
      connect,
      onApi: setApi,
      onProblem: (error) => setProblem(error),
    });
    client.current = connection;
    return () => connection.stop();
  }, [connect]);
  const retry = (): void => client.current?.retry();
  return (
    <CSPProvider disableStyleElements>
      {api === undefined || !isLoaded ? (
        <StartScreen problem={problem} onRetry={retry} />
      ) : (
        <ApiProvider value={api}>
          <PageBoundary>
            <AppLayout problem={problem} onRetry={retry} />
            {children}
          </PageBoundary>
        </ApiProvider>
      )}
    </CSPProvider>
  );
}

/** Reports whether the store has been filled once. A part of it would show the first run to a person who has machines. */
function useHasBeenReady(): boolean {
  const isReady = useApp(({ connection }) => connection === 'ready');
  const [was, setWas] = useState(isReady);
  if (isReady && !was) setWas(true);
  return was || isReady;
}
