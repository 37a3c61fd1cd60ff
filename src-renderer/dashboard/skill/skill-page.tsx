import { BotMessageSquare } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { PlainDeviceView, ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Banner, EmptyState, PageHeader, Select } from '../../ui/index.ts';
import { useResource } from '../api/index.ts';
import { deviceName } from '../devices/index.ts';
import { projectName } from '../formats/index.ts';
import { Link } from '../router/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { Configurations } from './configurations.tsx';
import type { Node } from './node.ts';
import { NodePanel } from './node-panel.tsx';
import styles from './skill.module.css';

/** Page `/skill/privaclaw`: OpenClaw nodes of the documented protocol, a prompt to one of them, and their stored configurations. */
export function SkillPage(): ReactElement {
  usePageTitle(text('site.page.skill'));
  const projects = useResource('projects.list');
  return (
    <>
      <PageHeader title={text('site.page.skill')} description={text('skill.about')} />
      <div className={styles['warning']}>
        <Banner tone="bad">{text('skill.warning')}</Banner>
      </div>
      <LoadedView of={projects} label={text('skill.loading')}>
        {({ projects: list }) => <Nodes projects={list.filter(({ plainAllowed }) => plainAllowed)} />}
      </LoadedView>
    </>
  );
}

/** Reads the devices of each project; a project is a component, so that each has its own answer. */
function Nodes({ projects }: Readonly<{ projects: readonly ProjectView[] }>): ReactElement {
  const [chosen, setChosen] = useState<string>();
  const project = projects.find(({ id }) => id === chosen) ?? projects[0];
  if (project === undefined)
    return (
      <>
        <EmptyState
          icon={<BotMessageSquare />}
          title={text('skill.empty')}
          action={<Link to={{ page: 'projects' }}>{text('skill.empty.projects')}</Link>}
        >
          {text('skill.empty.next')}
        </EmptyState>
        <Configurations nodes={[]} />
      </>
    );
  return (
    <>
      {projects.length > 1 && (
        <div className={styles['choice']}>
          <Select
            label={text('project.title')}
            value={project.id}
            options={projects.map((each) => ({ value: each.id, label: projectName(each) }))}
            onChange={setChosen}
          />
        </div>
      )}
      <ProjectNodes key={project.id} project={project} />
    </>
  );
}

function ProjectNodes({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const devices = useResource('devices.list', { params: { project: project.id } });
  const [chosen, setChosen] = useState<string>();
  return (
    <LoadedView of={devices} label={text('skill.loading')}>
      {({ devices: list }) => {
        const nodes = list
          .filter((device) => device.encryption === 'relay-can-read')
          .toSorted((one, other) => rank(one) - rank(other))
          .map((device): Node => ({ project, device }));
        const node = nodes.find(({ device }) => device.id === chosen) ?? nodes[0];
        return (
          <>
            {node === undefined ? (
              <EmptyState
                icon={<BotMessageSquare />}
                title={text('skill.none')}
                action={
                  <Link to={{ page: 'project', project: project.id, tab: 'devices' }}>{text('skill.none.add')}</Link>
                }
              >
                {text('skill.none.next')}
              </EmptyState>
            ) : (
              <>
                <div className={styles['choice']}>
                  <Select
                    label={text('skill.node')}
                    value={node.device.id}
                    options={nodes.map(({ device }) => ({ value: device.id, label: labelOf(device) }))}
                    onChange={setChosen}
                  />
                </div>
                <NodePanel key={node.device.id} node={node} />
              </>
            )}
            <Configurations nodes={nodes} />
          </>
        );
      }}
    </LoadedView>
  );
}

function labelOf(device: PlainDeviceView): string {
  const name = deviceName(device);
  return device.online ? text('skill.node.online', { name }) : text('skill.node.offline', { name });
}

/** Nodes first, then what is online: an offline device doesn't say what it is. */
function rank({ kind, online }: PlainDeviceView): number {
  if (kind === 'openclaw') return 0;
  return online ? 2 : 1;
}
