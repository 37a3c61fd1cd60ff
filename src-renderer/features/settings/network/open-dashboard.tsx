import { ExternalLink } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { explain, text } from '../../../locale/index.ts';
import { notify, openLink, useApi, useApp } from '../../../store/index.ts';
import { Button } from '../../../ui/index.ts';
import { FactRow, Facts } from '../section.tsx';

/**
 * Part of the relay's section that opens the page for accounts in the system's browser, at this machine's project. Nothing while the relay has no such page.
 * The page comes from the relay, so it isn't shown in this window (ADR 56).
 */
export function OpenDashboard(): ReactElement | null {
  const api = useApi();
  const facts = useApp((state) => state.facts);
  const isOnline = useApp(({ status }) => status?.relay.state === 'online');
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!isOnline) return undefined;
    const closing = new AbortController();
    api.call('account.dashboard', {}, { signal: closing.signal }).then(
      (answer) => setUrl(answer.url ?? undefined),
      // A relay that doesn't say has none.
      () => undefined,
    );
    return () => {
      closing.abort();
      setUrl(undefined);
    };
  }, [api, isOnline]);
  if (url === undefined) return null;
  const open = (): void => {
    openLink(api, facts, url).catch((error: unknown) => notify({ tone: 'bad', text: explain(error).what }));
  };
  return (
    <Facts>
      <FactRow name={text('settings.relay.dashboard')} meaning={text('settings.relay.dashboard.text')}>
        <Button icon={<ExternalLink />} onClick={open}>
          {text('settings.relay.dashboard.open')}
        </Button>
      </FactRow>
    </Facts>
  );
}
