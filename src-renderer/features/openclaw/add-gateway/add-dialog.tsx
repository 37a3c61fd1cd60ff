import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { GatewayDraft, GatewayProbe } from '#shared/app-api/index.ts';
import { endpointAuthority } from '#shared/openclaw/gateway/index.ts';
import { text } from '../../../locale/index.ts';
import { applyGateway, notify, useApp, useCall } from '../../../store/index.ts';
import { ErrorNotice, quoteUntrusted } from '../../../ui/index.ts';
import { AddForm } from './add-form.tsx';
import { AddSource } from './add-source.tsx';
import {
  checkForm,
  emptyForm,
  endpointOf,
  formOfDraft,
  formOfFound,
  secretsOf,
  settingsOf,
  splitGatewayHost,
  touchedBy,
  type Form,
  type FormField,
} from '../gateways/gateway-draft.ts';
import { FirstSight } from '../certificate/fingerprint-dialog.tsx';
import { tryFingerprint } from '../certificate/fingerprint.ts';
import { GatewayFields } from '../gateways/gateway-fields.tsx';
import { IntoView } from '../gateways/scroll-into-view.tsx';
import { MismatchDialog } from '../certificate/mismatch-dialog.tsx';
import { ProbeProblem } from './probe-problem.tsx';
import { otherNodeOf } from '../gateways/status.ts';
import { untilCertificate } from '../certificate/until-certificate.ts';

export type AddDialogProps = Readonly<{
  /** Text from the clipboard or a link. Only fills the field; the person decides. */
  given?: string;
  onClose(): void;
}>;

type Step =
  | Readonly<{ kind: 'source' }>
  | Readonly<{ kind: 'form' }>
  /** The gateway's certificate isn't trusted yet. */
  | Readonly<{ kind: 'first-sight'; fingerprint: string }>
  /** The certificate differs from the expected one. */
  | Readonly<{ kind: 'mismatch'; expected: string; shown: string }>;

const ALL = 'all';

/** Dialog that adds a gateway: reads what the person has, shows the form, and has the certificate compared before anything is sent. */
export function AddDialog({ given = '', onClose }: AddDialogProps): ReactElement {
  const probe = useCall('gateways.probe');
  const add = useCall('gateways.add');
  const trust = useCall('gateways.trust');
  const gateways = useApp((state) => state.gateways);
  const device = useApp((state) => state.status?.device.name ?? '');
  const names = gateways.map(({ settings }) => settings.name);
  const [pasted, setPasted] = useState(given);
  const [fields, setFields] = useState<Form>(() => emptyForm(device));
  const [draft, setDraft] = useState<GatewayDraft>();
  const [announced, setAnnounced] = useState<string | null>(null);
  const [touched, setTouched] = useState<ReadonlySet<FormField | typeof ALL>>(new Set());
  const [step, setStep] = useState<Step>({ kind: 'source' });
  const [seen, setSeen] = useState<GatewayProbe>();
  const body = useRef<HTMLFormElement>(null);
  const problems = checkForm(fields, names, draft);
  const problem = seen?.problem ?? null;
  const isBusy = probe.busy || add.busy || trust.busy;
  useFocusFirst(step.kind, body);

  const begin = (next: Form, from: GatewayDraft | undefined, said: string | null = null): void => {
    setFields(next);
    setDraft(from);
    setAnnounced(said);
    setTouched(new Set());
    setSeen(undefined);
    setStep({ kind: 'form' });
  };
  const edit = (changed: Partial<Form>): void => {
    setFields((before) => ({ ...before, ...changed }));
    setTouched((before) => new Set([...before, ...touchedBy(changed)]));
    setSeen(undefined);
    probe.reset();
    add.reset();
  };
  const save = async (pin: string | null, once: string | null): Promise<void> => {
    const settings = settingsOf(fields);
    if (settings === undefined) return;
    const gateway = await add.run({
      settings: { ...settings, fingerprint: pin },
      ...secretsOf(fields),
      ...(fields.plainHost === null ? {} : { acceptPlain: fields.plainHost === settings.endpoint.host }),
      // A typed credential replaces the one of the draft.
      ...(draft === undefined || fields.signIn !== 'kept' ? {} : { draft: draft.draft }),
    });
    if (gateway === undefined) {
      setStep({ kind: 'form' });
      return;
    }
    applyGateway(gateway);
    if (once !== null && (await untilCertificate(gateway.id, once))) {
      const trusted = await trust.run({ gateway: gateway.id, fingerprint: once, how: 'once' });
      if (trusted !== undefined) applyGateway(trusted);
    }
    notify({ tone: 'good', text: text('gateways.added', { name: quoteUntrusted(settings.name) }) });
    onClose();
  };
  const look = async (): Promise<void> => {
    if (isBusy) return;
    setTouched(new Set([ALL]));
    const settled = splitGatewayHost(fields);
    setFields(settled);
    const endpoint = endpointOf(settled);
    if (Object.keys(checkForm(settled, names, draft)).length > 0 || endpoint === undefined) {
      // After the error texts have been rendered.
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const found = await probe.run({ endpoint });
    if (found === undefined) return;
    setSeen(found);
    if (!found.reachable) return;
    const pin = tryFingerprint(settled.fingerprint) ?? null;
    if (found.fingerprint === null || (found.trusted && pin === null)) await save(null, null);
    else if (pin === found.fingerprint) await save(pin, null);
    else if (pin !== null) setStep({ kind: 'mismatch', expected: pin, shown: found.fingerprint });
    else setStep({ kind: 'first-sight', fingerprint: found.fingerprint });
  };

  switch (step.kind) {
    case 'first-sight':
      return (
        <FirstSight
          server={placeText(fields)}
          fingerprint={step.fingerprint}
          announced={announced}
          busy={isBusy}
          error={add.error !== undefined && <ErrorNotice error={add.error} />}
          onTrust={(how) => {
            void (how === 'always' ? save(step.fingerprint, null) : save(null, step.fingerprint));
          }}
          onClose={onClose}
        />
      );
    case 'mismatch':
      return (
        <MismatchDialog
          server={placeText(fields)}
          expected={step.expected}
          shown={step.shown}
          onBack={() => setStep({ kind: 'form' })}
          onClose={onClose}
        />
      );
    case 'source':
      return (
        <AddSource
          pasted={pasted}
          onPaste={setPasted}
          onRead={(read) => begin(formOfDraft(read, device, names), read)}
          onFound={(found) => begin(formOfFound(found, device, names), undefined, found.fingerprint)}
          onByHand={() => begin(emptyForm(device), undefined)}
          onClose={onClose}
        />
      );
    case 'form':
      return (
        <AddForm
          body={body}
          busy={isBusy}
          isAgain={seen?.reachable === false}
          setupUntil={draft?.setupExpiresAt ?? null}
          onBack={() => {
            probe.cancel();
            setStep({ kind: 'source' });
          }}
          onSubmit={() => void look()}
          onClose={onClose}
        >
          <GatewayFields
            form={fields}
            problems={problems}
            shows={(field) => touched.has(ALL) || touched.has(field)}
            onChange={edit}
            kept={keptOf(draft)}
            otherNode={otherNodeOf(gateways)}
          />
          {problem !== null && (
            <IntoView key={problem.at}>
              <ProbeProblem
                problem={problem}
                onAddAnyway={() => void save(tryFingerprint(fields.fingerprint) ?? null, null)}
              />
            </IntoView>
          )}
          {probe.error !== undefined && (
            <IntoView>
              <ErrorNotice error={probe.error} onDismiss={probe.reset} />
            </IntoView>
          )}
          {add.error !== undefined && (
            <IntoView>
              <ErrorNotice error={add.error} onDismiss={add.reset} />
            </IntoView>
          )}
        </AddForm>
      );
  }
}

function keptOf(draft: GatewayDraft | undefined): 'setup' | 'read' | 'none' {
  if (draft === undefined || !draft.hasToken) return 'none';
  return draft.setupExpiresAt === null ? 'read' : 'setup';
}

function placeText(form: Form): string {
  const endpoint = endpointOf(form);
  return endpoint === undefined ? form.host : endpointAuthority(endpoint);
}

/** Focuses the first field of a later step; the dialog does it only when it opens. */
function useFocusFirst(step: Step['kind'], body: Readonly<{ current: HTMLElement | null }>): void {
  const before = useRef(step);
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    if (step === 'form') body.current?.querySelector<HTMLElement>('input')?.focus();
  }, [step, body]);
}
