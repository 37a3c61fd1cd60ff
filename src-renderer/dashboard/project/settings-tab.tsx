import { useState, type ReactElement } from 'react';
import type { ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  Banner,
  Button,
  ConfirmDialog,
  ErrorNotice,
  Field,
  quoteUntrusted,
  SettingRow,
  Switch,
  TextInput,
} from '../../ui/index.ts';
import { useAction, useRelay } from '../api/index.ts';
import { nameProblem } from '../forms/index.ts';
import { projectName } from '../formats/index.ts';
import { goTo } from '../router/index.ts';
import styles from './project.module.css';

/** Settings of a project: name, plain devices, end. Members see who can change them. */
export function SettingsTab({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const relay = useRelay();
  if (project.role !== 'owner')
    return (
      <p className={styles['note']}>
        {project.owner === null
          ? text('project.settings.device')
          : text('project.settings.member', { name: quoteUntrusted(project.owner.name) })}
      </p>
    );
  return (
    <>
      <section className={styles['section']} aria-labelledby="general">
        <h2 id="general" className={styles['heading']}>
          {text('project.settings.general')}
        </h2>
        <div className={styles['card']}>
          <NameField key={project.name} project={project} />
          {relay?.plainProtocol === true && <PlainSwitch project={project} />}
        </div>
      </section>
      <section className={styles['section']} aria-labelledby="end">
        <h2 id="end" className={styles['heading']}>
          {text('project.settings.end')}
        </h2>
        <div className={styles['card']}>
          <DeleteRow project={project} />
        </div>
      </section>
    </>
  );
}

function NameField({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const [name, setName] = useState(project.name);
  const [isChecked, setIsChecked] = useState(false);
  const rename = useAction((client) =>
    client.call('projects.change', { params: { project: project.id }, input: { name } }),
  );
  const problem = nameProblem(name);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setIsChecked(true);
        if (problem === undefined && name !== project.name) void rename.run();
      }}
    >
      <Field
        row
        label={text('projects.name')}
        hint={text('project.settings.name.hint')}
        error={
          isChecked && problem !== undefined
            ? problem
            : rename.error !== undefined && <ErrorNotice error={rename.error} />
        }
      >
        <div className={styles['buttons']}>
          <TextInput value={name} placeholder={projectName(project)} onChange={setName} />
          {name !== project.name && (
            <Button type="submit" busy={rename.busy}>
              {text('site.save')}
            </Button>
          )}
        </div>
      </Field>
    </form>
  );
}

function PlainSwitch({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const [asked, setAsked] = useState<boolean>();
  const change = useAction((client, plainAllowed: boolean) =>
    client.call('projects.change', { params: { project: project.id }, input: { plainAllowed } }),
  );
  return (
    <>
      <Switch
        row
        label={text('project.plain')}
        description={text('project.plain.about')}
        checked={project.plainAllowed}
        onChange={setAsked}
      />
      {asked !== undefined && (
        <ConfirmDialog
          title={asked ? text('project.plain.on') : text('project.plain.off')}
          apply={asked ? text('project.plain.on.apply') : text('project.plain.off.apply')}
          keep={text('ui.cancel')}
          call={change}
          onClose={() => setAsked(undefined)}
          onApply={() => void change.run(asked).then((done) => done !== undefined && setAsked(undefined))}
        >
          {asked ? (
            <Banner tone="bad">{text('project.plain.on.text')}</Banner>
          ) : (
            <p>{text('project.plain.off.text')}</p>
          )}
        </ConfirmDialog>
      )}
    </>
  );
}

function DeleteRow({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const [isAsking, setIsAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const remove = useAction((client) => client.call('projects.delete', { params: { project: project.id } }));
  const close = (): void => {
    setIsAsking(false);
    setTyped('');
  };
  const isTyped = typed.trim() === projectName(project).trim();
  return (
    <SettingRow name={text('project.delete')} meaning={text('project.delete.about')}>
      <Button onClick={() => setIsAsking(true)}>{text('project.delete.ask')}</Button>
      {isAsking && (
        <ConfirmDialog
          title={text('project.delete.title', { project: quoteUntrusted(projectName(project)) })}
          description={project.ownerDevice === null ? text('project.delete.text') : text('project.delete.text.claimed')}
          apply={text('project.delete')}
          call={remove}
          onClose={close}
          onApply={() => {
            if (!isTyped) return;
            void remove.run().then((done) => {
              if (done === undefined) return;
              close();
              goTo({ page: 'projects' }, { replace: true });
            });
          }}
        >
          <Field label={text('project.delete.type', { project: projectName(project) })}>
            <TextInput value={typed} onChange={setTyped} />
          </Field>
        </ConfirmDialog>
      )}
    </SettingRow>
  );
}
