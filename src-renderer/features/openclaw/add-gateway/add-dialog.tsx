import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { GatewayDraft, GatewayProbe } from '#shared/app-api/index.ts';
import { endpointAuthority } from '#shared/openclaw/gateway/index.ts';
import { text } from '../../../locale/index.ts';
import { applyGateway, notify, showOpenClaw, useApp, useCall } from '../../../store/index.ts';
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
  type GatewayForm,
  type GatewayField,
} from '../gateways/gateway-form.ts';
import { FirstCertificate } from '../certificate/fingerprint-dialog.tsx';
import { tryFingerprint } from '../certificate/fingerprint.ts';
import { GatewayFields } from '../gateways/gateway-fields.tsx';
import { ScrollIntoView } from '../gateways/scroll-into-view.tsx';
import { MismatchDialog } from '../certificate/mismatch-dialog.tsx';
import { ProbeProblem } from './probe-problem.tsx';
import { otherNodeOf } from '../gateways/gateway-status.ts';
import { waitForCertificate } from '../certificate/wait-for-certificate.ts';

export type AddDialogProps = Readonly<{
  /** Initial text of the field, from the clipboard or an opened link. The agent reads it only when the person continues. */
  given?: string;
  onClose(): void;
}>;

type Step =
  | Readonly<{ kind: 'source' }>
  | Readonly<{ kind: 'form' }>
  /** The gateway's certificate isn't trusted yet. */
  | Readonly<{ kind: 'first-certificate'; fingerprint: string }>
  /** The certificate differs from the expected one. */
  | Readonly<{ kind: 'mismatch'; expected: string; shown: string }>;

const ALL = 'all';

/**
 * Dialog that adds a gateway in steps. The person pastes a setup code, picks a gateway found in the network or types an address, then completes the
 * form. The agent probes the address, and the person compares an unknown certificate before any credential is sent. The agent then saves the gateway
 * and connects.
 */
export function AddDialog({ given = '', onClose }: AddDialogProps): ReactElement {
  const probe = useCall('gateways.probe');
  const add = useCall('gateways.add');
  const trust = useCall('gateways.trust');
  const gateways = useApp((state) => state.gateways);
  const device = useApp((state) => state.status?.device.name ?? '');
  const names = gateways.map(({ settings }) => settings.name);
  const [pasted, setPasted] = useState(given);
  const [fields, setFields] = useState<GatewayForm>(() => emptyForm(device));
  const [draft, setDraft] = useState<GatewayDraft>();
  const [announced, setAnnounced] = useState<string | null>(null);
  const [touched, setTouched] = useState<ReadonlySet<GatewayField | typeof ALL>>(new Set());
  const [step, setStep] = useState<Step>({ kind: 'source' });
  const [seen, setSeen] = useState<GatewayProbe>();
  const body = useRef<HTMLFormElement>(null);
  const problems = checkForm(fields, names, draft);
  const problem = seen?.problem ?? null;
  const isBusy = probe.busy || add.busy || trust.busy;
  useFocusFirst(step.kind, body);

  const begin = (
    next: GatewayForm,
    from: GatewayDraft | undefined,
    announcedFingerprint: string | null = null,
  ): void => {
    setFields(next);
    setDraft(from);
    setAnnounced(announcedFingerprint);
    setTouched(new Set());
    setSeen(undefined);
    setStep({ kind: 'form' });
  };
  const edit = (changed: Partial<GatewayForm>): void => {
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
      ...(draft === undefined || fields.signIn !== 'existing' ? {} : { draft: draft.draft }),
    });
    if (gateway === undefined) {
      setStep({ kind: 'form' });
      return;
    }
    applyGateway(gateway);
    if (once !== null && (await waitForCertificate(gateway.id, once))) {
      const trusted = await trust.run({ gateway: gateway.id, fingerprint: once, how: 'once' });
      if (trusted !== undefined) applyGateway(trusted);
    }
    notify({ tone: 'good', text: text('gateways.added', { name: quoteUntrusted(settings.name) }) });
    showOpenClaw({ kind: 'gateway', id: gateway.id });
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
    else setStep({ kind: 'first-certificate', fingerprint: found.fingerprint });
  };

  switch (step.kind) {
    case 'first-certificate':
      return (
        <FirstCertificate
          server={addressText(fields)}
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
          server={addressText(fields)}
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
            existing={credentialSourceOf(draft)}
            otherNode={otherNodeOf(gateways)}
          />
          {problem !== null && (
            <ScrollIntoView key={problem.at}>
              <ProbeProblem
                problem={problem}
                onAddAnyway={() => void save(tryFingerprint(fields.fingerprint) ?? null, null)}
              />
            </ScrollIntoView>
          )}
          {probe.error !== undefined && (
            <ScrollIntoView>
              <ErrorNotice error={probe.error} onDismiss={probe.reset} />
            </ScrollIntoView>
          )}
          {add.error !== undefined && (
            <ScrollIntoView>
              <ErrorNotice error={add.error} onDismiss={add.reset} />
            </ScrollIntoView>
          )}
        </AddForm>
      );
  }
}

/** Returns the source of the credential that came with the pasted text. */
function credentialSourceOf(draft: GatewayDraft | undefined): 'setup' | 'read' | 'none' {
  if (draft === undefined || !draft.hasToken) return 'none';
  return draft.setupExpiresAt === null ? 'read' : 'setup';
}

function addressText(form: GatewayForm): string {
  const endpoint = endpointOf(form);
  return endpoint === undefined ? form.host : endpointAuthority(endpoint);
}

/** Focuses the first field when the form appears; the dialog focuses one only when it opens. */
function useFocusFirst(step: Step['kind'], body: Readonly<{ current: HTMLElement | null }>): void {
  const before = useRef(step);
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    if (step === 'form') body.current?.querySelector<HTMLElement>('input')?.focus();
  }, [step, body]);
}
