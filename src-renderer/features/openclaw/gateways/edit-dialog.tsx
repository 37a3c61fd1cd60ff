import { useRef, useState, type ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { applyGateway, notify, useApp, useCall } from '../../../store/index.ts';
import { ErrorNotice, FormDialog, quoteUntrusted } from '../../../ui/index.ts';
import {
  checkForm,
  formOfGateway,
  secretsOf,
  settingsOf,
  splitGatewayHost,
  touchedBy,
  type GatewayForm,
  type GatewayField,
} from './gateway-form.ts';
import { GatewayFields } from './gateway-fields.tsx';
import { ScrollIntoView } from './scroll-into-view.tsx';

const ALL = 'all';

/**
 * Dialog that edits a saved gateway through the agent: name, address, certificate, credential and roles. A stored credential stays unless the person
 * types a new one.
 */
export function EditDialog({ gateway, onClose }: Readonly<{ gateway: GatewayView; onClose(): void }>): ReactElement {
  const body = useRef<HTMLFormElement>(null);
  const update = useCall('gateways.update');
  const gateways = useApp((state) => state.gateways);
  const [fields, setFields] = useState<GatewayForm>(() => startOf(gateway));
  const [touched, setTouched] = useState<ReadonlySet<GatewayField | typeof ALL>>(new Set());
  const names = gateways.filter(({ id }) => id !== gateway.id).map(({ settings }) => settings.name);
  const name = quoteUntrusted(gateway.settings.name);
  const { roles: _both, ...problems } = checkForm(fields, names);

  const apply = async (): Promise<void> => {
    if (update.busy) return;
    setTouched(new Set([ALL]));
    const settled = splitGatewayHost(fields);
    setFields(settled);
    const { roles: _ignored, ...wrong } = checkForm(settled, names);
    const settings = Object.keys(wrong).length > 0 ? undefined : settingsOf(settled);
    if (settings === undefined) {
      // After the error texts have been rendered.
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const view = await update.run({
      gateway: gateway.id,
      settings,
      ...secretsOf(settled),
      acceptPlain: settled.plainHost === settings.endpoint.host,
    });
    if (view === undefined) return;
    applyGateway(view);
    notify({ tone: 'good', text: text('gateways.saved', { name: quoteUntrusted(settings.name) }) });
    onClose();
  };
  return (
    <FormDialog
      onClose={onClose}
      title={text('gateways.edit.title', { name })}
      apply={text('gateways.edit.apply')}
      busy={update.busy}
      formRef={body}
      onApply={() => void apply()}
    >
      <GatewayFields
        form={fields}
        problems={problems}
        shows={(field) => touched.has(ALL) || touched.has(field)}
        onChange={(changed) => {
          setFields((before) => ({ ...before, ...changed }));
          setTouched((before) => new Set([...before, ...touchedBy(changed)]));
          update.reset();
        }}
        existing="stored"
        otherNode={gateway.otherNode}
        startAtSecret={secretRefused(gateway) !== undefined}
      />
      {update.error !== undefined && (
        <ScrollIntoView>
          <ErrorNotice error={update.error} onDismiss={update.reset} />
        </ScrollIntoView>
      )}
    </FormDialog>
  );
}

/** Returns the form as it opens. If the gateway has rejected a credential, the field for a new one is shown. */
function startOf(gateway: GatewayView): GatewayForm {
  const signIn = secretRefused(gateway);
  return { ...formOfGateway(gateway), ...(signIn === undefined ? {} : { signIn }) };
}

/** Returns the kind of credential that the gateway has rejected; undefined if it hasn't. */
function secretRefused({ operator, node }: GatewayView): 'token' | 'password' | undefined {
  const code = operator.problem?.code ?? node.problem?.code ?? '';
  if (/token-(?:missing|wrong|ignored)$/.test(code)) return 'token';
  return /password-(?:missing|wrong)$/.test(code) ? 'password' : undefined;
}
