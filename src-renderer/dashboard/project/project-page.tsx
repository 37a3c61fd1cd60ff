import { ArrowLeft } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { showHidden, Tabs, UntrustedText } from '../../ui/index.ts';
import { useResource } from '../api/index.ts';
import { projectName } from '../formats/index.ts';
import { goTo, Link, PROJECT_TABS, useRoute, type ProjectTab } from '../router/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { DevicesTab } from './devices-tab.tsx';
import { HistoryTab } from './history-tab.tsx';
import { PeopleTab } from './people-tab.tsx';
import { ProgramsTab } from './programs-tab.tsx';
import styles from './project.module.css';
import { SettingsTab } from './settings-tab.tsx';

/** Page `/project/:id`: devices, people, history and settings of one project. */
export function ProjectPage(): ReactElement | null {
  const route = useRoute();
  return route.page === 'project' ? <Project id={route.project} tab={route.tab} /> : null;
}

function Project({ id, tab }: Readonly<{ id: string; tab: ProjectTab }>): ReactElement {
  const project = useResource('projects.get', { params: { project: id } });
  usePageTitle(project.value === undefined ? text('project.title') : showHidden(projectName(project.value)));
  return (
    <>
      <Link to={{ page: 'projects' }} className={styles['back']}>
        <ArrowLeft aria-hidden="true" />
        {text('site.page.projects')}
      </Link>
      <LoadedView of={project} label={text('project.loading')}>
        {(value) => (
          <>
            <h1 className={styles['title']}>
              <UntrustedText>{projectName(value)}</UntrustedText>
            </h1>
            <Tabs
              label={text('project.tabs')}
              value={tab}
              items={PROJECT_TABS.map((each) => ({
                value: each,
                label: text(`project.tab.${each}`),
                count: each === 'devices' ? value.devices : each === 'people' ? value.people : undefined,
              }))}
              onChange={(next) => goTo({ page: 'project', project: id, tab: next }, { replace: true })}
            >
              <TabContent tab={tab} project={value} />
            </Tabs>
          </>
        )}
      </LoadedView>
    </>
  );
}

function TabContent({ tab, project }: Readonly<{ tab: ProjectTab; project: ProjectView }>): ReactElement {
  switch (tab) {
    case 'devices':
      return <DevicesTab project={project} />;
    case 'people':
      return <PeopleTab project={project} />;
    case 'programs':
      return <ProgramsTab project={project} />;
    case 'history':
      return <HistoryTab project={project} />;
    case 'settings':
      return <SettingsTab project={project} />;
  }
}
