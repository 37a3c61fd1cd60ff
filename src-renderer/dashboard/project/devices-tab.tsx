import { Link2, Monitor, Plus } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Button, EmptyState } from '../../ui/index.ts';
import { useRelay, useResource } from '../api/index.ts';
import { AddPlainDialog, DeviceList, LinkMachineDialog } from '../devices/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import styles from './project.module.css';

/** Devices of one project: the list, and the ways to add one. Plain devices are offered only where relay and project allow them. */
export function DevicesTab({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const devices = useResource('devices.list', { params: { project: project.id } });
  const relay = useRelay();
  const [question, setQuestion] = useState<'link' | 'plain'>();
  const isOwner = project.role === 'owner';
  const hasPlain = isOwner && project.plainAllowed && relay?.plainProtocol === true;
  const buttons = isOwner && (
    <div className={styles['buttons']}>
      {hasPlain && (
        <Button icon={<Plus />} onClick={() => setQuestion('plain')}>
          {text('devices.plain.add')}
        </Button>
      )}
      <Button variant="primary" icon={<Link2 />} onClick={() => setQuestion('link')}>
        {text('devices.link')}
      </Button>
    </div>
  );
  return (
    <>
      <LoadedView of={devices} label={text('devices.loading')}>
        {({ devices: list }) =>
          list.length === 0 ? (
            <EmptyState icon={<Monitor />} title={text('project.devices.empty')} action={buttons}>
              {isOwner ? text('project.devices.empty.owner') : text('project.devices.empty.member')}
            </EmptyState>
          ) : (
            <>
              <div className={styles['bar']}>
                <p>{text(project.plainAllowed ? 'project.devices.about.plain' : 'project.devices.about')}</p>
                {buttons}
              </div>
              <DeviceList project={project} devices={list} label={text('site.page.devices')} />
            </>
          )
        }
      </LoadedView>
      {question === 'link' && <LinkMachineDialog onClose={() => setQuestion(undefined)} />}
      {question === 'plain' && <AddPlainDialog project={project.id} onClose={() => setQuestion(undefined)} />}
    </>
  );
}
