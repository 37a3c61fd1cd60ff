import { useState, type ReactElement } from 'react';
import type { AgentView } from '#shared/app-api/index.ts';
import { AGENT_NAME, isWebhook, OPENCLAW_AGENT } from '#shared/messages/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import {
  ErrorNotice,
  Field,
  FormDialog,
  RadioGroup,
  Select,
  showHidden,
  Switch,
  TextInput,
} from '../../../ui/index.ts';
import { AgentFolder } from './agent-folder.tsx';
import styles from './agents.module.css';

export type AgentDialogProps = Readonly<{
  /** Agent to edit; undefined adds one. */
  agent: AgentView | undefined;
  /** Agents of this machine, whose names are taken. */
  agents: readonly AgentView[];
  onClose(): void;
}>;

/** Way of new messages: into the inbox only, or also to an agent of OpenClaw or a webhook. */
type Way = 'hold' | 'openclaw' | 'webhook';

/** Agent at a gateway that most installations of OpenClaw have. */
const USUAL_AGENT = 'main';

/**
 * Dialog that adds an agent of this machine, or edits its description, its port and where its messages go. A name stays, since others write to it.
 */
export function AgentDialog({ agent, agents, onClose }: AgentDialogProps): ReactElement {
  const [name, setName] = useState(agent?.name ?? '');
  const [description, setDescription] = useState(agent?.description ?? '');
  const [http, setHttp] = useState(agent?.http ?? false);
  const gateways = useApp((state) => state.gateways);
  const [way, setWay] = useState<Way>(agent === undefined ? 'hold' : wayOf(agent));
  const [gateway, setGateway] = useState(agent?.openclaw?.gateway);
  const [openclaw, setOpenclaw] = useState(agent?.openclaw?.agent ?? USUAL_AGENT);
  const [webhook, setWebhook] = useState(agent?.webhook ?? '');
  const chosen = gateways.find(({ id, settings }) => id === gateway || settings.name === gateway) ?? gateways[0];
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
  const wayProblem =
    way === 'openclaw' && !OPENCLAW_AGENT.test(openclaw)
      ? text('agents.openclaw.agent.problem')
      : way === 'webhook' && !isWebhook(webhook.trim())
        ? text('agents.webhook.problem')
        : undefined;
  const isWithoutGateway = way === 'openclaw' && chosen === undefined;
  const apply = (): void => {
    setAsked(true);
    if (problem !== undefined || wayProblem !== undefined || isWithoutGateway) return;
    const delivery =
      way === 'openclaw' && chosen !== undefined
        ? { openclaw: { gateway: chosen.id, agent: openclaw }, ...(isGiven(agent?.webhook) ? { webhook: null } : {}) }
        : way === 'webhook'
          ? { webhook: webhook.trim(), ...(isGiven(agent?.openclaw) ? { openclaw: null } : {}) }
          : {};
    const ofProgram = { http, intake: way === 'hold' ? ('hold' as const) : ('deliver' as const), ...delivery };
    void setting.run({ name, description, ...(agent?.builtIn === true ? {} : ofProgram) }).then((set) => {
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
        <RadioGroup<Way>
          label={text('agents.way')}
          size="small"
          value={way}
          options={(['hold', 'openclaw', 'webhook'] as const).map((value) => ({
            value,
            label: text(`agents.way.${value}`),
            description: text(`agents.way.${value}.text`),
          }))}
          note={isWithoutGateway ? text('agents.openclaw.none') : undefined}
          onChange={setWay}
        >
          {way === 'openclaw' && chosen !== undefined && (
            <div className={styles['way']}>
              <Select
                label={text('agents.openclaw.gateway')}
                value={chosen.id}
                options={gateways.map(({ id, settings }) => ({ value: id, label: showHidden(settings.name) }))}
                onChange={setGateway}
              />
              <Field label={text('agents.openclaw.agent')} error={isAsked ? wayProblem : undefined}>
                <TextInput mono maxLength={64} autoCapitalize="none" value={openclaw} onChange={setOpenclaw} />
              </Field>
            </div>
          )}
          {way === 'webhook' && (
            <div className={styles['way']}>
              <Field
                label={text('agents.webhook')}
                hint={text('agents.webhook.hint')}
                error={isAsked ? wayProblem : undefined}
              >
                <TextInput mono maxLength={1024} autoCapitalize="none" value={webhook} onChange={setWebhook} />
              </Field>
            </div>
          )}
        </RadioGroup>
      )}
      {agent?.builtIn !== true && (
        <Switch
          row
          label={text('agents.http')}
          description={text('agents.http.hint')}
          checked={http}
          onChange={setHttp}
        />
      )}
      {agent !== undefined && !agent.builtIn && <AgentFolder agent={agent} />}
      {setting.error !== undefined && <ErrorNotice error={setting.error} onDismiss={setting.reset} />}
    </FormDialog>
  );
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Returns where the messages of an agent go. Pure. */
function wayOf({ intake, openclaw, webhook }: AgentView): Way {
  if (intake === 'hold') return 'hold';
  return openclaw !== null ? 'openclaw' : webhook !== null ? 'webhook' : 'hold';
}
