import { useState, type ReactElement } from 'react';
import type { AgentView } from '#shared/app-api/index.ts';
import { AGENT_NAME } from '#shared/messages/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { ErrorNotice, Field, FormDialog, Switch, TextInput } from '../../../ui/index.ts';

export type AgentDialogProps = Readonly<{
  /** Agent to edit; undefined adds one. */
  agent: AgentView | undefined;
  /** Agents of this machine, whose names are taken. */
  agents: readonly AgentView[];
  onClose(): void;
}>;

/** Dialog that adds an agent of this machine, or edits its description and its port. A name stays, since others write to it. */
export function AgentDialog({ agent, agents, onClose }: AgentDialogProps): ReactElement {
  const [name, setName] = useState(agent?.name ?? '');
  const [description, setDescription] = useState(agent?.description ?? '');
  const [http, setHttp] = useState(agent?.http ?? false);
  const [isAsked, setAsked] = useState(false);
  const setting = useCall('agents.set');
  const problem =
    agent !== undefined
      ? undefined
      : agents.some((other) => other.name === name)
        ? text('agents.name.taken')
        : AGENT_NAME.test(name)
          ? undefined
          : text('messages.new.agent.problem');
  const apply = (): void => {
    setAsked(true);
    if (problem !== undefined) return;
    void setting.run({ name, description, ...(agent?.builtIn === true ? {} : { http }) }).then((set) => {
      if (set !== undefined) onClose();
    });
  };
  return (
    <FormDialog
      title={agent === undefined ? text('agents.add') : text('agents.edit', { name: agent.name })}
      apply={text(agent === undefined ? 'agents.add.apply' : 'agents.edit.apply')}
      busy={setting.busy}
      onApply={apply}
      onClose={onClose}
    >
      {agent === undefined && (
        <Field label={text('agents.name')} error={isAsked ? problem : undefined}>
          <TextInput mono data-autofocus="" maxLength={64} autoCapitalize="none" value={name} onChange={setName} />
        </Field>
      )}
      <Field label={text('agents.description')} hint={text('agents.description.hint')}>
        <TextInput
          data-autofocus={agent === undefined ? undefined : ''}
          maxLength={256}
          value={description}
          onChange={setDescription}
        />
      </Field>
      {agent?.builtIn !== true && (
        <Switch
          row
          label={text('agents.http')}
          description={text('agents.http.hint')}
          checked={http}
          onChange={setHttp}
        />
      )}
      {setting.error !== undefined && <ErrorNotice error={setting.error} onDismiss={setting.reset} />}
    </FormDialog>
  );
}
