import { Eye, EyeOff } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import { NODE_CAPABILITIES, type NodeCapability } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Caution, Field, IconButton, RadioGroup, Select, Switch, TextInput } from '../../../ui/index.ts';
import {
  readableHost,
  splitGatewayHost,
  type GatewayForm,
  type GatewayField,
  type GatewayFormProblem,
  type GatewayFormProblems,
  type SignIn,
} from './gateway-form.ts';
import styles from './gateway-form.module.css';

export type GatewayFieldsProps = Readonly<{
  form: GatewayForm;
  problems: GatewayFormProblems;
  /** Reports whether a field's problem is shown: only after the person has edited the field or tried to save. */
  shows(field: GatewayField): boolean;
  /** Receives the edited fields. */
  onChange(fields: Partial<GatewayForm>): void;
  /** Source of a credential that the person needn't type: stored here, in the pasted setup code, or in other pasted text. */
  existing: 'stored' | 'setup' | 'read' | 'none';
  /** Name of OpenClaw's own node on this machine, for a warning; null without one. */
  otherNode: string | null;
  /** Focuses the field of the credential first, because the gateway has rejected the stored one. */
  startAtSecret?: boolean;
}>;

/**
 * Shows the fields of a gateway: name, address, certificate, credential, and the roles of this device. The dialogs that add and edit a gateway use
 * it. Changes only their form.
 */
export function GatewayFields(props: GatewayFieldsProps): ReactElement {
  const { form, onChange } = props;
  const wrong = (field: GatewayField): string | undefined => {
    const problem = props.problems[field];
    return problem === undefined || !props.shows(field) ? undefined : wrongText(problem);
  };
  const plainHost = readableHost(form);
  return (
    <>
      <Field label={text('gateways.field.name')} error={wrong('name')}>
        <TextInput dir="auto" value={form.name} onChange={(name) => onChange({ name })} />
      </Field>
      <div className={styles['address']}>
        <Field label={text('gateways.field.host')} hint={text('gateways.field.host.hint')} error={wrong('host')}>
          <TextInput
            mono
            inputMode="url"
            value={form.host}
            onChange={(host) => onChange({ host })}
            onBlur={() => {
              const settled = splitGatewayHost(form);
              if (settled !== form) onChange(settled);
            }}
          />
        </Field>
        <Field label={text('gateways.field.port')} error={wrong('port')}>
          <TextInput mono inputMode="numeric" value={form.port} onChange={(port) => onChange({ port })} />
        </Field>
      </div>
      <div>
        <Switch
          label={text('gateways.field.tls')}
          description={text('gateways.field.tls.explain')}
          checked={form.tls}
          onChange={(tls) => onChange({ tls })}
        />
        {plainHost !== undefined && (
          <div className={styles['plain']}>
            <Switch
              label={text('gateways.field.plain')}
              description={text('gateways.field.plain.explain', { host: plainHost })}
              checked={form.plainHost === plainHost}
              onChange={(accepted) => onChange({ plainHost: accepted ? plainHost : null })}
            />
          </div>
        )}
        <p className={styles['error']} role="alert">
          {wrong('tls')}
        </p>
      </div>
      {(form.tls || form.fingerprint !== '') && (
        <Field
          label={text('gateways.field.fingerprint')}
          hint={text('gateways.field.fingerprint.hint')}
          error={wrong('fingerprint')}
        >
          <TextInput
            mono
            maxLength={512}
            value={form.fingerprint}
            onChange={(fingerprint) => onChange({ fingerprint })}
          />
        </Field>
      )}
      <SignInFields {...props} wrong={wrong} />
      <RoleFields {...props} wrong={wrong} />
      <details className={styles['advanced']} open={form.path !== '/' || wrong('path') !== undefined}>
        <summary className={styles['summary']}>{text('gateways.field.more')}</summary>
        <Field label={text('gateways.field.path')} hint={text('gateways.field.path.hint')} error={wrong('path')}>
          <TextInput mono value={form.path} onChange={(path) => onChange({ path })} />
        </Field>
      </details>
    </>
  );
}

type Wrong = Readonly<{ wrong(field: GatewayField): string | undefined }>;

function SignInFields({
  form,
  existing,
  startAtSecret = false,
  onChange,
  wrong,
}: GatewayFieldsProps & Wrong): ReactElement {
  const [isSeen, setSeen] = useState(false);
  const choices: readonly SignIn[] =
    existing === 'none' ? ['token', 'password', 'none'] : ['existing', 'token', 'password', 'none'];
  const isTyped = form.signIn === 'token' || form.signIn === 'password';
  return (
    <div className={styles['group']}>
      <Select
        label={text('gateways.field.sign-in')}
        value={form.signIn}
        options={choices.map((value) => ({
          value,
          label:
            value === 'existing' && existing !== 'none'
              ? text(`gateways.sign-in.existing.${existing}`)
              : signInText(value),
        }))}
        onChange={(signIn) => onChange({ signIn, secret: '' })}
      />
      {isTyped && (
        <Field
          label={text(form.signIn === 'token' ? 'gateways.field.token' : 'gateways.field.password')}
          hint={text(form.signIn === 'token' ? 'gateways.field.token.hint' : 'gateways.field.password.hint')}
          error={wrong('secret')}
        >
          <div className={styles['secret']}>
            <TextInput
              mono
              // `Field` can't label the input through the elements between them.
              aria-label={text(form.signIn === 'token' ? 'gateways.field.token' : 'gateways.field.password')}
              data-autofocus={startAtSecret ? '' : undefined}
              type={isSeen ? 'text' : 'password'}
              autoComplete="off"
              maxLength={4096}
              value={form.secret}
              onChange={(secret) => onChange({ secret })}
            />
            <IconButton
              label={text(isSeen ? 'gateways.field.hide' : 'gateways.field.show')}
              icon={isSeen ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
              onClick={() => setSeen(!isSeen)}
            />
          </div>
        </Field>
      )}
    </div>
  );
}

function signInText(signIn: SignIn): string {
  return signIn === 'existing' ? text('gateways.sign-in.existing.stored') : text(`gateways.sign-in.${signIn}`);
}

function RoleFields({ form, otherNode, onChange, wrong }: GatewayFieldsProps & Wrong): ReactElement {
  const id = useId();
  return (
    <fieldset className={styles['group']} aria-describedby={`${id}-wrong`}>
      <legend className={styles['legend']}>{text('gateways.field.roles')}</legend>
      <RadioGroup
        label={text('gateways.field.operator')}
        size="small"
        value={form.operator}
        options={(['full', 'read-only', 'off'] as const).map((value) => ({
          value,
          label: text(`gateways.operator.${value}`),
          description: text(`gateways.operator.${value}.explain`),
        }))}
        onChange={(operator) => onChange({ operator })}
      />
      <Switch
        label={text('gateways.field.node')}
        description={text('gateways.field.node.explain')}
        checked={form.node}
        onChange={(node) => onChange({ node })}
      />
      <Caution>{form.node && otherNode !== null && text('gateways.other-node', { node: otherNode })}</Caution>
      {form.node && (
        <>
          <Field label={text('gateways.field.node-name')} error={wrong('nodeName')}>
            <TextInput dir="auto" value={form.nodeName} onChange={(nodeName) => onChange({ nodeName })} />
          </Field>
          <Capabilities capabilities={form.capabilities} onChange={(capabilities) => onChange({ capabilities })} />
        </>
      )}
      <p id={`${id}-wrong`} className={styles['error']} role="alert">
        {wrong('roles')}
      </p>
    </fieldset>
  );
}

/** Switches for the commands that this machine offers to a gateway as its node. Used in the form and on a gateway's card. */
export function Capabilities({
  capabilities,
  disabled = false,
  onChange,
}: Readonly<{
  capabilities: readonly NodeCapability[];
  disabled?: boolean;
  onChange(capabilities: readonly NodeCapability[]): void;
}>): ReactElement {
  return (
    <div className={styles['capabilities']} role="group" aria-label={text('gateways.capabilities')}>
      {NODE_CAPABILITIES.map((capability) => (
        <Switch
          key={capability}
          label={text(`gateways.capability.${capability}`)}
          description={text(`gateways.capability.${capability}.explain`)}
          checked={capabilities.includes(capability)}
          disabled={disabled}
          onChange={(checked) =>
            onChange(NODE_CAPABILITIES.filter((each) => (each === capability ? checked : capabilities.includes(each))))
          }
        />
      ))}
    </div>
  );
}

function wrongText(problem: GatewayFormProblem): string {
  return text(`gateways.wrong.${problem}`);
}
