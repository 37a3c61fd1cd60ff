import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { PageHeader, Tabs } from '../../ui/index.ts';
import { goTo, SETTINGS_TABS, useRoute, type SettingsTab } from '../router/index.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { DataTab } from './data-tab.tsx';
import { ProfileTab } from './profile-tab.tsx';
import { SecurityTab } from './security-tab.tsx';
import { SessionsTab } from './sessions-tab.tsx';
import { TokensTab } from './tokens-tab.tsx';

/** Page `/settings`: the account of the person who is signed in, and the look of this browser. */
export function SettingsPage(): ReactElement | null {
  const route = useRoute();
  usePageTitle(text('site.settings'));
  if (route.page !== 'settings') return null;
  return (
    <>
      <PageHeader title={text('site.settings')} />
      <Tabs
        label={text('account.tabs')}
        value={route.tab}
        items={SETTINGS_TABS.map((tab) => ({ value: tab, label: text(`account.tab.${tab}`) }))}
        onChange={(tab) => goTo({ page: 'settings', tab }, { replace: true })}
      >
        <TabContent tab={route.tab} />
      </Tabs>
    </>
  );
}

function TabContent({ tab }: Readonly<{ tab: SettingsTab }>): ReactElement {
  switch (tab) {
    case 'profile':
      return <ProfileTab />;
    case 'security':
      return <SecurityTab />;
    case 'sessions':
      return <SessionsTab />;
    case 'tokens':
      return <TokensTab />;
    case 'data':
      return <DataTab />;
  }
}
