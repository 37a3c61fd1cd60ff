import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { ApiProvider, ReconnectingClient, useApp } from '../../../store/index.ts';
import { useDashboard } from '../../api/index.ts';
import { beginVisit, endVisit, rejoinMachine } from '../../machine-agent/index.ts';
import { addressOf, goTo } from '../../router/index.ts';
import { keepClickedRequest } from './clicked-request.ts';
import { RequestNotices } from './request-notices.tsx';

/** Connects a page around the window to the agent of this browser, and shows the notifications that the window would. A click leads to the window. */
export function PageNotices({ account }: Readonly<{ account: string }>): ReactElement | null {
  const { client } = useDashboard();
  const [api, setApi] = useState<AppApiClient>();
  const own = useApp(({ status }) => status?.device.peerId);
  const path = own === undefined ? undefined : addressOf({ page: 'terminal', device: own });
  useEffect(() => {
    beginVisit(account);
    const connection = new ReconnectingClient({
      connect: async () => await rejoinMachine(client),
      onApi: setApi,
      // The next attempt follows by itself, and the pages need nothing of the agent.
      onProblem: () => undefined,
    });
    return () => {
      connection.stop();
      endVisit();
    };
  }, [client, account]);
  const show = useCallback(
    (request: number | string) => {
      if (path === undefined) return;
      keepClickedRequest(request);
      goTo(path);
    },
    [path],
  );
  if (api === undefined) return null;
  return (
    <ApiProvider value={api}>
      <RequestNotices path={path} onShow={show} />
    </ApiProvider>
  );
}
