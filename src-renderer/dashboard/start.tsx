import { createRoot } from 'react-dom/client';
import { loadDashboardTexts } from '#shared/locales/index.ts';
import { addTextSource } from '../locale/index.ts';
import { loadFonts } from '../ui/index.ts';
import { createDashboard } from './api/index.ts';
import { Dashboard } from './dashboard.tsx';
import { followSession } from './end-session/index.ts';
import { keepInstallOffer, keepOfflineFiles } from './installed/index.ts';
import { applyPreferences } from './preferences/index.ts';

/** Renders the dashboard into the element `root` of `dashboard.html`, once its words and fonts are there. */
export async function start(): Promise<void> {
  const container = document.getElementById('root');
  if (container === null) throw new TypeError('the page has no root');
  keepInstallOffer();
  addTextSource(loadDashboardTexts);
  const dashboard = createDashboard();
  // The first answer is on its way while the words and fonts are loaded.
  dashboard.session.check();
  followSession(dashboard);
  void dashboard.page.load();
  await Promise.all([applyPreferences(), loadFonts()]);
  createRoot(container).render(<Dashboard dashboard={dashboard} />);
  await keepOfflineFiles();
}
