import { BotMessageSquare } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { PlainDeviceView, ProjectView, RouteOutput } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Banner, EmptyState, PageHeader, Select } from '../../ui/index.ts';
import { useResource } from '../api/index.ts';
import { deviceName } from '../devices/index.ts';
import { projectName } from '../formats/index.ts';
import { Link } from '../router/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { ConnectOpenClaw } from './connect-openclaw.tsx';
import { Configurations } from './configurations.tsx';
import type { Node } from './node.ts';
import { NodePanel } from './node-panel.tsx';
import styles from './skill.module.css';

/** Page `/skill/privaclaw`: OpenClaw nodes of the documented protocol, a prompt to one of them, and their stored configurations. */
export function SkillPage(): ReactElement {
  usePageTitle(text('site.page.skill'));
  const projects = useResource('projects.list');
  const [chosen, setChosen] = useState<string>();
  const [running, setRunning] = useState<Node>();
  const list = projects.value?.projects.filter(({ plainAllowed }) => plainAllowed) ?? [];
  const project = list.find(({ id }) => id === (running?.project.id ?? chosen)) ?? list[0];
  return (
    <>
      <PageHeader title={text('site.page.skill')} description={text('skill.about')} />
      <div className={styles['warning']}>
        <Banner tone="bad">{text('skill.warning')}</Banner>
      </div>
      <LoadedView of={projects} label={text('skill.loading')}>
        {() =>
          project === undefined ? (
            <EmptyState
              icon={<BotMessageSquare />}
              title={text('skill.empty')}
              action={<Link to={{ page: 'projects' }}>{text('skill.empty.projects')}</Link>}
            >
              {text('skill.empty.next')}
            </EmptyState>
          ) : (
            <>
              {list.length > 1 && (
                <div className={styles['choice']}>
                  <Select
                    label={text('project.title')}
                    value={project.id}
                    options={list.map((each) => ({ value: each.id, label: projectName(each) }))}
                    disabled={running !== undefined}
                    onChange={setChosen}
                  />
                </div>
              )}
              <ProjectNodes key={project.id} project={project} running={running} onRunning={setRunning} />
            </>
          )
        }
      </LoadedView>
      {project === undefined ? <Configurations nodes={[]} /> : <ProjectConfigurations project={project} />}
    </>
  );
}

/** Configurations, also while the devices of the project can't be read. */
function ProjectConfigurations({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const devices = useResource('devices.list', { params: { project: project.id } });
  return <Configurations nodes={nodesOf(project, devices.value?.devices ?? [])} />;
}

function ProjectNodes({
  project,
  running,
  onRunning,
}: Readonly<{
  project: ProjectView;
  /** Node that answers a request. It stays until that is over, whatever else comes online. */
  running: Node | undefined;
  onRunning(node: Node | undefined): void;
}>): ReactElement {
  const devices = useResource('devices.list', { params: { project: project.id } });
  const [chosen, setChosen] = useState<string>();
  return (
    <LoadedView of={devices} label={text('skill.loading')}>
      {({ devices: list }) => {
        const nodes = nodesOf(project, list);
        const node = nodes.find(({ device }) => device.id === (running?.device.id ?? chosen)) ?? nodes[0];
        return node === undefined ? (
          <>
            <EmptyState icon={<BotMessageSquare />} title={text('skill.none')}>
              {text('skill.none.next')}
            </EmptyState>
            <ConnectOpenClaw project={project} isOpen />
          </>
        ) : (
          <>
            <div className={styles['choice']}>
              <Select
                label={text('skill.node')}
                value={node.device.id}
                options={nodes.map(({ device }) => ({ value: device.id, label: labelOf(device) }))}
                disabled={running !== undefined}
                onChange={setChosen}
              />
              {running !== undefined && nodes.length > 1 && (
                <p className={styles['waiting']}>{text('skill.node.answering')}</p>
              )}
            </div>
            <NodePanel
              key={node.device.id}
              node={node}
              onRunning={(isRunning) => {
                onRunning(isRunning ? node : undefined);
                setChosen(node.device.id);
              }}
            />
            <ConnectOpenClaw project={project} isOpen={false} />
          </>
        );
      }}
    </LoadedView>
  );
}

/** Returns the plain devices among the devices of a project: nodes first, then what is online. */
function nodesOf(project: ProjectView, devices: RouteOutput<'devices.list'>['devices']): readonly Node[] {
  return devices
    .filter((device) => device.encryption === 'relay-can-read')
    .toSorted((one, other) => rank(one) - rank(other))
    .map((device): Node => ({ project, device }));
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
