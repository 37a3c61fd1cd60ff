import { projectName } from '../formats/index.ts';
import { Link2, Monitor } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Button, EmptyState, PageHeader, UntrustedText } from '../../ui/index.ts';
import { useRelay, useResource } from '../api/index.ts';
import { Link } from '../router/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { DeviceList } from './device-list.tsx';
import styles from './devices.module.css';
import { LinkMachineDialog } from './link-machine.tsx';

/** Page `/dashboard`: the devices of all projects with their state in real time, and the next step where there is none. */
export function DevicesPage(): ReactElement {
  usePageTitle(text('site.page.devices'));
  const projects = useResource('projects.list');
  const hasPlain = useRelay()?.plainProtocol === true;
  const [isLinking, setIsLinking] = useState(false);
  const link = (
    <Button variant="primary" icon={<Link2 />} onClick={() => setIsLinking(true)}>
      {text('devices.link')}
    </Button>
  );
  const hasDevices = projects.value?.projects.some(({ devices }) => devices > 0) === true;
  return (
    <>
      <PageHeader
        title={text('site.page.devices')}
        description={hasDevices ? text(hasPlain ? 'devices.about.plain' : 'devices.about') : undefined}
        actions={hasDevices ? link : undefined}
      />
      <LoadedView of={projects} label={text('devices.loading')}>
        {({ projects: list }) =>
          list.some(({ devices }) => devices > 0) ? (
            list
              .filter(({ devices }) => devices > 0)
              .map((project) => <ProjectDevices key={project.id} project={project} />)
          ) : (
            <EmptyState icon={<Monitor />} title={text('devices.empty')} action={link}>
              {text('devices.empty.next')}
            </EmptyState>
          )
        }
      </LoadedView>
      {isLinking && <LinkMachineDialog onClose={() => setIsLinking(false)} />}
    </>
  );
}

function ProjectDevices({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const devices = useResource('devices.list', { params: { project: project.id } });
  const id = `project-${project.id}`;
  return (
    <section className={styles['project']} aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        <Link to={{ page: 'project', project: project.id, tab: 'devices' }}>
          <UntrustedText>{projectName(project)}</UntrustedText>
        </Link>
        <span className={styles['count']}>
          {text('devices.count', { online: project.online, count: project.devices })}
        </span>
      </h2>
      <LoadedView of={devices} label={text('devices.loading')}>
        {({ devices: list }) => (
          <DeviceList
            project={project}
            devices={list}
            label={text('devices.list', { project: projectName(project) })}
          />
        )}
      </LoadedView>
    </section>
  );
}
