import { CSPProvider } from '@base-ui/react/csp-provider';
import { createRoot } from 'react-dom/client';
import { findShare, openGuest, parseShareRole, parseShareSecret } from '#browser/guest/index.ts';
import { loadDashboardTexts } from '#shared/locales/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { addTextSource } from '../../locale/index.ts';
import { loadFonts } from '../../ui/index.ts';
import { fetchPageFacts, PageInfo } from '../page-facts/index.ts';
import { applyPreferences } from '../preferences/index.ts';
import { GuestPage } from './guest-page.tsx';

/** Renders the page of a share link into the element `root`, once its words and fonts are there. */
export async function startGuest(): Promise<void> {
  const container = document.getElementById('root');
  if (container === null) throw new TypeError('the page has no root');
  const secret = parseShareSecret(location.hash);
  const relayUrl = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`;
  const page = new PageInfo(fetchPageFacts);
  void page.load();
  addTextSource(loadDashboardTexts);
  await Promise.all([applyPreferences(), loadFonts()]);
  createRoot(container).render(
    <CSPProvider disableStyleElements>
      <GuestPage
        page={page}
        announced={parseShareRole(location.hash)}
        open={
          secret === undefined
            ? undefined
            : (visitor) => openGuest({ relayUrl, secret, logger: silentLogger, ...visitor })
        }
        find={secret === undefined ? undefined : () => findShare({ relayUrl, secret, logger: silentLogger })}
      />
    </CSPProvider>,
  );
}
