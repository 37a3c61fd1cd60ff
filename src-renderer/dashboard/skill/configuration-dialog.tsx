import { useEffect, useState, type ReactElement } from 'react';
import type { RouteOutput } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { ErrorNotice, Field, FormDialog, RowSkeleton, Select, TextInput } from '../../ui/index.ts';
import { useAction, useDashboard } from '../api/index.ts';
import { deviceName } from '../devices/index.ts';
import { nameProblem, PasswordField } from '../forms/index.ts';
import { configProblems, EMPTY_DRAFT, toInput, type ConfigDraft } from './config-draft.ts';
import type { Node } from './node.ts';

/** Choice of a node that isn't in the list. */
const OTHER = 'other';

type Configuration = RouteOutput<'skillConfigs.list'>['skillConfigs'][number];

export type ConfigurationDialogProps = Readonly<{
  /** Configuration to change; undefined for a new one. */
  configuration: Configuration | undefined;
  nodes: readonly Node[];
  onClose(): void;
}>;

/** Dialog for a configuration. That of a stored one is read first: the list has no content. */
export function ConfigurationDialog({ configuration, nodes, onClose }: ConfigurationDialogProps): ReactElement {
  if (configuration === undefined)
    return <DraftDialog id={undefined} first={EMPTY_DRAFT} rest={{}} nodes={nodes} onClose={onClose} />;
  return <StoredDialog configuration={configuration} nodes={nodes} onClose={onClose} />;
}

function StoredDialog({
  configuration,
  nodes,
  onClose,
}: ConfigurationDialogProps & Readonly<{ configuration: Configuration }>): ReactElement {
  const { value, error } = useStored(configuration.id);
  if (value === undefined)
    return (
      <FormDialog
        title={text('skill.config.edit', { name: configuration.name })}
        apply={text('site.save')}
        disabled
        onClose={onClose}
        onApply={() => undefined}
      >
        {error === undefined ? <RowSkeleton label={text('ui.loading')} /> : <ErrorNotice error={error} />}
      </FormDialog>
    );
  const { relay_url: relay, node_id: node, auth_token: token, ...rest } = value.config;
  const first = { name: value.name, relay: textOf(relay), node: textOf(node), token: textOf(token) };
  return <DraftDialog id={configuration.id} first={first} rest={rest} nodes={nodes} onClose={onClose} />;
}

/** Reads a configuration when its dialog opens. What was read before may have changed, and saving would bring it back. */
function useStored(id: string): Readonly<{ value?: RouteOutput<'skillConfigs.get'>; error?: unknown }> {
  const { client } = useDashboard();
  const [status, setStatus] = useState<ReturnType<typeof useStored>>({});
  useEffect(() => {
    const closing = new AbortController();
    client.call('skillConfigs.get', { params: { configuration: id }, signal: closing.signal }).then(
      (value) => setStatus({ value }),
      (error: unknown) => !closing.signal.aborted && setStatus({ error }),
    );
    return () => closing.abort();
  }, [client, id]);
  return status;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function DraftDialog({
  id,
  first,
  rest,
  nodes,
  onClose,
}: Readonly<{
  id: string | undefined;
  first: ConfigDraft;
  /** Settings of its own, which stay as they are. */
  rest: Readonly<Record<string, unknown>>;
  nodes: readonly Node[];
  onClose(): void;
}>): ReactElement {
  const [draft, setDraft] = useState(first);
  const [isChecked, setIsChecked] = useState(false);
  const save = useAction((client) => {
    const input = toInput(draft, rest);
    return id === undefined
      ? client.call('skillConfigs.create', { input })
      : client.call('skillConfigs.replace', { params: { configuration: id }, input });
  });
  const nameError = nameProblem(draft.name);
  const problems = configProblems(draft);
  const isValid = nameError === undefined && Object.keys(problems).length === 0;
  const isListed = nodes.some(({ device }) => device.id === draft.node);
  const change = (part: Partial<ConfigDraft>): void => setDraft({ ...draft, ...part });
  return (
    <FormDialog
      title={id === undefined ? text('skill.config.add') : text('skill.config.edit', { name: first.name })}
      description={text('skill.config.readable')}
      apply={text('site.save')}
      busy={save.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (isValid) void save.run().then((done) => done !== undefined && onClose());
      }}
    >
      <Field label={text('skill.config.name')} error={isChecked ? nameError : undefined}>
        <TextInput value={draft.name} onChange={(name) => change({ name })} />
      </Field>
      {nodes.length > 0 && (
        <Select
          label={text('skill.node')}
          value={isListed ? draft.node : OTHER}
          options={[
            ...nodes.map(({ device }) => ({ value: device.id, label: deviceName(device) })),
            { value: OTHER, label: text('skill.config.node.other') },
          ]}
          onChange={(node) => change({ node: node === OTHER ? '' : node })}
        />
      )}
      {!isListed && (
        <Field
          label={text('skill.config.node')}
          hint={text('skill.config.node.hint')}
          error={isChecked && problems.node === true ? text('skill.config.node.invalid') : undefined}
        >
          <TextInput value={draft.node} onChange={(node) => change({ node })} autoCapitalize="none" mono />
        </Field>
      )}
      <Field
        label={text('skill.config.relay')}
        error={isChecked && problems.relay === true ? text('skill.config.relay.invalid') : undefined}
      >
        <TextInput value={draft.relay} onChange={(relay) => change({ relay })} inputMode="url" mono />
      </Field>
      <PasswordField
        secret="token"
        label={text('skill.config.token')}
        isNew
        value={draft.token}
        onChange={(token) => change({ token })}
        hint={text('skill.config.token.hint')}
        error={isChecked && problems.token === true ? text('skill.config.token.short') : undefined}
      />
      {save.error !== undefined && <ErrorNotice error={save.error} />}
    </FormDialog>
  );
}
