import { ArrowRightLeft } from 'lucide-react';
import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { gapAfter, text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Button, Field, RadioGroup, Segments, Select, Switch, TextInput, quoteUntrusted } from '../../../ui/index.ts';
import { PathModeChoice, pathModeText } from '../../peers/index.ts';
import { explainForward } from '../list/forward-status.ts';
import { AdvancedFields } from './advanced-fields.tsx';
import type { Draft } from './draft.ts';
import { hasServer, hasTarget, isElsewhere, needsPeer } from './draft-check.ts';
import { fieldError } from './field-error.ts';
import { FolderField } from './folder-field.tsx';
import { serviceOf, servicesOf, type Goal } from './goals.ts';
import { PortList } from './port-list.tsx';
import type { RuleFieldsProps } from './rule-fields-props.ts';
import styles from './rule-dialog.module.css';
import { ServerFields } from './server-fields.tsx';

const DIRECTIONS = ['dynamic', 'local', 'remote'] as const;

/**
 * Shows the fields of a forward that apply to its kind: name, SSH server, peer, folder, target, local port and the advanced ones. Changes only the
 * form, except for the peer's allowed paths, which the person saves by a button of their own.
 */
export function RuleFields(props: RuleFieldsProps): ReactElement {
  const { draft, goal, onChange } = props;
  const name = (
    <Field label={text('forwards.form.name')} error={fieldError(props, 'name')}>
      <TextInput dir="auto" value={draft.name} onChange={(typed) => onChange({ name: typed })} />
    </Field>
  );
  return (
    <>
      {goal === undefined ? name : <ServiceField {...props} goal={goal} />}
      {draft.kind === 'ssh-tunnel' && (
        <RadioGroup
          label={text('forwards.form.ssh.direction')}
          value={draft.direction}
          options={DIRECTIONS.map((value) => ({
            value,
            label: text(`forwards.form.ssh.${value}`),
            description: text(`forwards.form.ssh.${value}.explain`),
          }))}
          onChange={(direction) => onChange({ direction })}
        />
      )}
      {draft.kind === 'ssh-tunnel' && <ServerFields {...props} />}
      {draft.kind !== 'folder' && <PeerField {...props} />}
      {draft.kind === 'folder' && <FolderField {...props} />}
      {draft.kind === 'folder' && <PeerField {...props} />}
      {hasTarget(draft) && <TargetFields {...props} />}
      <ListenField {...props} />
      {goal !== undefined && name}
      {draft.kind === 'auto' && goal === undefined && (
        <>
          <Switch
            label={text('forwards.form.fallback')}
            description={text('forwards.form.fallback.explain')}
            checked={draft.hasServer}
            onChange={(wanted) => onChange({ hasServer: wanted })}
          />
          {hasServer(draft) && <ServerFields {...props} />}
        </>
      )}
      <AdvancedFields {...props} />
    </>
  );
}

/** Lets the person choose among the services of a goal, such as Postgres and MySQL; shows nothing for a goal without any. */
function ServiceField({ draft, goal, onChange }: RuleFieldsProps & Readonly<{ goal: Goal }>): ReactElement | null {
  const services = servicesOf(goal);
  if (services.length === 0) return null;
  return (
    <div>
      <Segments
        label={text(`forwards.goal.${goal}`)}
        value={serviceOf(goal, draft)?.value}
        options={services.map(({ value, product }) => ({ value, label: product }))}
        onChange={(value) => onChange({ targetPort: services.find((service) => service.value === value)?.port ?? '' })}
      />
    </div>
  );
}

/** Value of the option for no peer, because `Select` takes no empty value. */
const NONE = 'none';

function PeerField(props: RuleFieldsProps): ReactElement {
  const { draft, onChange } = props;
  const peers = useApp((state) => state.peers);
  const isFolder = draft.kind === 'folder';
  const isOptional = !needsPeer(draft);
  const isUnknown = draft.peer !== '' && peers.every(({ peerId }) => peerId !== draft.peer);
  const noPeer = isFolder
    ? 'forwards.form.folder.here'
    : isOptional
      ? 'forwards.form.peer.none'
      : 'forwards.wrong.peer-missing';
  const options = [
    ...(isOptional || draft.peer === '' ? [{ value: NONE, label: text(noPeer) }] : []),
    ...(isUnknown ? [{ value: draft.peer, label: text('forwards.peer.unknown') }] : []),
    ...peers.map(({ peerId, name, online }) => {
      const label = online ? quoteUntrusted(name) : text('forwards.form.peer.offline', { peer: quoteUntrusted(name) });
      return {
        value: peerId,
        label: isOptional && !isFolder ? text('forwards.form.peer.via', { peer: label }) : label,
      };
    }),
  ];
  const error = fieldError(props, 'peer');
  const chosen = peers.find(({ peerId }) => peerId === draft.peer);
  return (
    <div>
      <Select
        label={text(
          isFolder
            ? 'forwards.form.folder.for'
            : isOptional
              ? 'forwards.form.peer.optional'
              : draft.kind === 'port-there'
                ? 'forwards.form.peer.port-there'
                : 'forwards.form.peer',
        )}
        value={draft.peer === '' ? NONE : draft.peer}
        options={options}
        onChange={(peer) => onChange({ peer: peer === NONE ? '' : peer })}
      />
      <p className={styles['error']} role="alert">
        {error}
      </p>
      {chosen !== undefined && <PeerPathMode key={chosen.peerId} peer={chosen} onPending={props.onPendingPathMode} />}
    </div>
  );
}

/** Shows and edits the paths allowed to the peer. They apply to everything between the two machines, so the section is folded. */
function PeerPathMode({
  peer,
  onPending,
}: Readonly<{ peer: PeerView; onPending: RuleFieldsProps['onPendingPathMode'] }>): ReactElement {
  const name = quoteUntrusted(peer.name);
  return (
    <details className={styles['path-mode']}>
      <summary className={styles['summary']}>
        {text('forwards.form.path-mode', { name, mode: pathModeText(peer) })}
      </summary>
      <p className={styles['hint']}>{text('forwards.form.path-mode.explain', { name })}</p>
      <PathModeChoice peer={peer} onPending={(isPending) => onPending(isPending ? peer.name : undefined)} />
    </details>
  );
}

function TargetFields(props: RuleFieldsProps): ReactElement {
  const { draft, goal, before, onChange, onTargetHostBlur } = props;
  return (
    <fieldset className={styles['group']}>
      <legend className={styles['legend']}>{text(targetLabel(draft))}</legend>
      <div className={styles['host-and-port']}>
        <Field
          label={text('forwards.form.host')}
          hint={text('forwards.form.host.hint')}
          error={fieldError(props, 'targetHost')}
        >
          <TextInput
            mono
            value={draft.targetHost}
            onChange={(targetHost) => onChange({ targetHost })}
            onBlur={onTargetHostBlur}
          />
        </Field>
        <Field label={text('forwards.form.port')} error={fieldError(props, 'targetPort')}>
          <TextInput
            mono
            inputMode="numeric"
            // The port is what the person knows; the rest is proposed.
            data-autofocus={before === undefined ? '' : undefined}
            maxLength={5}
            value={draft.targetPort}
            onChange={(targetPort) => onChange({ targetPort })}
          />
        </Field>
      </div>
      <PortList draft={draft} goal={goal} onPick={(targetPort) => onChange({ targetPort })} />
    </fieldset>
  );
}

function targetLabel({ kind, direction }: Draft) {
  switch (kind) {
    case 'port-here':
    case 'udp':
      return 'forwards.form.target.port-here';
    case 'port-there':
      return 'forwards.form.target.port-there';
    case 'wg-proxy':
      return 'forwards.form.target.wg-proxy';
    case 'ssh-tunnel':
      return direction === 'remote' ? 'forwards.form.target.port-there' : 'forwards.form.target.ssh';
    default:
      return 'forwards.form.target';
  }
}

function ListenField(props: RuleFieldsProps): ReactElement {
  const { draft, moved, problems, onChange } = props;
  const problem = problems.listenPort;
  const free = problem?.kind === 'port-unusable' ? problem.cause.details['free'] : undefined;
  const label = isElsewhere(draft)
    ? draft.kind === 'ssh-tunnel'
      ? 'forwards.form.listen-port.server'
      : 'forwards.form.listen-port.there'
    : 'forwards.form.listen-port';
  return (
    <div className={styles['short']}>
      <Field
        label={text(label)}
        hint={
          moved === undefined &&
          text(draft.kind === 'wg-proxy' ? 'forwards.form.listen-port.wg' : 'forwards.form.listen-port.hint')
        }
        error={fieldError(props, 'listenPort')}
      >
        <TextInput
          mono
          inputMode="numeric"
          maxLength={5}
          placeholder={text('forwards.form.listen-port.free')}
          value={draft.listenPort}
          onChange={(listenPort) => onChange({ listenPort })}
        />
      </Field>
      {/* Stays, because screen readers announce only a text that is added to an element they know. */}
      <p className={styles['moved']} role="status">
        {moved !== undefined && (
          <>
            <ArrowRightLeft aria-hidden="true" />
            <span>
              <strong>{text('forwards.form.listen-port.moved', { port: draft.listenPort })}</strong>
              {gapAfter(text('forwards.form.listen-port.moved', { port: draft.listenPort }))}
              {explainForward({ ...moved, at: 0 }).what}
            </span>
          </>
        )}
      </p>
      {typeof free === 'number' && free > 0 && (
        <Button size="small" className={styles['free']} onClick={() => onChange({ listenPort: String(free) })}>
          {text('forwards.problem.use-free', { port: free })}
        </Button>
      )}
    </div>
  );
}
