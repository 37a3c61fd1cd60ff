import { useState, type ReactElement } from 'react';
import { DashboardContext } from './api/index.ts';
import { KeptNamesContext, type KeptNames } from './devices/index.ts';
import { Pages } from './pages.tsx';
import { RouteContext, type Route } from './router/index.ts';
import { StepUpProvider } from './step-up/index.ts';
import { KEPT_NAMES } from './story-data.ts';
import { createStoryDashboard, type StoryRelay } from './story-client.ts';

/** The dashboard of a story: at one place, with a relay within the page. */
export function StoryFrame({
  route,
  relay,
  accounts = true,
  kept = KEPT_NAMES,
}: Readonly<{
  route: Route;
  relay: StoryRelay;
  /** False for a relay without accounts. */
  accounts?: boolean;
  /** Names that this browser keeps. */
  kept?: KeptNames;
}>): ReactElement {
  const [dashboard] = useState(() => createStoryDashboard(relay, { accounts }));
  return (
    <DashboardContext value={dashboard}>
      <RouteContext value={route}>
        <KeptNamesContext value={kept}>
          <StepUpProvider>
            <Pages />
          </StepUpProvider>
        </KeptNamesContext>
      </RouteContext>
    </DashboardContext>
  );
}
