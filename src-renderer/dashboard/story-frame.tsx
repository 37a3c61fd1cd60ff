import { useState, type ReactElement, type ReactNode } from 'react';
import { DashboardContext } from './api/index.ts';
import { LinkTokenContext, type LinkToken } from './auth/index.ts';
import { KeptNamesContext, type KeptNames } from './devices/index.ts';
import { keepProjects, type KeptProject } from './lost-projects/index.ts';
import { Pages } from './pages.tsx';
import { RouteContext, type Route } from './router/index.ts';
import { StepUpProvider } from './step-up/index.ts';
import { ADA, KEPT_NAMES } from './story-data.ts';
import { createStoryDashboard, type StoryRelay } from './story-client.ts';

const NONE: readonly KeptProject[] = [];

export type StoryFrameProps = Readonly<{
  route: Route;
  relay: StoryRelay;
  /** False for a relay without accounts. */
  accounts?: boolean;
  /** Names that this browser keeps. */
  kept?: KeptNames;
  /** Projects from which the person was removed. */
  lost?: readonly KeptProject[];
  /** Token of the one-time link that the page was opened by. */
  link?: LinkToken | undefined;
}>;

/** The dashboard of a story: at one place, with a relay within the page. */
export function StoryFrame({
  route,
  relay,
  accounts,
  kept = KEPT_NAMES,
  lost = NONE,
  link,
}: StoryFrameProps): ReactElement {
  // What the story before has kept counts for no other.
  useState(() => keepProjects({ account: ADA, member: [], lost: [...lost] }));
  return (
    <StoryDashboard relay={relay} accounts={accounts}>
      <RouteContext value={route}>
        <LinkTokenContext value={link}>
          <KeptNamesContext value={kept}>
            <StepUpProvider>
              <Pages />
            </StepUpProvider>
          </KeptNamesContext>
        </LinkTokenContext>
      </RouteContext>
    </StoryDashboard>
  );
}

export type StoryDashboardProps = Readonly<{
  relay: StoryRelay;
  /** False for a relay without accounts. */
  accounts?: boolean | undefined;
  children: ReactNode;
}>;

/** Connection of a story to a relay within the page, for a part of the dashboard. */
export function StoryDashboard({ relay, accounts = true, children }: StoryDashboardProps): ReactElement {
  const [dashboard] = useState(() => createStoryDashboard(relay, { accounts }));
  return <DashboardContext value={dashboard}>{children}</DashboardContext>;
}
